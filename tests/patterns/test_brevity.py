"""Answers that are a letter, a number or a word are not grouped by what they say."""

from dataclasses import replace

import numpy as np
import pytest
from planted import planted, silent

from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.as_table import as_table
from tui_arena.patterns.brevity import most_often, too_short
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.found import Patterns
from tui_arena.patterns.page import page

LONG = ["It is the area of a triangle.", "The sum of both is wrong.", "I cannot say."] * 10


def choices(*forms: str) -> list[str]:
    return [form.format("ABCD"[number % 4]) for number in range(40) for form in forms]


@pytest.mark.parametrize(
    "texts",
    [
        choices("{}"),
        choices(" {}"),
        choices("({})", "{}.", "**{}**"),
        choices("The answer is {}."),
        choices("The answer is ({}), 12."),
        ["True", "False"] * 20,
        [str(number) for number in range(40)],
        ["Paris", "Rome!", "an", "🍄"] * 10,
        [*choices("{}"), *LONG[:5]],
    ],
)
def test_answers_of_one_word_and_choices_are_too_short(texts):
    flags = too_short(texts)
    assert flags.sum() >= len(texts) - 5
    assert not any(flags[len(texts) - 5 :]) or texts[-5:] != LONG[:5]


@pytest.mark.parametrize(
    "texts",
    [
        LONG,
        ["I cannot help with that."] * 40,
        ["No idea"] * 40,
        [f"add_calendar_entry('2024-11-{number:02}', 5)" for number in range(1, 30)],
        ["京都まで何時間ですか", "鶏肉を焼きますか"] * 20,
        ["x" * 500] * 40,
        [],
    ],
)
def test_answers_that_say_something_are_not(texts):
    assert not too_short(texts).any()


def test_among_others_only_choices_are_too_short():
    flags = too_short([*LONG, "B", "(C)", "Sorry", "42"])
    assert np.flatnonzero(flags).tolist() == [30, 31, 33]


def test_what_is_said_most_often_comes_first():
    assert most_often(["B", "A ", "B", "C", "A"], 2) == [("A", 2), ("B", 2)]


@pytest.fixture(scope="module")
def answered() -> list[Response]:
    """Letters for answers, and the same of one model that explains itself."""
    return [
        replace(each, text="ABCD"[number % 4] if each.wrong else "")
        for number, each in enumerate(planted(300))
    ]


def look(responses: list[Response]) -> Patterns:
    return find_patterns(responses, embedder=TfIdf(0), tell=silent).patterns


def test_of_choices_a_sentence_is_said_and_no_group_is_made(answered):
    patterns = look(answered)
    wrong = sum(bool(each.wrong) for each in answered)
    assert patterns.groups == []
    assert patterns.brief is not None
    assert patterns.brief.responses == patterns.ungrouped_total == wrong
    assert set(patterns.brief.most) == set("ABCD")
    said = f"{wrong:,} wrong responses are too short to be grouped by what they say"
    assert said in as_table(patterns, width=None)
    assert said in b"".join(page(patterns)).decode()
    assert len(patterns.regions) == 3  # which are of prompts, and go by their words
    assert "The regions say which prompts" in as_table(patterns, width=None)


def test_choices_of_one_benchmark_leave_the_groups_of_other_errors_as_they_are(answered):
    spoken = [replace(each, model="eve") for each in planted(300) if each.model == "bob"]
    ada = [each for each in answered if each.model == "ada"]
    patterns = look([*ada, *spoken])
    alone = look(spoken)
    assert [each.label for each in patterns.groups] == [each.label for each in alone.groups]
    assert all(set(each.models) == {"eve"} for each in patterns.groups)
    assert patterns.brief is not None
    assert patterns.brief.responses == sum(bool(each.wrong) for each in ada)


def test_choices_whose_kind_is_known_are_grouped_by_it(answered):
    kinds = [replace(each, kinds=("wrong letter",) if each.wrong else ()) for each in answered]
    patterns = look(kinds)
    assert [(each.kinds, each.label) for each in patterns.groups] == [(["wrong letter"], "")]
    assert patterns.brief is None


def test_a_few_short_answers_are_no_news(answered):
    few = [replace(each, wrong=bool(each.wrong) and n < 60) for n, each in enumerate(answered)]
    patterns = look(few)
    assert patterns.brief is None
    assert patterns.groups == []
    assert patterns.ungrouped
