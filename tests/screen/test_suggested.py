"""Suggested marks: dimmed until one key takes them over, and nothing in the record before."""

import pytest

from tui_arena.checking.own import OwnCheck
from tui_arena.manner import Manner
from tui_arena.scenario import Scenario, Step, find_scenario
from tui_arena.session import new_session

CALENDAR = find_scenario("calendar")
RIGHT = CALENDAR.steps[0].expected or ""
IN_2024 = CALENDAR.steps[1].expected or ""
LATE = RIGHT.replace("17:00", "05:00")


def calendar() -> dict[str, object]:
    return {"session": new_session(systems=("", ""), scenario="calendar"), "scenario": CALENDAR}


@pytest.mark.parametrize("look", [{"size": (80, 24)}, {"size": (120, 36), "ascii_only": True}])
async def test_an_answer_that_ended_has_a_suggestion_which_counts_once_taken_over(
    arena, look
) -> None:
    async with arena(**calendar(), **look) as it:
        await it.answer_step(RIGHT, f"Sure: {LATE}")
        assert it.row("suggested: ok")
        assert it.row("suggested: mistake (value:time, chatty)")
        assert it.marks("left") == it.marks("right") == set()
        await it.press("escape")
        assert "y as suggested" in it.rows[-1]
        assert "1 ok?  2 mistake  3 fixed" in it.text
        assert "7 ok  8 mistake?  9 fixed" in it.text
        await it.press("y")
        assert (it.marks("left"), it.marks("right")) == ({"ok"}, {"mistake"})
        assert "suggested" not in it.text
        assert "1 ok  2 mistake  3 fixed" in it.text
        entries = [*it.attempt("left").marks, *it.attempt("right").marks]
        assert [(e.mark, e.by, e.suggested) for e in entries] == [
            ("ok", "ann", True),
            ("mistake", "ann", True),
        ]
        await it.press("y")
        assert "Nothing is suggested for these responses." in it.text
        await it.press("u")
        assert it.marks("left") == it.marks("right") == set()
        assert "Undone: only suggested again on both sides." in it.text
        assert it.row("suggested: ok")


async def test_each_side_has_its_key_and_ones_own_mark_ends_the_suggestion(arena) -> None:
    async with arena(**calendar()) as it:
        await it.answer_step(LATE, "Sorry.")
        await it.press("escape", "apostrophe")
        assert (it.marks("left"), it.marks("right")) == (set(), {"garbage"})
        assert it.text.count("suggested: ") == 1
        await it.press("1")
        assert "suggested: " not in it.text
        assert not it.attempt("left").marks[0].suggested
        await it.press("semicolon")
        assert "Nothing is suggested for the left response." in it.text
        await it.press("1")
        assert it.row("suggested: mistake (value:time)")


async def test_what_a_dialog_shows_later_is_suggested_again_where_marks_were_taken_over(
    arena,
) -> None:
    async with arena(**calendar(), size=(120, 50)) as it:
        await it.answer_step(RIGHT, RIGHT)
        await it.press("escape", "semicolon", "7", "i")
        await it.answer_step(IN_2024, RIGHT)
        left, right = it.file.session.panes.left.turns[0], it.file.session.panes.right.turns[0]
        assert it.text.count("suggested: ok mistake (value:date)") == 1  # on the left alone
        await it.press("escape", "up", "semicolon")
        assert [(e.mark, e.action) for e in left.response.marks] == [
            ("ok", "add"),
            ("mistake", "add"),
        ]
        assert [e.mark for e in right.response.marks] == ["ok"]
        assert it.row("suggested: fixed")


async def test_a_suggestion_tells_no_model_from_another(arena) -> None:
    """Blind, a mistake recurs whoever made it before: else one saw who answers now."""
    async with arena(**calendar(), size=(120, 60)) as it:
        await it.answer_step(f"Sure: {RIGHT}", f"Sure: {RIGHT}")
        await it.press("escape", "b", "i")
        await it.until(lambda: all(s.ready for s in it.app.arena.sides.values()))
        await it.answer_step(f"Sure: {IN_2024}", f"Sure: {IN_2024}")
        assert it.text.count("suggested: fixed again (chatty)") == 2
        await it.press("escape", "b")
        profiles = {turn.response.profile for turn in it.file.session.panes.left.turns}
        again = "again" if len(profiles) == 1 else "mistake"
        assert it.text.count(f"suggested: fixed {again} (chatty)") == 2


async def test_slow_checks_come_beside_and_what_fails_is_told_once(arena, tmp_path) -> None:
    def check(answer: str, expected: str | None, prompt: str) -> object:
        if answer == "bad":
            raise RuntimeError("[b]\x1b[2Jbroken")
        return ["\x1b[2J[red]rude"]

    scenario = Scenario(name="own", steps=(Step(prompt="One?"), Step(prompt="Two?")))
    own = OwnCheck(tmp_path / "mine.py", check)
    async with arena(scenario=scenario, own_check=own, size=(160, 40)) as it:
        await it.answer_step("fine", "bad")
        await it.until("suggested: mistake (␛[2J[red]rude)")
        await it.until("RuntimeError:")
        assert it.text.count("suggested: ") == 1
        assert "\x1b" not in it.text


async def test_the_page_of_what_is_expected_names_the_mistakes(arena) -> None:
    async with arena(**calendar()) as it:
        await it.answer_step(LATE, RIGHT)
        await it.press("escape", "x")
        assert "Mistakes found in what the left side said" in it.text
        assert "value:time" in it.text


async def test_who_wants_no_suggestions_gets_none(arena) -> None:
    async with arena(**calendar(), manner=Manner(suggests=False)) as it:
        await it.answer_step(RIGHT, RIGHT)
        await it.press("escape", "y")
        assert "suggested: " not in it.text
        assert it.marks("left") == set()


async def test_without_a_scenario_nothing_is_suggested(arena) -> None:
    async with arena() as it:
        await it.answer(left=RIGHT, right=RIGHT)
        await it.press("escape")
        assert "suggested" not in it.text
