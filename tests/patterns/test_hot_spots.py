"""Planted failures are found, and none is where there is none to find."""

import numpy as np
import pytest
from planted import prompts, silent, topics

from tui_arena.patterns.cases import Response, gather_cases
from tui_arena.patterns.embed import TfIdf, unit
from tui_arena.patterns.hot_spots import hot_spots, hot_spots_together
from tui_arena.patterns.joins import join_count
from tui_arena.patterns.neighbours import Graph, nearest

SEEDS = 200


@pytest.fixture(scope="module")
def graph() -> Graph:
    """300 prompts about ten topics."""
    return nearest(TfIdf(0).prompts(prompts(300, np.random.default_rng(0)), silent), 10, silent)


def failures(seed: int, *fails: str) -> tuple[np.ndarray, np.ndarray]:
    """Where a model fails that fails at these topics, and which failures lie in them."""
    inside = np.isin(topics(300), fails)
    failed = np.random.default_rng(seed).random(300) < np.where(inside, 0.75, 0.08)
    return failed, failed & inside


def test_planted_hot_spots_are_found_and_few_others(graph):
    hits = found = planted = 0
    for seed in range(30):
        failed, true = failures(seed, "date", "geometry")
        core = hot_spots(graph, failed).core
        hits, found, planted = hits + true[core].sum(), found + len(core), planted + true.sum()
    assert hits / found > 0.95  # precision
    assert hits / planted > 0.85  # recall


def test_what_only_one_model_fails_at_is_told_from_what_both_do(graph):
    kind = topics(300)
    only_ada, both = [], []
    for seed in range(10):
        ada, _ = failures(seed, "date", "geometry")
        bob, _ = failures(seed + 100, "sql", "geometry")
        only_ada += kind[hot_spots(graph, ada & ~bob).core].tolist()
        both += kind[hot_spots(graph, ada & bob).core].tolist()
    assert only_ada.count("date") / len(only_ada) > 0.8
    assert both.count("geometry") / len(both) > 0.95
    assert len(only_ada) > 150  # of 30 prompts, failed at 3 of 4 times, ten times
    assert len(both) > 100


def test_marks_that_lie_by_chance_seldom_make_a_hot_spot(graph):
    failed, _ = failures(0, "date", "geometry")
    rng = np.random.default_rng(0)
    alarms = [len(hot_spots(graph, rng.permutation(failed)).core) > 0 for _ in range(SEEDS)]
    assert np.mean(alarms) <= 0.07  # 5 % at most, and what 200 runs may err by


def test_all_questions_of_a_report_together_seldom_make_a_hot_spot(graph):
    alarms = {"together": 0, "each": 0}
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        ada, bob = (rng.random(300) < 0.25 for _ in range(2))
        marked = [ada, bob, ada & ~bob, bob & ~ada, ada & bob]
        marked += [each & (rng.random(300) < 0.3) for each in (ada, bob)]
        asked = [(graph, each) for each in marked]
        alarms["together"] += any(len(found.core) for found in hot_spots_together(asked))
        alarms["each"] += any(len(hot_spots(*question).core) for question in asked)
    assert alarms["together"] / SEEDS <= 0.05
    assert alarms["each"] > alarms["together"]  # why they are one family
    assert hot_spots_together([]) == []


def attempts_by_chance(seed: int) -> list[Response]:
    """Five attempts at each of 120 prompts, some prompts harder than others, wherever they lie."""
    rng = np.random.default_rng(seed)
    wrong = rng.random((120, 5)) < rng.beta(0.6, 1.4, size=(120, 1))
    return [
        Response("", "ada", f"prompt {number}", "", bool(each))
        for number, row in enumerate(wrong)
        for each in row
    ]


def test_repeated_attempts_make_no_hot_spot_where_prompts_count_once():
    points = unit(np.random.default_rng(0).normal(size=(120, 12)))
    once = nearest(points, 10, silent)
    each = nearest(np.repeat(points, 5, axis=0), 10, silent)
    by_prompt, by_response = [], []
    for seed in range(SEEDS):
        responses = attempts_by_chance(seed)
        by_prompt.append(len(hot_spots(once, gather_cases(responses).hard[:, 0]).core) > 0)
        wrong = np.array([bool(response.wrong) for response in responses])
        by_response.append(len(hot_spots(each, wrong).core) > 0)
    assert np.mean(by_prompt) <= 0.07
    assert np.mean(by_response) > 0.3  # the trap that this is about


def test_joins_and_local_chances_are_those_of_pysal(graph):
    esda = pytest.importorskip("esda", reason="esda 2.10 needs Python >= 3.12")
    libpysal = pytest.importorskip("libpysal", reason="libpysal 4.15 needs Python >= 3.12")
    from scipy.sparse import coo_array

    size, degree = graph.nearest.shape
    ends = np.repeat(np.arange(size), degree), graph.nearest.ravel()
    weights = coo_array((np.ones(size * degree), ends), shape=(size, size)).tocsr()
    failed, _ = failures(3, "date", "geometry")
    directed = libpysal.graph.Graph.from_sparse(weights)
    theirs = esda.Join_Counts_Local(
        connectivity=directed, permutations=999, seed=1, alternative="greater", n_jobs=1
    ).fit(failed.astype(int), permutations=9999)
    ours = hot_spots(graph, failed)
    assert np.array_equal(theirs.LJC[ours.at], ours.joined)
    tested = ours.joined > 0
    assert np.abs(theirs.p_sim[ours.at] - ours.p)[tested].max() < 0.02

    both = weights.maximum(weights.T)
    whole = esda.Join_Counts(failed.astype(int), libpysal.graph.Graph.from_sparse(both))
    own = join_count(graph, failed, seed=0)
    assert whole.bb == own.observed
    assert whole.mean_bb == pytest.approx(own.expected, rel=0.05)
    assert whole.p_sim_bb == pytest.approx(own.p, abs=0.002)
