"""What a report says that it would find is about what it finds of planted errors."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from planted import NAMES, prompts, silent, topics, varied

from tui_arena.patterns.analysis import Analysis, find_patterns
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.hot_spots import hot_spots_together
from tui_arena.patterns.neighbours import Graph, nearest
from tui_arena.patterns.planting import compact, scattered
from tui_arena.patterns.power import _cut, _Tested
from tui_arena.patterns.words import sees, what_is_seen

FAILS = {"ada": ("date", "geometry"), "bob": ("sql", "geometry")}


def report(
    texts: Sequence[str], fails: Mapping[str, Sequence[str]], seed: int, *, rate: float = 0.08
) -> tuple[Analysis, dict[str, np.ndarray]]:
    """A report on models that fail at topics, and at which prompts of these each does."""
    rng, topic = np.random.default_rng(seed), topics(len(texts))
    responses, planted = [], {}
    for model, names in fails.items():
        inside = np.isin(topic, list(names))
        failed = rng.random(len(texts)) < np.where(inside, 0.75, rate)
        severity = np.where(failed, rng.integers(1, 3, len(texts)), 0)
        planted[model] = inside & failed
        responses += [
            Response(f"{model}/{number}", model, text, None, bool(wrong), int(severe))
            for number, (text, wrong, severe) in enumerate(
                zip(texts, failed, severity, strict=True)
            )
        ]
    return find_patterns(responses, embedder=TfIdf(0), tell=silent, seed=seed), planted


@pytest.mark.parametrize(
    ("texts", "total"), [(varied, 120), (varied, 360), (prompts, 120), (prompts, 300)]
)
def test_what_is_found_of_planted_topics_is_what_is_said_would_be(
    texts: Callable[[int, np.random.Generator], list[str]], total: int
) -> None:
    found, low, high = [], [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        other = dict(zip(NAMES, rng.permutation(NAMES), strict=True))
        fails = {model: [other[name] for name in names] for model, names in FAILS.items()}
        analysis, planted = report(texts(total, rng), fails, seed)
        for model in analysis.patterns.models:
            errors = planted[model.model]
            found.append((analysis.hot & errors).sum() / errors.sum())
            low.append(model.power.scattered)
            high.append(model.power.compact)
    assert np.mean(low) - 0.05 <= np.mean(found) <= np.mean(high) + 0.05


def test_the_more_prompts_the_more_is_seen() -> None:
    few, many = (
        report(prompts(total, np.random.default_rng(0)), FAILS, 0)[0].patterns
        for total in (40, 300)
    )
    assert few.descriptive  # what a test would see is said of so few as well
    assert 0 < few.power.compact < 0.4
    assert many.power.compact > 0.85


def test_the_more_is_asked_at_once_and_the_more_fails_by_chance_the_less_is_seen() -> None:
    texts = varied(200, np.random.default_rng(0))
    nobody: dict[str, Sequence[str]] = dict.fromkeys(("ada", "bob", "cyd", "dan"), ())

    def seen(models: int, rate: float) -> float:
        fails = dict(list(nobody.items())[:models])
        return report(texts, fails, 0, rate=rate)[0].patterns.models[0].power.compact

    alone = seen(1, 0.08)
    assert alone > seen(4, 0.08) > 0
    assert alone > seen(1, 0.2) > seen(1, 0.5)


def test_what_is_seen_is_said_of_each_model_by_how_many_prompts_it_was_asked() -> None:
    analysis, _ = report(varied(400, np.random.default_rng(0)), {"ada": (), "bob": ()}, 0)
    few = [
        each
        for each in _responses(analysis)
        if each.model == "ada" or int(each.key.split("/")[1]) < 110
    ]
    patterns = find_patterns(few, embedder=TfIdf(0), tell=silent).patterns
    ada, bob = patterns.models
    assert ada.power.compact > bob.power.compact
    assert patterns.power.compact == ada.power.compact
    assert patterns.power.scattered == min(ada.power.scattered, bob.power.scattered)


def _responses(analysis: Analysis) -> list[Response]:
    cases = analysis.cases
    return [
        Response(f"{model}/{at}", model, prompt, None, bool(cases.hard[at, column]))
        for column, model in enumerate(cases.models)
        for at, prompt in enumerate(cases.prompts)
    ]


def test_where_the_cut_lies_is_where_hot_spots_end() -> None:
    graph, rng = placed(varied(200, np.random.default_rng(1))), np.random.default_rng(2)
    inside = np.isin(topics(200), ("date", "sql"))
    asked = [(graph, rng.random(200) < np.where(inside, 0.8, 0.1)) for _ in range(3)]
    found = hot_spots_together(asked)
    tests = []
    for each in found:
        chances = np.ones(graph.degree + 1)
        chances[each.joined] = each.p
        tests.append(_Tested(each.at, each.joined, chances))
    cut = _cut(tests)
    assert sum(len(each.core) for each in found) > 5
    for each in found:
        assert np.array_equal(each.at[each.p <= cut], each.core)
    nothing = np.zeros(0, dtype=np.int64)
    assert _cut([_Tested(nothing, nothing, np.ones(3))]) < 0


def placed(texts: Sequence[str]) -> Graph:
    return nearest(TfIdf(0).prompts(texts, silent), 10, silent)


def test_a_compact_region_has_more_of_its_neighbours_than_those_nearest_and_a_scattered_one_fewer():
    texts = varied(300, np.random.default_rng(0))
    points = TfIdf(0).prompts(texts, silent)
    graph = nearest(points, 10, silent)
    share: dict[str, list[float]] = {"compact": [], "near": [], "scattered": []}
    rng = np.random.default_rng(0)
    for first in range(0, 300, 15):
        near = np.zeros(300, dtype=bool)
        near[np.argsort(-(points @ points[first]), kind="stable")[:30]] = True
        regions = (compact(graph, points, 30, rng), near, scattered(points, 30, rng))
        for name, region in zip(share, regions, strict=True):
            assert region.sum() == 30
            share[name].append(graph.count(region)[region].mean() / 10)
    assert np.mean(share["compact"]) > np.mean(share["near"]) + 0.1
    assert np.mean(share["near"]) > np.mean(share["scattered"]) + 0.1


def test_a_region_is_as_big_as_it_should_be_where_nothing_is_alike() -> None:
    points = np.zeros((40, 3), dtype=np.float32)
    graph = nearest(points, 4, silent)
    rng = np.random.default_rng(0)
    assert compact(graph, points, 40, rng).all()
    assert compact(graph, points, 7, rng).sum() == 7
    assert scattered(points, 7, rng).sum() == 7


def test_one_figure_is_said_where_both_are_the_same_and_else_on_what_it_depends() -> None:
    power = report(varied(120, np.random.default_rng(0)), FAILS, 0)[0].patterns.power
    low, high = round(100 * power.scattered), round(100 * power.compact)
    assert low < high
    assert f"see {low} to {high} % of the errors" in what_is_seen(power)
    assert sees(type(power)(compact=0.0, scattered=0.001)) == "0 %"
