"""Finding a text on pages of figures and in the responses behind one, shown or said."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from figures import saved, talked
from textual import events

from tui_arena.scoring.transcripts import Transcripts
from tui_arena.screens.scores.behind import BehindScreen
from tui_arena.screens.scores.text_search import spots_on
from tui_arena.widgets.sheet import Cell, Piece


def reversed_texts(it) -> list[str]:
    """The texts on the screen that are shown in reverse, but for the open page's name."""
    strips = it.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips[2:]
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.text.strip()
    ]


async def find(it, text: str) -> None:
    await it.press("slash")
    await it.type(text)
    await it.press("enter")
    await it.app.workers.wait_for_complete()
    await it.pilot.pause()


def chosen(it) -> str:
    return it.app.scores.sheet.chosen.says


async def test_from_one_figure_that_shows_a_text_to_the_next(scores, tmp_path: Path) -> None:
    saved(talked("apples?", "pears?", "Apples again?"), tmp_path)
    saved(talked("plums?", "nuts?", names=("three", "four")), tmp_path)
    async with scores(tmp_path) as it:
        await it.press("3", "n")
        assert "Press / first, and write what to find." in it.text
        await it.press("slash")
        await it.type("APPLES")
        assert "in 4 places; Enter looks into responses too" in it.text
        await it.press("enter")
        await it.app.workers.wait_for_complete()
        places = []
        for key in ("n", "n", "n", "n", "N"):
            places.append(it.app.scores.sheet.place)
            assert "apples" in chosen(it).lower()
            await it.press(key)
            await it.app.workers.wait_for_complete()
        assert len(set(places)) == 4
        assert places[4] == places[0]  # after the last comes the first
        assert it.app.scores.sheet.place == places[3]
        await find(it, "four")  # stands in the head of a dialog, and not in a cell
        assert "plums?" in chosen(it)
        await find(it, "quince")
        assert "Nothing here holds “quince”." in it.text
        assert "plums?" in chosen(it)


async def test_what_responses_said_is_found_and_shown(scores, tmp_path: Path) -> None:
    saved(talked("one?", "two?"), tmp_path)
    gone = saved(talked("three?", names=("a", "b")), tmp_path)
    async with scores(tmp_path) as it:
        gone.unlink()  # what cannot be read holds nothing
        await it.press("3")
        await find(it, "right says two")
        assert "It says: right says two?" in it.text
        await it.press("enter")
        assert isinstance(it.app.screen, BehindScreen)
        await it.until("Marks")
        assert "right says two" in reversed_texts(it)
        await it.press("escape", "up")
        assert "It says" not in it.text


async def test_responses_behind_a_figure_are_searched(scores, tmp_path: Path) -> None:
    session = talked(*(f"question {n}" for n in range(400)))
    long = session.panes.left.turns[300].response
    long.text = "\n".join(f"line {n}" for n in range(200)) + "\nthe needle\n" + "more\n" * 50
    session.panes.left.turns[1].response.text = "A needle, too"
    saved(session, tmp_path)
    async with scores(tmp_path) as it:
        await it.press("enter")
        await it.until("1 of 400")
        await find(it, "question 7")
        assert "8 of 400" in it.text
        await find(it, "needle")
        assert "301 of 400" in it.text
        await it.until("the needle")
        assert reversed_texts(it) == ["needle"]
        assert "line 199" in it.text
        for key, at in (("J", "2 of 400"), ("K", "301 of 400"), ("K", "2 of 400")):
            await it.press(key)
            await it.app.workers.wait_for_complete()
            await it.until(at)
        await find(it, "nowhere")
        assert "Nothing here holds “nowhere”." in it.text
        await it.press("n")
        assert "3 of 400" in it.text
        assert "Nothing here" not in it.text


async def test_the_open_session_is_searched_as_it_is(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="Rome.", right="Paris it is.", prompt="capital?")
        await it.answer(left="The Tiber.", right="The Seine.", prompt="river?")
        await it.press("escape", "1", "percent_sign")
        await it.until(lambda: it.app.screen.figures is not None)
        await it.press("3", "slash")
        await it.type("seine", "enter")
        await it.until("It says: The Seine.")
        await it.press("enter")
        await it.until("Said")
        assert "Seine" in it.text


