"""Pairs for training: which prompt, which answers, and which pairs are none."""

import json

import pytest
from talk import at, attempt, everything, mark, said, session, turn, vote

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.preference import write
from tui_arena.fork import fork
from tui_arena.session import Corrects, Edit, Session


def pairs(*sessions: Session) -> tuple[list[dict], list[str]]:
    left_out = LeftOut()
    lines = [json.loads(line) for line in write(Collected(sessions), left_out)]
    return lines, left_out.lines()


def fixed_talk(*, fault=None, fix=None, **fields) -> Session:
    """A mistake and its fix, after another turn."""
    wrong = attempt("wa", "2023", when=20, marks=[mark("mistake", when=25)], **(fault or {}))
    right = attempt("fa", "2024", when=30, **({"marks": [mark("fixed", when=35)]} | (fix or {})))
    about = Corrects(turn="w", attempt="wa", mark="mistake")
    return session(
        [
            said("l1", "Hello", "Hi", when=10),
            turn("w", "Which year?", wrong, when=20),
            turn("f", "No.", right, when=30, kind="correction", corrects=about),
        ],
        systems=("Be right.", ""),
        **fields,
    )


def test_a_fix_stands_at_the_prompt_of_the_mistake() -> None:
    [pair], left_out = pairs(fixed_talk())
    assert pair["prompt"] == [
        {"role": "system", "content": "Be right."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "Which year?"},
    ]
    assert pair["chosen"] == [{"role": "assistant", "content": "2024"}]
    assert pair["rejected"] == [{"role": "assistant", "content": "2023"}]
    assert (pair["source"], pair["blind"], pair["raters"]) == ("fix", None, ["ada"])
    assert left_out == []


def test_a_fix_after_two_corrections_is_better_than_both_answers_before_it() -> None:
    made = fixed_talk(fix={"marks": [mark("mistake", when=35)]})
    about = Corrects(turn="f", attempt="fa", mark="mistake")
    made.panes.left.turns.append(
        said(
            "g",
            "Still no.",
            "2025",
            when=40,
            kind="correction",
            corrects=about,
            marks=[mark("fixed", when=45)],
        )
    )
    found, _ = pairs(made)
    assert [(p["prompt"][-1]["content"], p["rejected"][0]["content"]) for p in found] == [
        ("No.", "2024"),
        ("Which year?", "2023"),
    ]
    assert {p["chosen"][0]["content"] for p in found} == {"2025"}


def test_another_models_fix_stands_at_the_prompt_of_the_original() -> None:
    found, _ = pairs(everything())
    across = [p for p in found if (p["rejected_model"], p["chosen_model"]) == ("one", "two")]
    fix = next(p for p in across if p["source"] == "fix")
    assert [m["content"] for m in fix["prompt"]] == [
        "You are a calendar.",
        "Add a meeting with Fred on Nov 11 at 5PM",
    ]


@pytest.mark.parametrize(
    ("fault", "fix", "reason"),
    [
        ({"marks": [mark("mistake"), mark("mistake", action="remove")]}, {}, "no fault is marked"),
        ({}, {"marks": [mark("fixed"), mark("garbage")]}, "a fault of its own"),
        ({}, {"stop": "length"}, "has no end"),
        ({"text": ""}, {}, "worse answer is empty"),
        ({"text": "2024"}, {}, "with the same text"),
        ({"edits": [Edit(text="x", by="ada", at=at(22))]}, {}, "words that a person wrote"),
    ],
)
def test_what_makes_no_pair_is_said(fault: dict, fix: dict, reason: str) -> None:
    made = fixed_talk()
    for answer, changes in zip(
        (found.response for found in made.panes.left.turns[1:]), (fault, fix), strict=True
    ):
        for name, value in changes.items():
            setattr(answer, name, value)
    found, [line] = pairs(made)
    assert found == []
    assert line.startswith("1 ")
    assert reason in line


def test_a_fix_whose_mark_was_taken_back_is_none() -> None:
    made = fixed_talk(fix={"marks": [mark("fixed"), mark("fixed", action="remove")]})
    assert pairs(made) == ([], [])


def test_an_edit_after_the_mark_leaves_the_models_own_words() -> None:
    [pair], _ = pairs(fixed_talk(fault={"edits": [Edit(text="x", by="ada", at=at(28))]}))
    assert pair["rejected"][0]["content"] == "2023"


def test_what_a_fork_repeats_counts_once() -> None:
    made = fixed_talk()
    found, left_out = pairs(made, fork(made, 3), fork(made, 3))
    assert len(found) == 1
    assert left_out == []


# votes


def voted(*votes, left="Yes", right="No", **fields) -> Session:
    return session(
        [said("l1", "Sure?", left, when=10)],
        [said("r1", "Sure?", right, when=10, model="two")],
        votes=list(votes),
        **fields,
    )


def test_a_vote_makes_a_pair_that_says_whether_it_was_blind() -> None:
    [blind], _ = pairs(voted(vote("right", "l1", "r1")))
    assert blind["chosen"][0]["content"] == "No"
    assert (blind["source"], blind["blind"], blind["chosen_model"]) == ("vote", True, "two")
    [seen], _ = pairs(
        voted(vote("right", "l1", "r1"), vote("right", "l1", "r1", by="bob", blind=False))
    )
    assert (seen["blind"], seen["raters"]) == (False, ["ada", "bob"])


def test_votes_that_make_no_pair() -> None:
    cases = {
        "tie or both bad": voted(vote("tie", "l1", "r1"), vote("both-bad", "l1", "r1", by="bob")),
        "disagree": voted(vote("left", "l1", "r1"), vote("right", "l1", "r1", by="bob")),
        "different messages": voted(vote("left", "l1", "r1"), systems=("Be.", "Be not.")),
        "not in the file": voted(vote("left", "l1", "gone")),
    }
    for reason, made in cases.items():
        found, [line] = pairs(made)
        assert found == []
        assert reason in line


def test_answers_after_different_dialogs_make_no_pair() -> None:
    made = voted(vote("left", "l2", "r2"))
    made.panes.left.turns.append(said("l2", "Why?", "Because.", when=20))
    made.panes.right.turns.append(said("r2", "Why?", "Because not.", when=20, model="two"))
    found, [line] = pairs(made)
    assert found == []
    assert "different messages" in line
