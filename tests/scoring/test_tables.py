"""What counts where: each rule of the tables, in the smallest sessions that tell it."""

import json
from copy import deepcopy
from typing import Any

import pytest
from marked import asked, copied, marks, scored, talk, told
from talk import at, mark

from tui_arena.errors import ArenaError
from tui_arena.scoring import as_json
from tui_arena.scoring.gather import Wanted
from tui_arena.scoring.results import Scores, Symbols, Weights
from tui_arena.scoring.weights import read_weights, write_weights
from tui_arena.session import Move, Parent, SetAside

FRED = "Add a meeting with Fred"


def reliability(scores: Scores) -> list[tuple[str, int, int]]:
    return [(row.model, row.right.hits, row.right.of) for row in scores.reliability]


def rows_of(scores: Scores) -> list[tuple[str | None, str | None]]:
    [dialog] = scores.dialogs
    return [
        tuple(reply.attempt if reply is not None else None for reply in (row.left, row.right))
        for row in dialog.rows
    ]


def read_back(scores: Scores) -> dict[str, Any]:
    return json.loads(b"".join(as_json.write(scores)))


def test_an_answer_is_right_that_carries_a_mark_and_no_fault() -> None:
    cells = ["✔", "🥦", "✔🥦", "", "✔🍄", "🥦🍄", "✔(🍄)", "🔥", "🔥🔥", "(🍄)"]
    [row] = scored(talk("s", [asked("t", FRED, *cells)])).reliability
    assert [reply.right for reply in row.attempts] == [True] * 3 + [False] * 7
    assert (row.right.hits, row.right.of) == (3, 9)
    assert row.symbols == Symbols(ok=4, fixed=3, mistake=4, garbage=3)
    assert row.symbols.n == 14


# reliability


def test_attempts_at_a_first_prompt_are_pooled_over_sessions() -> None:
    several = talk("a", [asked("1", FRED, "✔", "🍄", ""), asked("2", "And?", "✔")])
    alone = talk("b", [asked("1", FRED, "✔")], [asked("1", FRED, "🔥", model="two")])
    scores = scored(several, alone)
    assert reliability(scores) == [("one", 2, 3), ("two", 0, 1)]
    assert len(scores.reliability[0].attempts) == 4


def test_a_first_prompt_of_a_dialog_that_was_asked_once_is_no_attempt() -> None:
    assert reliability(scored(talk("a", [asked("1", FRED, "✔"), asked("2", "And?", "✔")]))) == []


def test_neither_corrections_nor_what_follows_copies_are_first_prompts() -> None:
    corrected = talk("a", [told("1", "The year is wrong.", "✔", "✔", about="0")])
    second = talk("b", [asked("1", FRED, "✔"), asked("2", "And?", "✔", "✔")])
    borrowed = talk("c", [copied("1", "0", side="right"), asked("2", FRED, "✔", "✔")])
    assert reliability(scored(corrected, second, borrowed)) == []


def test_the_same_words_in_another_scenario_are_another_prompt() -> None:
    one = talk("a", [asked("1", FRED, "✔")], scenario="calendar")
    other = talk("b", [asked("1", FRED, "✔")])
    assert [row.scenario for row in scored(one, other).reliability] == ["calendar", None]


def test_a_prompt_put_to_two_models_once_each_is_no_series_of_either() -> None:
    both = asked("1", FRED, "✔", "✔")
    both.attempts[1].profile = "two"
    assert reliability(scored(talk("a", [both, asked("2", "And?", "✔")]))) == []


# fixing


def test_fixing_is_of_corrections_asked_several_times_or_about_a_borrowed_answer() -> None:
    several = told("2", "Wrong time.", "🥦", "🍄", "", about="1")
    once = told("3", "Wrong year.", "🥦", about="2")
    left = [asked("1", FRED, "🍄"), several, once]
    right = [copied("9", "1"), told("8", "Wrong time.", "🥦🍄", about="9", model="two")]
    scores = scored(talk("a", left, right))
    assert [
        (row.model, [(kind.correction, kind.fixed.hits, kind.fixed.of) for kind in row.kinds])
        for row in scores.fixing
    ] == [("one", [("Wrong time.", 1, 2)]), ("two", [("Wrong time.", 1, 1)])]
    assert scores.fixing[1].kinds[0].attempts[0].borrowed


def test_an_answer_may_be_borrowed_from_where_nobody_knows() -> None:
    turns = [copied("1", "gone"), told("2", "Wrong time.", "🥦", about="1")]
    [row] = scored(talk("a", turns)).fixing
    assert (row.fixed.hits, row.fixed.of) == (1, 1)


# dialogs


