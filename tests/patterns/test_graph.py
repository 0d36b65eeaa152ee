"""The graph of texts that are alike, and what is counted on it."""

from itertools import combinations

import numpy as np
import pytest
from planted import prompts, silent, topics

from tui_arena.patterns import neighbours
from tui_arena.patterns.embed import TfIdf, fewer_axes, on_paper, unit
from tui_arena.patterns.hot_spots import hot_spots
from tui_arena.patterns.joins import _moments, join_count
from tui_arena.patterns.neighbours import Graph, nearest, neighbours_of


def scattered(total: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(total, 6)))


def by_hand(points: np.ndarray, count: int) -> np.ndarray:
    near = points @ points.T
    np.fill_diagonal(near, -2)
    return np.argsort(-near, axis=1)[:, :count]


def test_the_nearest_are_those_with_the_largest_cosine():
    points = scattered(60)
    assert np.array_equal(nearest(points, 7, silent).nearest, by_hand(points, 7))


def test_blocks_and_probes_change_nothing(monkeypatch):
    points = scattered(90)
    monkeypatch.setattr(neighbours, "_CELLS", 500)
    monkeypatch.setattr(neighbours, "_PROBED", 20)
    heard = []
    found = nearest(points, 7, lambda what, done: heard.append(done))
    assert np.array_equal(found.nearest, by_hand(points, 7))
    assert len(heard) == 18
    assert heard == sorted(heard)


def test_of_equal_texts_each_has_the_next_ones_so_none_is_everybodys_neighbour():
    found = nearest(np.ones((6, 1), dtype=np.float32), 2, silent)
    assert found.nearest.tolist() == [[1, 2], [2, 3], [3, 4], [4, 5], [5, 0], [0, 1]]


@pytest.mark.parametrize("total", [0, 1, 2])
def test_very_few_texts_have_the_neighbours_that_there_are(total):
    found = nearest(scattered(total), 10, silent)
    assert found.nearest.shape == (total, max(total - 1, 0))
    assert found.edges.shape == (2, total // 2)


def test_a_tenth_of_the_texts_are_neighbours_and_ten_at_most():
    assert [neighbours_of(n) for n in (1, 12, 30, 99, 100, 5000)] == [1, 1, 3, 9, 10, 10]


def test_edges_hold_each_pair_once_whichever_way_it_points():
    graph = Graph(np.array([[1], [0], [1]], dtype=np.int32), np.ones((3, 1), dtype=np.float32))
    assert graph.edges.T.tolist() == [[0, 1], [1, 2]]


def test_the_mean_and_variance_of_joins_are_those_of_all_ways_to_place_the_marks():
    graph = nearest(scattered(9), 3, silent)
    counts = []
    for chosen in combinations(range(9), 4):
        marked = np.isin(np.arange(9), chosen)
        counts.append((marked[graph.edges[0]] & marked[graph.edges[1]]).sum())
    assert _moments(graph, 4) == pytest.approx((np.mean(counts), np.var(counts)))


def test_joins_of_failures_that_lie_together_are_more_than_by_chance():
    points = TfIdf(0).prompts(prompts(200, np.random.default_rng(0)), silent)
    graph = nearest(points, 10, silent)
    marked = topics(200) == "sql"
    found = join_count(graph, marked, seed=0)
    assert found.observed > 3 * found.expected
    assert found.p == 0.001
    rng = np.random.default_rng(1)
    by_chance = [join_count(graph, rng.permutation(marked), seed=0).p for _ in range(20)]
    assert min(by_chance) > 0.001
    assert join_count(graph, marked, seed=0) == found


def test_the_chance_of_a_local_count_is_that_of_all_ways_to_place_the_other_marks():
    graph = nearest(scattered(8), 3, silent)
    marked = np.isin(np.arange(8), (0, 2, 3, 6))
    found = hot_spots(graph, marked)
    for at, joined, p in zip(found.at, found.joined, found.p, strict=True):
        others = [other for other in range(8) if other != at]
        ways = [
            len(set(chosen) & set(graph.nearest[at].tolist())) >= joined
            for chosen in combinations(others, 3)
        ]
        assert p == pytest.approx(np.mean(ways))


@pytest.mark.parametrize("marked", [np.zeros(40, dtype=bool), np.ones(40, dtype=bool)])
def test_where_all_or_nothing_is_marked_nothing_is_hot(marked):
    graph = nearest(scattered(40), 4, silent)
    assert not len(hot_spots(graph, marked).core)
    assert join_count(graph, marked, seed=0).z == 0


def test_points_have_length_one_and_alike_texts_lie_near():
    found = TfIdf(0).prompts(prompts(100, np.random.default_rng(0)), silent)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    graph = nearest(found, 5, silent)
    kind = topics(100)
    assert (kind[graph.nearest] == kind[:, None]).mean() > 0.9


@pytest.mark.parametrize(
    "texts", [[], [""], ["", " \n"], ["🍄", "🔥🔥"], ["same"] * 5, ["a" * 100_000, "b"]]
)
def test_any_text_has_a_place(texts):
    for found in (TfIdf(0).prompts(texts, silent), TfIdf(0).responses(texts, silent)):
        assert len(found) == len(texts)
        assert np.isfinite(found).all()
        assert on_paper(found, seed=0).shape == (len(texts), 2) or not texts


def test_emoji_are_told_apart():
    mushroom, fire, again = TfIdf(0).prompts(["🍄", "🔥", "🍄"], silent)
    assert mushroom @ again == pytest.approx(1)
    assert mushroom @ fire < 0.5


def test_prompts_without_spaces_between_words_lie_near_those_that_are_alike():
    asked = {
        "焼く": ["{}はどうやって焼きますか", "おいしい{}の作り方", "{}が焦げました"],
        "旅": ["{}まで電車で何時間ですか", "{}でおすすめの宿は", "{}行きの切符はいくら"],
    }
    about = {
        "焼く": ["鶏肉", "豆腐", "卵", "餃子", "茄子"],
        "旅": ["京都", "札幌", "奈良", "金沢", "長崎"],
    }
    made = [(kind, form.format(n)) for kind in asked for form in asked[kind] for n in about[kind]]
    kinds = np.array([kind for kind, _ in made])
    graph = nearest(TfIdf(0).prompts([prompt for _, prompt in made], silent), 4, silent)
    assert (kinds[graph.nearest] == kinds[:, None]).mean() > 0.9


def test_fewer_axes_keep_what_is_near_near():
    points = TfIdf(0).prompts(prompts(100, np.random.default_rng(0)), silent)
    fewer = fewer_axes(points, 15, seed=0)
    assert fewer.shape == (100, 15)
    kind = topics(100)
    assert (kind[nearest(fewer, 5, silent).nearest] == kind[:, None]).mean() > 0.9
