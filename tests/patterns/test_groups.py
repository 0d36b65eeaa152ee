"""Groups of texts, the words that tell them apart, regions, groups of errors, picks."""

import re

import numpy as np
import pytest
from planted import TOPICS, planted, prompts, silent, topics

from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.error_groups import EMPTY, group_errors
from tui_arena.patterns.grouping import NONE, biggest_first, group, linked
from tui_arena.patterns.labels import label_groups, log_odds
from tui_arena.patterns.neighbours import Graph, nearest
from tui_arena.patterns.picks import pick
from tui_arena.patterns.regions import compare, described, split
from tui_arena.patterns.tokens import TOKEN, ends


def placed(total: int) -> tuple[list[str], np.ndarray]:
    texts = prompts(total, np.random.default_rng(0))
    return texts, TfIdf(0).prompts(texts, silent)


def agreement(found: np.ndarray, true: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(true, found)


@pytest.mark.parametrize(("total", "least"), [(30, 0.6), (80, 0.6), (100, 0.8), (400, 0.9)])
def test_topics_are_groups(total, least):
    _, points = placed(total)
    found = group(points, seed=0)
    assert agreement(found, topics(total)) > least
    assert np.array_equal(found, group(points, seed=0))


@pytest.mark.parametrize("total", [0, 1, 29])
def test_what_can_be_read_is_not_grouped(total):
    _, points = placed(max(total, 1))
    assert (group(points[:total], seed=0) == NONE).all()


@pytest.mark.parametrize("total", [40, 300])
def test_equal_texts_are_one_group(total):
    found = group(TfIdf(0).prompts(["the same words"] * total, silent), seed=0)
    assert set(found.tolist()) <= {0, NONE}
    assert (found == 0).sum() > total / 2


def test_a_text_that_is_like_no_other_is_in_no_group():
    points = np.eye(4, dtype=np.float32)[[0, 0, 1, 2, 2, 2]]
    assert linked(points, seed=0).tolist() == [1, 1, NONE, 0, 0, 0]


def test_groups_are_numbered_by_size_then_by_who_comes_first():
    assert biggest_first(np.array([7, 2, 2, 5, NONE, NONE, NONE])).tolist() == [
        1,
        0,
        0,
        2,
        -1,
        -1,
        -1,
    ]


def test_labels_are_words_of_the_group_and_of_no_other():
    texts, _ = placed(200)
    kind = topics(200)
    groups = np.array([list(TOPICS).index(each) for each in kind])
    labels = label_groups(texts, groups)
    for name, label in zip(TOPICS, labels, strict=True):
        words = label.replace(",", "").split()
        assert set(words) <= set(TOPICS[name].split())
        assert len(words) >= 2


def test_words_in_every_text_label_nothing_while_others_do():
    label, rest = label_groups(
        ["please add milk"] * 9 + ["please add tea"] * 9, np.repeat([0, 1], 9)
    )
    assert "milk" in label
    assert "please" not in label
    assert "tea" in rest


@pytest.mark.parametrize(
    ("texts", "label"), [(["🍄", "🔥"], ""), (["", ""], ""), (["one two", "one"], "one, two")]
)
def test_a_group_that_is_all_there_is_is_called_by_its_own_words(texts, label):
    assert label_groups(texts, np.zeros(2, dtype=int)) == [label]
    assert label_groups(texts, np.full(2, NONE)) == []


def test_a_label_is_words_that_people_can_read():
    groups = np.array([0, 0, 0, NONE, NONE, NONE])
    assert label_groups(["x" * 5000] * 3 + ["y"] * 3, groups) == [""]
    assert label_groups(["does milk boil"] * 3 + ["red tea"] * 3, groups)[0] == "boil, milk"
    groups = np.repeat([0, NONE], 20)
    [label] = label_groups(["京都まで何時間ですか"] * 20 + ["鶏肉を焼きますか"] * 20, groups)
    assert "京都" in label.split(", ")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("हिन्दी में कविता लिखो", "कविता"),
        ("முக்கோணம் பரப்பளவு என்ன", "முக்கோணம்"),
        ("gare\u0301 pre\u0300s du lac", "gare\u0301"),
        ("کتاب می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_words_keep_the_marks_on_their_letters(text, word):
    labels = label_groups([text] * 30 + ["red tea"] * 30, np.repeat([0, 1], 30))
    assert word in labels[0].split(", ")
    assert set(re.findall(TOKEN, text)) == set(text.split())


def test_of_a_long_text_both_ends_are_seen_in_whole_words():
    assert ends("one two", 10) == "one two"
    assert ends("one two three four five six", 12).split()[::2] == ["one", "six"]
    assert len(ends("x" * 5000, 4000)) < 4000


def test_log_odds_weigh_how_much_is_known():
    z = log_odds(np.array([30.0, 1.0, 200.0]), np.array([0.0, 0.0, 200.0]))
    assert z[0] > 1.0 > z[1] > 0 > z[2]


def test_two_topics_are_two_regions_with_what_is_around_them():
    _, points = placed(300)
    graph = nearest(points, 10, silent)
    kind = topics(300)
    chosen = np.flatnonzero(np.isin(kind, ("date", "sql")))[::3]
    regions = split(chosen, graph, points, seed=0)
    assert set(regions.tolist()) == {0, 1, NONE}
    for name in ("date", "sql"):
        inside = regions[kind == name]
        assert (inside == inside[0]).mean() > 0.9
    assert (regions[~np.isin(kind, ("date", "sql"))] == NONE).mean() > 0.9


def test_without_hot_spots_there_is_no_region():
    _, points = placed(50)
    graph = nearest(points, 5, silent)
    assert (split(np.array([], dtype=int), graph, points, seed=0) == NONE).all()


def test_few_failures_are_listed_and_more_are_described():
    _, points = placed(60)
    few, more = np.arange(60) < 20, np.arange(60) < 50
    assert (described(few, points, seed=0) == NONE).all()
    assert described(more, points, seed=0).max() > 3


def test_the_sign_test_is_that_of_mcnemar():
    first = np.repeat([True, False, True, False], [23, 2, 7, 8])
    second = np.repeat([False, True, True, False], [23, 2, 7, 8])
    found = compare(first, second, np.ones(40, dtype=bool))
    assert (found.asked, found.only_first, found.only_second, found.both) == (40, 23, 2, 7)
    assert found.p == pytest.approx(2 * (1 + 25 + 300) / 2**25)
    assert compare(first, first, np.ones(40, dtype=bool)).p == 1


def wrong(number: int, text: str, *, kinds: tuple[str, ...] = (), prompt: str = "") -> Response:
    name = prompt or f"prompt number {number}"
    return Response(f"k{number}", "ada", name, text, True, 1, kinds)


def test_errors_are_grouped_by_what_is_wrong_before_what_they_say():
    errors = [wrong(n, "add(1)", kinds=("value:date", "chatty")) for n in range(5)]
    errors += [wrong(n, "add(1)", kinds=("chatty",)) for n in range(5, 8)]
    errors += [wrong(8, "")]
    errors += [wrong(9, "something else")]
    groups, alone, _ = group_errors(errors, TfIdf(0), silent, seed=0)
    found = [(each.kinds, each.words, each.members.tolist()) for each in groups]
    assert found == [
        (("chatty", "value:date"), "", [0, 1, 2, 3, 4]),
        (("chatty",), "", [5, 6, 7]),
        ((EMPTY,), "", [8]),
    ]
    assert alone.tolist() == [9]


def test_many_errors_without_kinds_are_grouped_by_their_words():
    errors = [each for each in planted(300) if each.wrong]
    groups, alone, _ = group_errors(errors, TfIdf(0), silent, seed=0)
    assert "geometry" in {
        name
        for name, words in TOPICS.items()
        if set(groups[0].words.replace(",", "").split()) <= set(words.split())
    }
    assert sum(len(each.members) for each in groups) + len(alone) == len(errors)


def test_attempts_at_one_prompt_are_no_group_of_errors():
    rng = np.random.default_rng(0)
    words = [f"word{number}" for number in range(400)]
    errors = [
        wrong(n, " ".join([*base, str(attempt)]), prompt=f"prompt {n}")
        for n in range(60)
        for base in [rng.choice(words, 6)]
        for attempt in range(5)
    ]
    groups, alone, _ = group_errors(errors, TfIdf(0), silent, seed=0)
    assert all(each.members.size >= 15 for each in groups)
    members = [set(each.members.tolist()) for each in groups]
    for first in range(0, 300, 5):
        together = set(range(first, first + 5))
        assert any(together <= each for each in members) or together <= set(alone.tolist())


def line(marks: list[int]) -> tuple[np.ndarray, Graph]:
    """Texts in a row, each with the next two around a circle as its neighbours."""
    total = len(marks)
    around = (np.arange(total)[:, None] + [1, 2]) % total
    cosine = np.ones((total, 2), dtype=np.float32)
    return np.array(marks, dtype=bool), Graph(around.astype(np.int32), cosine)


def test_picks_are_dense_severe_and_not_mended():
    hard, graph = line([1, 1, 1, 1, 0, 0])
    severity = np.array([1.0, 2.0, 1.0, 1.0, 2.0, 2.0])
    unfixed = np.array([1.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    none = np.full(6, NONE)
    found = pick(hard, severity, unfixed, none, graph, np.eye(6, dtype=np.float32), most=9)
    assert [each.at for each in found] == [1, 0, 2]  # 3 has no failure around it
    assert [each.weight for each in found] == [2, 1, 0.25]  # 2 has one, and is mended


def test_of_near_copies_one_is_picked_before_others_and_regions_take_turns():
    hard, graph = line([1] * 6)
    points = np.eye(6, dtype=np.float32)[[0, 0, 1, 2, 2, 3]]
    regions = np.array([0, 0, 0, 1, 1, 1])
    ones = np.ones(6)
    found = pick(hard, ones, ones, regions, graph, points, most=6)
    assert [each.region for each in found] == [0, 1, 0, 1, 0, 1]
    assert [each.at for each in found] == [0, 3, 2, 5, 1, 4]
    assert [each.at for each in pick(hard, ones, ones, regions, graph, points, most=2)] == [0, 3]