def test_places_are_gone_through_once_from_where_one_is() -> None:
    def row(*cells: str) -> tuple[Piece, ...]:
        return tuple(Piece(each, cell=Cell(each)) for each in cells)

    rows = [(Piece("above"),), row("a", "b"), (), row("c"), (*row("d"), Piece("loose"), *row("e"))]

    def order(way: int, *, itself: bool) -> str:
        return "".join(s.text[-1] for s in spots_on(rows, (1, 1), way, itself=itself))

    found = {spot.place: spot.text for spot in spots_on(rows, (1, 0), 1, itself=True)}
    assert found[1, 0] == "above\0a\0a"
    assert found[4, 0] == "d\0d\0loose"
    assert order(1, itself=True) == "bceea"
    assert order(-1, itself=False) == "aeecb"
    assert list(spots_on([], (0, 0), 1, itself=True)) == []


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch):
    """What holds up each reading of a file from here on; `reads` are those that have begun."""
    may_go_on, said = threading.Event(), Transcripts.said

    def slowly(self, reply):
        held.reads.append(reply)
        assert may_go_on.wait(60)
        return said(self, reply)

    held = SimpleNamespace(reads=[], go_on=may_go_on.set, hold=may_go_on.clear)
    monkeypatch.setattr(Transcripts, "said", slowly)
    yield held
    may_go_on.set()


async def reads_begin(it, held) -> None:
    while not held.reads:
        await it.pilot.pause(0.01)


async def test_who_does_something_else_is_taken_nowhere_by_what_is_found_then(
    scores, tmp_path: Path, held
) -> None:
    saved(talked("apples?", "pears?", "plums?"), tmp_path)
    async with scores(tmp_path) as it:
        for keys in (["1"], ["down"], ["slash", "escape"], ["enter", "escape"]):
            held.hold()
            held.reads.clear()
            await it.press("3", "home", "slash")
            await it.type("right says plums")
            await it.press("enter")
            await reads_begin(it, held)
            await it.press(*keys)
            place = it.app.scores.sheet.place
            held.go_on()
            await it.app.workers.wait_for_complete()
            await it.pilot.pause()
            assert it.app.scores.sheet.place == place, keys
            assert "It says" not in it.text
            assert "Looking for" not in it.text
            assert len(held.reads) <= 2  # the thread has ended, too


async def test_what_is_found_where_something_else_stands_by_now_is_looked_for_again(
    scores, tmp_path: Path, held
) -> None:
    saved(talked("apples?", "pears?", "plums?"), tmp_path)
    async with scores(tmp_path) as it:
        await it.press("3", "slash")
        await it.type("right says plums")
        await it.press("enter")
        await reads_begin(it, held)
        sheet = it.app.scores.sheet
        sheet.show([(Piece("new", cell=Cell("new")),), *sheet.rows])
        held.go_on()
        await it.until("It says: right says plums?")
        assert "plums?" in chosen(it)


async def test_the_line_shows_what_is_being_written_and_esc_with_a_key_leaves_it(
    scores, tmp_path: Path
) -> None:
    saved(talked("apples?", "pears?"), tmp_path)
    for width in (60, 80):
        async with scores(tmp_path, size=(width, 20)) as it:
            await it.press("3", "slash")
            it.app.post_message(events.Paste("漢字 [b] " * 20))
            await it.pilot.pause()
            await it.type("end")
            line = it.text.splitlines()[-1]
            assert "end▏" in line
            assert len(line) <= width
            await it.press("ctrl+u")
            await it.type("pears")
            assert "pears▏  in 2 places" in it.text
            it.app.post_message(events.Key("alt+7", "7"))  # arrived as one, over a slow link
            await it.until("7 raters")
            await it.until("how many r")
            assert "find: " not in it.text