def test_a_dialog_shows_the_chosen_attempts_beside_each_other() -> None:
    left = [
        asked("1", FRED, "🍄", "✔"),
        told("2", "Wrong time.", "🥦", about="1"),
        asked("3", "And?", ""),
    ]
    left[0].selected = 1
    right = [asked("1", FRED, "✔", model="two"), asked("4", "And?", "✔", model="two")]
    scores = scored(talk("a", left, right, title="Fred", scenario="calendar"))
    assert rows_of(scores) == [("a-1b", "a-1a"), ("a-2a", None), ("a-3a", "a-4a")]
    [dialog] = scores.dialogs
    assert [row.alike for row in dialog.rows] == [True, False, True]
    assert (dialog.title, dialog.scenario) == ("Fred", "calendar")
    assert (dialog.left, dialog.right) == ("one", "two")


def test_an_empty_answer_is_shown_and_a_turn_that_was_set_aside_is_not() -> None:
    silent, gone = asked("1", FRED, "🔥"), asked("2", "Well?", "🍄")
    silent.response.text = ""
    gone.moves = [Move(action="aside", by="ada", at=at(50))]
    other = asked("3", "And?", "✔", model="two")
    scores = scored(talk("a", [silent, gone, other]))
    assert rows_of(scores) == [("a-1a", None), ("a-3a", None)]
    assert (scores.dialogs[0].left, scores.dialogs[0].right) == ("one, two", "")


def test_what_is_reliability_or_fixing_alone_is_no_dialog() -> None:
    single = talk("a", [asked("1", FRED, "✔")])
    series = talk("b", [asked("1", FRED, "🍄", "✔"), told("2", "No.", "🥦", "✔", about="1")])
    assert scored(single, series).dialogs == ()
    series.panes.left.turns.append(asked("3", "And?", "✔"))
    assert len(scored(single, series).dialogs) == 1


# recap


def test_the_recap_sums_every_rated_reply_found_and_copies_once() -> None:
    left = [
        asked("1", FRED, "🍄", "✔(🍄)"),
        told("2", "No.", "🥦🔥🔥", about="1"),
        asked("3", "?", ""),
    ]
    again = talk("a", left, [copied("9", "1", model="one")])
    aside = [asked("8", "Before", "🔥")]
    again.panes.left.set_aside = [SetAside(at=at(5), reason="transplant", after=0, turns=aside)]
    again.panes.right.turns[0].attempts[0].marks = marks("✔✔✔")
    [row] = scored(again).recap
    assert row.symbols == Symbols(ok=1, fixed=1, mistake=2, garbage=3)
    assert row.points == 2 + 3 * 3
    assert row.score == pytest.approx((1 + 1 - 3) / 7)
    assert (len(row.replies), row.unrated) == (4, 1)


def test_what_a_fork_repeats_counts_once_with_the_marks_of_both() -> None:
    parent = talk("a", [asked("1", FRED, "🍄"), asked("2", "And?", "✔")])
    fork = deepcopy(parent)
    fork.id, fork.parent = "b", Parent(id="a", turn=1)
    fork.panes.left.turns[1:] = [asked("f2", "But?", "✔")]
    fork.panes.left.turns[0].response.marks.append(mark("garbage", when=2000))
    scores = scored(parent, fork)
    assert scores.replies == 3
    assert scores.recap[0].symbols == Symbols(ok=2, mistake=1, garbage=1)


def test_marks_that_were_taken_back_in_a_later_copy_are_gone() -> None:
    parent = talk("a", [asked("1", FRED, "🍄"), asked("2", "And?", "✔")])
    copy = deepcopy(parent)
    copy.panes.left.turns[0].response.marks.append(mark("mistake", when=2000, action="remove"))
    again = deepcopy(copy)
    again.panes.left.turns[0].response.marks.append(mark("garbage", when=3000))
    for sessions in ([parent, copy], [copy, parent]):
        scores = scored(*sessions)
        assert (scores.recap[0].symbols, scores.raters) == (Symbols(ok=1), (("ada", 1),))
    for sessions in ([parent, copy, again], [again, parent, copy]):
        scores = scored(*sessions)
        assert (scores.recap[0].symbols, scores.raters) == (
            Symbols(ok=1, garbage=1),
            (("ada", 2),),
        )


def test_models_with_the_same_score_share_a_rank_and_none_has_one_without_marks() -> None:
    scores = scored(
        talk("a", [asked("1", FRED, "✔✔🍄", model="x")], [asked("2", FRED, "🥦✔🍄", model="y")]),
        talk("b", [asked("1", FRED, "🍄", model="z")], [asked("2", FRED, "", model="silent")]),
    )
    assert [(row.rank, row.model) for row in scores.recap] == [(1, "x"), (1, "y"), (3, "z")]
    assert [row.model for row in scores.habits] == ["x", "y", "z"]


def test_a_rank_lies_within_its_range_however_few_marks_it_has() -> None:
    many = [asked(f"{n}", FRED, "✔✔", model="sure") for n in range(2, 60)]
    scores = scored(
        talk("a", [asked("1", FRED, "✔", model="lucky")], [asked("1", FRED, "🍄", model="sure")]),
        talk("b", many),
    )
    first, second = scores.recap
    assert (first.model, first.rank, first.best < 0.05) == ("lucky", 1, True)
    assert (first.rank_range, second.rank_range) == ((1, 2), (1, 2))


