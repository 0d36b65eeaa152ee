"""From responses to patterns, and what is said where there is nothing to be found."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from planted import TOPICS, planted, silent

from tui_arena.errors import ArenaError
from tui_arena.patterns.analysis import Analysis, find_patterns
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.words import sees


def look(responses: list[Response], **more) -> Analysis:
    return find_patterns(responses, embedder=TfIdf(0), tell=silent, **more)


@pytest.fixture(scope="module")
def found() -> Analysis:
    return look(planted(300, attempts=2))


def test_regions_are_the_topics_that_models_fail_at(found):
    patterns = found.patterns
    assert not patterns.descriptive
    assert len(patterns.regions) == 3
    by_topic = {each.prompts: each for each in patterns.regions}
    assert all(27 <= size <= 33 for size in by_topic)
    only_ada = max(patterns.regions, key=lambda each: each.only_first)
    only_bob = max(patterns.regions, key=lambda each: each.only_second)
    shared = max(patterns.regions, key=lambda each: each.both)
    assert {only_ada.id, only_bob.id, shared.id} == {"R1", "R2", "R3"}
    assert only_ada.p < 0.001 > only_bob.p
    assert shared.p > 0.05


def test_models_and_their_difference(found):
    patterns = found.patterns
    ada, _ = patterns.models
    assert (ada.model, ada.responses, ada.prompts) == ("ada", 600, 300)
    assert ada.clustering is not None
    assert ada.clustering.p == 0.001
    assert ada.hot is not None
    assert ada.hot > 30
    difference = patterns.difference
    assert difference is not None
    assert (difference.first, difference.second, difference.prompts) == ("ada", "bob", 300)
    assert difference.p > 0.05  # each fails at one topic alone
    assert difference.hot_only_first
    assert difference.hot_only_second
    assert difference.hot_both


def test_what_is_asked_after_long_examples_that_all_share_tells_prompts_apart():
    examples = " ".join(f"Example {n}: the answer to {n} is {n % 4}." for n in range(200))
    responses = [
        replace(each, prompt=f"{examples}\n{each.prompt}")
        for each in planted(200)
        if each.model == "ada"
    ]
    patterns = look(responses).patterns
    assert patterns.models[0].hot
    words = {word for each in patterns.regions for word in each.label.split(", ")}
    assert words <= set(f"{TOPICS['date']} {TOPICS['geometry']}".split())


def test_the_same_seed_finds_the_same(found):
    again = look(planted(300, attempts=2)).patterns
    assert msgspec.json.encode(again) == msgspec.json.encode(found.patterns)


def test_where_failures_lie_by_chance_nothing_is_found():
    patterns = look(planted(200, rate=0.08, seed=1)).patterns
    assert patterns.regions == []
    assert "no proof" in patterns.notes[0]


def test_few_prompts_are_described_and_nothing_is_tested():
    patterns = look(planted(60, attempts=3)).patterns
    assert patterns.descriptive
    assert "60 distinct prompts" in patterns.notes[0]
    assert sees(patterns.power) in patterns.notes[0]
    assert patterns.power.compact > 0
    assert all(each.hot is None and each.clustering is None for each in patterns.models)
    assert patterns.difference is not None
    assert patterns.difference.hot_both is None


def test_models_are_chosen_and_compared_in_the_order_named():
    responses = planted(20)
    both = look(responses, models=("bob", "ada")).patterns
    assert both.difference is not None
    assert (both.difference.first, both.difference.second) == ("bob", "ada")
    one = look(responses, models=("bob", "bob")).patterns
    assert one.difference is None
    assert [each.model for each in one.models] == ["bob"]
    with pytest.raises(ArenaError, match="eve"):
        look(responses, models=("eve", "ada"))


def test_of_many_models_those_with_the_most_prompts_in_common_are_compared():
    responses = planted(20)
    responses += [replace(each, model="eve") for each in responses[:8] if each.model == "ada"]
    difference = look(responses).patterns.difference
    assert difference is not None
    assert (difference.first, difference.second) == ("ada", "bob")


def test_of_very_many_models_a_sentence_names_some():
    responses = [Response(f"{n}", f"m{n}", f"prompt {n // 2}", "", False) for n in range(400)]
    difference = look(responses).patterns.difference
    assert difference is not None
    assert (difference.first, difference.second) == ("m0", "m1")
    with pytest.raises(ArenaError, match=r"m0, m1, m10, .* and 390 more models\."):
        look(responses, models=["nobody"])


def test_what_only_some_models_were_asked_is_compared_where_both_were():
    responses = [
        each for each in planted(260) if each.model == "ada" or int(each.key.split("/")[1]) < 120
    ]
    patterns = look(responses).patterns
    assert patterns.difference is not None
    assert patterns.difference.prompts == 120
    assert [each.prompts for each in patterns.models] == [260, 120]


def odd(texts: list[str], wrong: bool | None = True, **more) -> list[Response]:
    return [
        Response(f"{number}", "ada", text, text, wrong, 1, **more)
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("responses", "note"),
    [
        (odd([f"prompt {n}" for n in range(150)], wrong=False), "No judged response is wrong"),
        (odd(["one prompt"] * 20), "answer one prompt"),
        (odd([f"prompt {n}" for n in range(150)]), "All prompts are failed at"),
        (
            [each for n in range(3) for each in odd([f"p {m}" for m in range(150)], wrong=n == 0)],
            "no model fails at any prompt",
        ),
        (odd(["🍄", "🔥", "🥦"]), "3 distinct prompts"),
        (odd(["", " "]), "answer one prompt"),
        ([*odd(["a"]), *odd(["b", "c"], wrong=None)], "2 responses have no mark"),
        ([*odd(["a"]), *odd(["b"], wrong=None)], "1 response has no mark and counts"),
    ],
)
def test_where_there_is_nothing_to_see_a_sentence_says_why(responses, note):
    patterns = look(responses).patterns
    assert note in " ".join(patterns.notes)
    assert patterns.regions == []
    assert all(np.isfinite([point.x, point.y]).all() for point in patterns.points)


def test_without_marks_there_is_one_sentence_and_no_table():
    with pytest.raises(ArenaError, match="rate some"):
        look(odd(["a", "b"], wrong=None))


def test_errors_of_which_only_the_marks_are_known_are_counted_and_in_no_group():
    responses = [replace(each, text=None) for each in odd(["a", "b", "c"])]
    patterns = look([*responses, *odd(["d"])]).patterns
    assert patterns.models[0].wrong == 4
    assert [each.text for each in patterns.ungrouped] == ["d"]
    assert patterns.groups == []
    assert "Of 3 wrong responses only the marks are known" in patterns.notes[-1]


def test_only_failures_are_no_place_of_their_own():
    patterns = look(odd([f"prompt about {n % 7} and {n}" for n in range(150)])).patterns
    assert patterns.models[0].failed == 150
    assert patterns.models[0].hot == 0
    assert patterns.models[0].clustering is None
