"""The checker beside people on the score screen: by itself, by a key, and never in the way."""

import re
import threading
from pathlib import Path

import msgspec
from figures import figures_of, saved, talked

from tui_arena.checking.own import OwnCheck
from tui_arena.manner import Manner
from tui_arena.scenario import Scenario, Step, find_scenario
from tui_arena.scoring.checks import Checks
from tui_arena.scoring.gather import Wanted
from tui_arena.session import Session, new_session
from tui_arena.store import load_session

CALENDAR = find_scenario("calendar")
RIGHT = CALENDAR.steps[0].expected or ""
ASK = "c holds marks against what the checker suggests"


def playing(scenario: Scenario) -> dict[str, object]:
    return {
        "session": new_session(systems=("", ""), scenario=scenario.name),
        "scenario": scenario,
    }


async def answered(it, left: str, right: str) -> None:
    """Send the next step, let both sides answer it, and rate both answers ok."""
    await it.answer_step(left, right)
    await it.press("escape", "1", "7")


async def raters_page(it) -> None:
    await it.press("percent_sign")
    await it.until(lambda: it.app.screen.figures is not None)
    await it.press("7")


async def test_while_a_scenario_plays_marks_are_held_against_suggestions_by_themselves(
    arena,
) -> None:
    async with arena(**playing(CALENDAR), size=(80, 24)) as it:
        await answered(it, RIGHT, "Sorry, I cannot.")
        await raters_page(it)
        await it.until("2 responses with marks of both.")
        assert "Scores of this session, live, checked" in it.rows[0]
        assert re.search(r"no fault +1 +0 +0", it.text)
        assert re.search(r"garbage +1 +0 +0", it.text)
        assert "1 response on which both differ" in it.text
        # and it follows
        it.app.arena.commands["marking"].mark("right", "garbage")
        await it.until(lambda: "on which both differ" not in it.text)
        await it.press("c")
        await it.until(ASK)
        assert "checked" not in it.rows[0]
        await it.press("c")
        await it.until("2 responses with marks of both.")


async def test_who_is_to_judge_alone_is_told_nothing_unless_they_ask(arena) -> None:
    async with arena(**playing(CALENDAR), manner=Manner(suggests=False)) as it:
        await answered(it, RIGHT, "Sorry, I cannot.")
        await raters_page(it)
        assert ASK in it.text
        await it.press("1", "enter")
        assert "suggests" not in it.text
        await it.press("escape", "c")
        await it.until("2 responses with marks of both.")


async def test_where_nothing_is_expected_it_says_so(arena) -> None:
    async with arena() as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "1")
        await raters_page(it)
        assert ASK in it.text
        await it.press("c")
        await it.until("Nothing here can be checked")


async def test_all_saved_sessions_are_checked_only_where_that_is_asked(
    arena, tmp_path: Path
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    saved(of_calendar(), folder)
    async with arena(**playing(CALENDAR), folder=folder) as it:
        await answered(it, RIGHT, RIGHT)
        await it.until(lambda: not it.file.unsaved)
        await raters_page(it)
        await it.until("2 responses with marks of both.")
        await it.press("a")
        await it.until("2 sessions, 4 responses")
        assert ASK in it.text
        await it.press("c")
        await it.until("3 responses with marks of both.")
        await it.press("a")
        await it.until("2 responses with marks of both.")


async def test_a_check_that_never_ends_holds_up_no_key_and_counts_for_nothing(arena) -> None:
    begun, may_end = threading.Event(), threading.Event()
    threads: list[str] = []

    def check(answer: str, expected: str | None, prompt: str) -> bool:
        threads.append(threading.current_thread().name)
        if threads[-1] == "scores":
            begun.set()
            may_end.wait(60)
        return True

    own = msgspec.structs.replace(
        CALENDAR, name="own", check="own", steps=(Step(prompt="Hi?", expected="Hi."),)
    )
    async with arena(**playing(own), own_check=OwnCheck(Path("own.py"), check)) as it:
        await answered(it, "Hi.", "Ho.")
        await raters_page(it)  # and so there are figures
        await it.until(begun.is_set)
        assert "checking" in it.rows[0]
        assert "The checker looks at every response now." in it.text
        await it.press("1")
        assert "#1" in it.text
        await it.press("c")  # no more of it
        await it.until(lambda: "checking" not in it.rows[0])
        may_end.set()
        await it.press("7", "c")
        await it.until("2 responses with marks of both.")  # by a scenario that no folder has
        assert "scores" in threads
        await it.press("escape")
        assert it.app.screen is it.app.arena


def of_calendar() -> Session:
    session = talked(CALENDAR.steps[0].prompt, names=("three", "four"))
    session.scenario = "calendar"
    for side in (session.panes.left, session.panes.right):
        side.turns[0].prompt.step = 1
        side.turns[0].prompt.kind = "script"
    return session


async def test_saved_sessions_are_checked_by_the_same_key(tmp_path: Path) -> None:
    saved(of_calendar(), tmp_path)
    checks = Checks()
    async with figures_of(tmp_path, suggest=checks, notes=checks.notes) as it:
        await it.press("c")
        await it.until("1 response with marks of both.")
        assert "all sessions, checked" in it.text
        assert it.app.scores.sheet.chosen.says.startswith("severity: ")
        await it.press("c")
        await it.until(ASK)
    asked = {"wanted": Wanted(raters=("checker",)), "suggest": checks, "check": True}
    async with figures_of(tmp_path, **asked) as it:
        assert "2 rated, by checker" in it.text
        await it.press("c")
        assert "so it is always asked" in it.text
        assert "2 rated, by checker" in it.text


def test_the_scenario_that_is_played_counts_before_the_one_of_that_name(tmp_path: Path) -> None:
    session = load_session(saved(of_calendar(), tmp_path))
    asked = CALENDAR.steps[0].prompt
    mine = msgspec.structs.replace(
        CALENDAR, steps=(Step(prompt=asked, expected="left says", check="contains"),)
    )
    [first, *_] = Checks()(session).values()
    [kept, other] = Checks(open_session=session.id, scenario=mine)(session).values()
    assert [each.kinds for each in (first, kept, other)] == [("garbage",), (), ("not_contained",)]