def test_weights_change_the_order() -> None:
    session = talk("a", [asked("1", FRED, "✔✔🔥", model="x")], [asked("2", FRED, "✔🍄", model="y")])
    assert [row.model for row in scored(session).recap] == ["y", "x"]
    scores = scored(session, weights=Weights(garbage=0))
    assert [row.model for row in scores.recap] == ["x", "y"]
    assert scores.weights.garbage == 0


def test_weights_are_read_as_they_are_written() -> None:
    assert read_weights("", source="--weights") == Weights()
    read = read_weights("garbage = -2.5, mistake=-1", source="--weights")
    assert read == Weights(mistake=-1, garbage=-2.5)
    assert write_weights(read) == "ok=1,fixed=1,mistake=-1,garbage=-2.5"
    assert read_weights(write_weights(read), source="--weights") == read


@pytest.mark.parametrize("wrong", ["many=2", "ok", "ok=1,ok=2", "ok=", "ok=nan", "ok=1e9"])
def test_weights_that_cannot_be_are_refused(wrong: str) -> None:
    with pytest.raises(ArenaError, match=r"^--weights: "):
        read_weights(wrong, source="--weights")


# raters


def test_several_raters_are_told_and_their_majority_holds() -> None:
    session = talk("a", [asked("1", FRED, "✔"), asked("2", "And?", "🍄")])
    first, second = (turn.response for turn in session.panes.left.turns)
    first.marks += [*marks("🍄", by="bob"), *marks("🍄", by="eve")]
    second.marks += marks("🍄", by="bob")
    scores = scored(session)
    assert scores.recap[0].symbols == Symbols(mistake=2)
    assert scores.disputed == 1
    assert scores.raters == (("ada", 2), ("bob", 2), ("eve", 1))
    alone = scored(session, wanted=Wanted(raters=("ada",)))
    assert alone.recap[0].symbols == Symbols(ok=1, mistake=1)
    assert (alone.counted, alone.disputed) == (("ada",), 0)
    assert alone.raters == scores.raters


def test_where_raters_agree_on_no_mark_the_one_in_the_middle_holds() -> None:
    session = talk("a", [asked("1", FRED, "✔"), asked("2", "And?", "🔥")])
    first, second = (turn.response for turn in session.panes.left.turns)
    first.marks += [*marks("🔥", by="bob"), *marks("🍄", by="eve")]
    second.marks += [*marks("🔥🔥", by="bob"), *marks("🍄", by="eve")]
    scores = scored(session)
    assert (scores.rated, scores.disputed) == (2, 2)
    assert scores.recap[0].symbols == Symbols(mistake=1, garbage=1)


def test_a_model_scores_the_same_whichever_other_models_are_asked_for() -> None:
    both = talk(
        "a",
        [
            asked("1", FRED, "✔"),
            asked("2", "And Paul?", "🍄", model="two"),
            told("3", "No.", "✔", about="2"),
            asked("4", "And Eve?", "🍄", "✔", model="two"),
            told("5", "No.", "🥦", about="4", model="two"),
            asked("6", "And Ann?", "🔥"),
            told("7", "No.", "🥦", about="6"),
        ],
    )
    first = talk("b", [asked("1", FRED, "🍄"), asked("2", "And Paul?", "✔", model="two")])
    every = read_back(scored(both, first))
    for model, answers in (("one", 5), ("two", 5)):
        alone = scored(both, first, wanted=Wanted(models=(model,)))
        found = read_back(alone)
        for table in ("reliability", "fixing", "habits"):
            assert found[table] == [row for row in every[table] if row["model"] == model]
        shown = [(row.left, row.right) for dialog in alone.dialogs for row in dialog.rows]
        assert {reply.model for pair in shown for reply in pair if reply} == {model}
        assert (alone.replies, dict(alone.raters)) == (answers, {"ada": answers})


def test_nothing_is_scored_as_nothing() -> None:
    scores = scored(talk("a", [asked("1", FRED, ""), asked("2", "And?", "")]))
    assert (scores.replies, scores.rated) == (2, 0)
    assert scores.recap == scores.habits == ()
    assert len(scores.dialogs) == 1
    assert scored().dialogs == ()


def test_answers_of_unrelated_sessions_that_seem_to_be_copies_are_told_of() -> None:
    """Whoever writes sessions by a program may give all turns the same ids and times."""
    one, fork = talk("a", [asked("1", FRED, "✔")]), talk("a", [asked("1", FRED, "✔")])
    fork.id, fork.parent = "b", Parent(id="a", turn=1)
    assert scored(one, fork).notes == ()
    assert scored(one, deepcopy(one)).notes == ()
    fork.parent = None
    scores = scored(one, fork)
    assert scores.replies == 1
    [note] = scores.notes
    assert note.startswith("Answers in b have the ids and times of answers in a,")
