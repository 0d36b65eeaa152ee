"""Distinct prompts with their errors and attempts."""

import numpy as np
import pytest

from tui_arena.errors import ArenaError
from tui_arena.patterns.cases import Response, gather_cases, prompt_key


def said(prompt: str, wrong: bool | None, *, model: str = "ada", **more) -> Response:
    return Response(key="", model=model, prompt=prompt, text="", wrong=wrong, **more)


def test_attempts_at_one_prompt_are_one_case():
    cases = gather_cases(
        [said("One?", True), said("one? ", False), said("ONE?", False), said("two", True)]
    )
    assert cases.prompts == ("One?", "two")
    assert cases.attempts[:, 0].tolist() == [3, 1]
    assert cases.errors[:, 0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("wrong", "hard"), [((1, 0), True), ((1, 0, 0), False), ((1, 1, 0), True), ((0,), False)]
)
def test_a_prompt_is_failed_where_half_of_its_attempts_are_wrong(wrong, hard):
    cases = gather_cases([said("p", bool(each)) for each in wrong])
    assert cases.hard.tolist() == [[hard]]


def test_models_stand_side_by_side_and_a_prompt_that_one_was_not_asked_is_not_its_failure():
    cases = gather_cases([said("p", True, model="bob"), said("q", False), said("p", False)])
    assert cases.models == ("ada", "bob")
    assert cases.prompts == ("p", "q")
    assert cases.asked.tolist() == [[True, True], [True, False]]
    assert cases.hard.tolist() == [[False, True], [False, False]]


def test_severity_and_fixes_are_shares_of_what_was_judged():
    cases = gather_cases(
        [
            said("p", True, severity=2, fixed=True),
            said("p", True, severity=1),
            said("p", False, severity=2),
            said("p", None, severity=2),
        ]
    )
    assert cases.severity[0, 0] == 1
    assert cases.unfixed[0, 0] == 0.5
    assert cases.severe[0, 0] == 1
    assert not cases.hard_severely[0, 0]
    assert cases.unjudged == 1


@pytest.mark.parametrize(
    ("responses", "sentence"),
    [([], "no response to look at"), ([said("p", None)], "No mark"), ([said("p", None)] * 3, "3")],
)
def test_without_a_mark_one_sentence_says_so(responses, sentence):
    with pytest.raises(ArenaError, match=sentence):
        gather_cases(responses)


def test_a_model_without_a_mark_is_refused_by_name():
    with pytest.raises(ArenaError, match=r"from bob; there are those of ada\."):
        gather_cases([said("p", True)]).number("bob")


def test_prompts_are_the_same_but_for_case_form_and_space():
    assert prompt_key("What is  3+4?\n") == prompt_key("what is 3 + 4?")
    assert prompt_key("3+4") != prompt_key("3-4")
    assert prompt_key("🍄") != prompt_key("🔥")
    assert prompt_key("\ud800") == prompt_key("\ud800")


def test_counts_have_one_cell_for_each_prompt_and_model():
    cases = gather_cases([said(f"p{i}", i % 3 == 0, model="ab"[i % 2]) for i in range(40)])
    assert cases.attempts.shape == cases.severity.shape == (40, 2)
    assert np.array_equal(cases.attempts.sum(axis=1), np.ones(40))
