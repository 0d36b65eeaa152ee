"""The score screen: figures page by page, live, and from each of them to the very responses."""

import re
import threading
from collections import Counter
from pathlib import Path

import pytest
from figures import HARMFUL, NASTY, opened_on_a_terminal, refused, saved, talked
from textual import events
from textual.actions import parse

from tui_arena.fork import fork
from tui_arena.keymap.scores import BEHIND, PAGES, SCORES
from tui_arena.scoring import score as scoring
from tui_arena.screens.scores import paged
from tui_arena.screens.scores.behind import BehindScreen
from tui_arena.screens.scores.checking import Checking
from tui_arena.screens.scores.score_screen import ScoreScreen
from tui_arena.store import load_session

DIGITS = "1234567"
EXAMPLES = Path(__file__).parents[2] / "sessions" / "examples"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time that figures are reckoned, the thread that does it; looked at in a moment."""
    monkeypatch.setattr(paged, "LOOK_EVERY", 0.02)
    threads: list[str] = []
    really = scoring.score

    def score(*given):
        threads.append(threading.current_thread().name)
        return really(*given)

    monkeypatch.setattr(scoring, "score", score)
    return threads


async def open_scores(it) -> ScoreScreen:
    await it.press("escape", "percent_sign")
    await it.until(lambda: it.app.screen.figures is not None)
    await it.pilot.pause()
    return it.app.screen


async def looked(it, screen: ScoreScreen, times: int = 5) -> None:
    """Wait until the screen has looked so many times whether anything changed."""
    seen = 0

    def look(really=screen._look) -> None:
        nonlocal seen
        seen += 1
        really()

    timer = screen.set_interval(0.02, look)
    await it.until(lambda: seen >= times)
    timer.stop()


async def test_from_a_figure_to_the_very_responses_and_to_their_turn(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="Rome.", right="Paris it is.", prompt="capital?")
        await it.answer(left="Paris.", right="The Seine.", prompt="river?")
        await it.press("escape", "2", "7", "up", "5", "down")
        await open_scores(it)
        assert "this session, live" in it.rows[0]
        assert "4 responses, 3 rated, by ann" in it.rows[0]
        assert it.row("#1").split()[:3] == ["#1", "two", "1.00"]
        assert it.row("#2").split()[:3] == ["#2", "one", "-0.67"]
        await it.press("down", "down", "down", "right")
        assert "one: 2 garbage on 1 response" in it.text
        await it.press("enter")
        assert "1 of 1" in it.rows[0]
        assert "Rome." in it.text
        assert "capital?" in it.text
        assert "🔥🔥" in it.row("ann ")
        await it.press("enter")
        assert it.app.screen is it.app.arena
        assert "The response of turn 1 on the left" in it.text
        await it.press("percent_sign")
        await it.until("one: 2 garbage on 1 response")  # where it was left
        await it.press("escape")
        assert (
            it.app.arena.rating.selected("left") is it.app.arena.sides["left"].conversation.turns[0]
        )


async def test_figures_follow_marks_and_answers_and_are_reckoned_only_then(
    arena, counted: list[str]
) -> None:
    async with arena() as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "1")
        screen = await open_scores(it)
        assert counted == ["scores"]
        assert "#1 one" in it.text
        await looked(it, screen)
        assert len(counted) == 1
        it.app.arena.commands["marking"].mark("left", "garbage")
        await it.until("0.00")
        assert len(counted) == 2
        # What streams counts for nothing until it ends.
        it.engine.enqueue(["a ", "b ", "c "], side="left")
        it.app.arena.commands["writing"].send("more")
        await it.until("2 responses, 1 rated")
        it.engine.release(2, side="left")
        await it.until(lambda: it.attempt("left").text == "a b ")
        await looked(it, screen)
        before = len(counted)
        it.engine.release(1, side="left")
        await looked(it, screen)
        assert len(counted) == before
        assert "2 responses" in it.rows[0]
        it.engine.finish()
        await it.until("4 responses, 1 rated")
        # Nothing is reckoned for a screen that is not seen.
        await it.press("question_mark")
        before = len(counted)
        it.app.arena.commands["marking"].mark("right", "ok")
        await looked(it, screen)
        assert len(counted) == before
        await it.press("escape")
        await it.until("4 responses, 2 rated")
        await it.press("escape")
        await it.until(lambda: not screen.is_running)
        assert len(counted) == before + 1


async def test_a_response_is_marked_where_it_is_read_and_the_figure_follows(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "1", "8")
        await open_scores(it)
        await it.press("enter")
        assert "1 to 6 mark" in it.rows[-1]
        await it.press("1", "4")
        assert it.marks("left") == {"garbage"}
        assert "🔥" in it.row("ann ")
        assert "✔" not in it.text
        await it.press("escape")
        await it.until(lambda: "-1.00" in it.row("#2 one"))
        await it.press("escape", "u")
        assert it.marks("left") == set()
        assert "Undone: garbage is off again on the left." in it.text


async def test_every_figure_of_every_page_opens_what_is_behind_it(scores) -> None:
    async with scores(EXAMPLES, size=(120, 40)) as it:
        screen, opened = it.app.scores, 0
        for digit in DIGITS:
            await it.press(digit)
            rows = screen.sheet._rows
            for cell in [piece.cell for row in rows for piece in row if piece.cell is not None]:
                nothing_counted = re.search(r"\b0 (prompts|responses)", cell.says)
                assert cell.replies or nothing_counted, cell.says
                opened += bool(cell.replies)
        assert opened > 1000
        for page, keys, about, first in (
            ("5", ["down"], "mended: 4 of 26", "1 of 26"),
            ("6", ["down"], "smollm2-135m and Gemma 2 9B-instr: 6 prompts", "1 of 49"),
            ("7", [], "mara rated 664 responses", "1 of 664"),
        ):
            await it.press(page, *keys)
            assert about in it.text
            await it.press("enter")
            await it.until(first)
            await it.until("Marks")
            assert about in it.text
            await it.press("escape")


async def test_a_response_tells_the_votes_on_it(scores) -> None:
    async with scores(EXAMPLES / "synthetic", size=(80, 24)) as it:
        await it.press("6")
        assert "240 by blind votes" in it.text
        await it.press("home", "enter")
        await it.until("Votes")
        assert re.search(
            r"mara +(better|worse|as good|bad)[a-z ,]+ of (heron|otter) \(blind\)", it.text
        )


async def test_blind_the_scores_are_refused(arena) -> None:
    async with arena(blind=True) as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "percent_sign")
        assert it.app.screen is it.app.arena
        assert "The scores name models; b reveals them." in it.text


async def test_all_sessions_are_read_in_a_thread_and_broken_files_are_named(
    arena, tmp_path: Path, counted: list[str]
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    path = saved(talked("one?", "two?", names=("three", "four")), folder)
    (folder / "20260101-000000-broken.json").write_text("{", encoding="utf-8")
    async with arena(folder=folder) as it:
        await it.answer(left="L", right="R")
        await it.until(lambda: not it.file.unsaved)  # its file is not counted beside itself
        await open_scores(it)
        assert "Nothing is rated yet; 1 marks the left response ok, 7 the right one" in it.text
        assert "a all sessions" in it.rows[-1]
        await it.press("a")
        await it.until("2 sessions, 6 responses, 2 rated, 1 broken file")
        assert "#1 three" in it.text
        assert "20260101-000000-broken.json" in it.text
        assert set(counted) == {"scores"}
        await it.press("enter")
        await it.until("left says one?")
        await it.press("n")
        await it.until("left says two?")
        assert "to its turn" not in it.rows[-1]
        await it.press("enter", "escape")
        path.unlink()
        await it.press("enter")
        await it.until("cannot be read:")
        await it.press("escape", "a")
        await it.until("2 responses, 0 rated")


async def test_what_the_open_session_shares_with_its_parent_counts_once_and_follows(
    arena, tmp_path: Path, counted: list[str]
) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    parent = load_session(saved(talked("one?", "two?"), folder))
    async with arena(folder=folder, session=fork(parent, 1)) as it:
        await open_scores(it)
        await it.press("a")
        await it.until("2 sessions, 4 responses, 2 rated, by ann")
        assert it.row("#1").split()[:3] == ["#1", "one", "1.00"]
        marking = it.app.arena.commands["marking"]
        marking.mark("left", "garbage")
        await it.until(lambda: "0.33" in it.row("one"))  # ok, ok, garbage
        marking.mark("left", "garbage")
        await it.until(lambda: "1.00" in it.row("one"))


async def test_another_attempt_and_one_that_was_set_aside_say_so(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="first", right="R")
        await it.press("escape", "1")
        it.engine.enqueue("second", side="left")
        await it.press("r")
        it.engine.finish()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await open_scores(it)
        await it.press("enter", "enter")
        assert "That was attempt 1 of this turn; [ ] show it." in it.text
        await open_scores(it)
        await it.press("down", "enter")
        assert "first" in it.text
        it.app.arena.sides["left"].conversation.turns.clear()
        await it.press("n", "enter")
        assert "That response was set aside" in it.text


async def test_a_key_that_arrives_as_one_with_esc_leaves_and_acts(arena) -> None:
    async with arena() as it:
        await it.answer(left="L", right="R")
        await it.press("escape", "1")
        await open_scores(it)
        await it.press("enter")
        it.app.post_message(events.Key("alt+3", "3"))
        await it.until("There is no dialog yet")
        it.app.post_message(events.Key("alt+shift+t", "T"))
        await it.until("arena-paper")


async def test_80_by_24_holds_every_page_and_the_mouse_works(scores, tmp_path: Path) -> None:
    saved(talked(*(f"question {n}?" for n in range(30))), tmp_path)
    async with scores(tmp_path) as it:
        for digit, page in zip(DIGITS, PAGES, strict=True):
            await it.press(digit)
            assert f"{digit} {page}" in it.text
            assert "Esc leave" in it.text
            assert it.app.screen.sheet.room == 77
        await it.press("3", "end")
        assert "question 29?" in it.text
        assert "question 0?" not in it.text
        await it.press("home")
        assert "question 0?" in it.text
        await it.press("pagedown", "pageup", "tab", "shift+tab", "j", "k", "l")
        rows = it.text.splitlines()
        at = next(n for n, row in enumerate(rows) if "question 3?" in row)
        await it.pilot.click(offset=(45, at))
        await it.pilot.click(offset=(45, at))
        await it.until("right says question 3?")
        await it.press("escape")
        await it.pilot.click(offset=(4, 1))
        assert "#1 one" in it.text


async def test_nothing_from_outside_acts_wherever_it_is_shown(scores, tmp_path: Path) -> None:
    session = talked(NASTY, NASTY + "2", names=(NASTY, NASTY + "!"), rater=NASTY)
    session.title = session.scenario = NASTY
    saved(session, tmp_path)
    (tmp_path / "a\x1b]0;x\x07[b].json").write_text(NASTY, encoding="utf-8")
    for ascii_only in (False, True):
        async with scores(tmp_path, ascii_only=ascii_only, size=(120, 40)) as it:
            for digit in DIGITS:
                await it.press(digit)
                assert not HARMFUL.search(it.text.replace("\n", ""))
                await it.press("end", "enter")
                assert not HARMFUL.search(it.text.replace("\n", ""))
                assert not ascii_only or it.text.isascii()
                if isinstance(it.app.screen, BehindScreen):
                    await it.press("w")
                    await it.until("Asked")
                    assert not HARMFUL.search(it.text.replace("\n", ""))
                    assert not ascii_only or it.text.isascii()
                    await it.press("escape")
            assert it.app.is_running


async def test_what_there_is_not_is_said(scores, arena, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    async with scores(empty) as it:
        assert "There is no response yet." in it.text
    unrated = tmp_path / "unrated"
    unrated.mkdir()
    saved(talked("hi", marks=""), unrated)
    async with scores(unrated) as it:
        assert "Nothing is rated yet; tui-arena rate walks through it." in it.text
        await it.press("3")
        assert "hi" in it.text
        await it.press("7")
        assert "Nobody rated anything yet." in it.text
        await it.press("q")
        assert not it.app.is_running
    async with arena() as it:
        await it.press("escape", "percent_sign")
        await it.until("There is no response yet.")
        await it.press("percent_sign")
        assert it.app.screen is it.app.arena


def test_the_command_opens_the_screen_on_a_terminal_and_refuses_without(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    folder.mkdir()
    saved(talked("one?"), folder)
    command = ("score", folder, "--screen")
    assert opened_on_a_terminal(*command, home=tmp_path, shows=b"#1") == 0
    for more, said in (((), "--screen needs a terminal"), (("--out", "x"), "writes nothing")):
        status, says = refused(*command, *more, home=tmp_path)
        assert said in says
        assert status == 2


@pytest.mark.parametrize("table", [SCORES, BEHIND])
def test_a_key_means_one_thing(table) -> None:
    keys = Counter(key for command in table for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert len({command.id for command in table}) == len(table)
    group = Checking if table is SCORES else BehindScreen
    for command in table:
        assert callable(getattr(group, parse(command.action)[1])), command.id
