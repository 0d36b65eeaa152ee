"""Answers of 100,000 characters, of one line, of signs alone: nothing is lost or held up."""

import unicodedata

import pytest
from textual import events
from textual.content import Content
from textual.widgets import Markdown

from tui_arena.store import load_session
from tui_arena.widgets.answer import Answer
from tui_arena.widgets.look import Look
from tui_arena.widgets.signs import UNICODE

PROSE = "Some *words* of an answer that goes on and on.\n"
FAMILY = "👩\u200d👩\u200d👧\u200d👦"


async def streamed(it, text: str, *, piece: int = 4000) -> None:
    """Let an answer come on the left, piece by piece, as far as it goes."""
    it.engine.enqueue([text[n : n + piece] for n in range(0, len(text), piece)], side="left")
    await it.type("x", "enter")


async def ended(it) -> None:
    it.engine.finish()
    await it.until(lambda: not any(live.busy for live in it.app.arena.sides.values()))
    await it.until(lambda: not it.file.unsaved)


@pytest.mark.parametrize(
    "sample",
    [PROSE, "x", FAMILY, "\u0301", "漢字 "],
    ids=["prose", "one word", "families", "accents", "one line"],
)
async def test_each_flush_of_a_very_long_answer_costs_what_is_new(
    arena, monkeypatch, sample: str
) -> None:
    text = (sample * (100_000 // len(sample) + 1))[:100_000]
    wrapped = []
    wrap = Content._wrap_and_format

    def counting(self, *args, **more):
        wrapped.append(len(self.plain))
        return wrap(self, *args, **more)

    async with arena(size=(80, 24)) as it:
        await streamed(it, text, piece=1000)
        costs, given = [], 10
        it.engine.release(given)
        monkeypatch.setattr(Content, "_wrap_and_format", counting)
        for upto in (12, 14, 90, 92, 94):
            if upto == 90:
                it.engine.release(upto - given)
                given = upto
                await it.until(lambda: len(it.attempt("left").text) == 90_000)
                await it.until(lambda: it.app.arena._redraw is None)
                await it.pilot.pause()
            wrapped.clear()
            it.engine.release(upto - given)
            given = upto
            await it.until(lambda upto=upto: len(it.attempt("left").text) == 1000 * upto)
            await it.until(lambda: it.app.arena._redraw is None)
            await it.pilot.pause()
            costs.append(sum(wrapped))
        await ended(it)
        assert max(costs[3:]) <= 2 * max(costs[:2]) + 4000, costs
        assert max(costs[3:]) < 40_000, costs
        assert load_session(it.file.path).panes.left.turns[0].response.text == text
        assert it.app.is_running


async def test_a_long_answer_in_markdown_stays_plain_and_says_so_in_one_line(arena) -> None:
    text = PROSE * 2200
    async with arena(size=(160, 30)) as it:
        await streamed(it, text)
        await ended(it)
        await it.until("(long, so shown as it came instead of as Markdown)")
        assert not it.app.screen.query(Markdown)
        assert "Some *words*" in it.text
        await it.press("escape", "o")
        await it.until(lambda: "(long, so shown" not in it.text)
        await it.press("f")
        await it.until("words, folded)")


async def test_marks_piled_up_are_counted_and_kept_in_the_file(arena) -> None:
    text = "Look: e" + "\u0301" * 50_000 + " and on"
    async with arena(size=(160, 30)) as it:
        await streamed(it, text)
        await ended(it)
        await it.until("(49992 marks piled on others are not shown)")
        assert "and on" in it.text
        assert it.text.count("\u0301") == 8
        assert load_session(it.file.path).panes.left.turns[0].response.text == text


@pytest.mark.parametrize("sample", [FAMILY, "e" + "\u0301" * 30, "👍🏽", "नमस्ते", "ab "])
def test_what_is_frozen_is_cut_between_signs_and_shows_what_the_whole_would(sample: str) -> None:
    text = sample * (20_000 // len(sample))
    answer = Answer(signs=UNICODE, look=Look())
    pieces = []
    answer.mount = lambda piece: pieces.append(piece)  # type: ignore[method-assign]
    for end in range(500, len(text) + 500, 500):
        answer.show(text[:end])
    shown = [str(piece.content) for piece in pieces]
    assert "".join(shown) == UNICODE.text(text)
    assert len(shown) > 3
    assert not any(unicodedata.category(part[0]).startswith("M") for part in shown if part)
    starts = [begin for begin, _ in answer._pieces]
    assert starts == [len("".join(shown[:n])) for n in range(len(shown))]


async def test_a_paste_of_ten_thousand_characters_is_sent_whole(arena) -> None:
    pasted = "one two three\n" * 400 + "y" * 4400
    async with arena(size=(80, 24)) as it:
        it.app.post_message(events.Paste(pasted))
        await it.until(lambda: it.prompt == pasted)
        await it.pilot.resize_terminal(20, 5)
        await it.pilot.pause()
        await it.pilot.resize_terminal(80, 24)
        await it.until("writing")
        await it.press("enter")
        await it.until(lambda: it.engine.requests)
        assert it.asked("left") == [pasted]
        await ended(it)
        assert load_session(it.file.path).panes.left.turns[0].prompt.text == pasted
        assert it.prompt == ""
