"""Text that comes: followed unless the reader scrolled up, whole at the end, never in the way."""

import time

import pytest
from textual.widgets import Markdown

from tui_arena.widgets.answer import Answer

LINES = [f"line {n}\n" for n in range(60)]


async def test_the_last_pieces_are_on_the_screen_however_fast_they_came(arena) -> None:
    async with arena() as it:
        it.engine.enqueue([f"w{n} " for n in range(50)] + ["THE-END"], side="left")
        await it.type("x", "enter")
        it.engine.release(20)
        it.engine.finish()
        await it.until("THE-END")


async def test_pieces_are_drawn_together_not_one_by_one(arena) -> None:
    async with arena() as it:
        it.engine.enqueue(["a "] * 200, side="left")
        await it.type("x", "enter")
        answer = it.app.screen.query_one("#left Answer", Answer)
        drawn = []
        show = answer.show
        answer.show = lambda text: (drawn.append(text), show(text))  # type: ignore[method-assign]
        it.engine.release(200)
        await it.until(lambda: len(it.attempt("left").text) == 400 and drawn)
        assert len(drawn) <= 3


async def test_the_stream_is_followed_unless_the_reader_scrolled_up(arena) -> None:
    async with arena(size=(100, 24)) as it:
        it.engine.enqueue(LINES, side="left")
        await it.type("x", "enter")
        it.engine.release(30)
        await it.until("line 29")
        assert "more below" not in it.text
        await it.press("pageup")
        await it.until("more below")
        top = it.rows[3]
        it.engine.release(10)
        await it.until(lambda: "line 39" in it.app.arena.sides["left"].latest.response.text)
        await it.pilot.pause(0.2)
        assert it.rows[3] == top
        await it.press("ctrl+end")
        await it.until("line 39")
        assert "more below" not in it.text
        it.engine.release(10)
        await it.until("line 49")


async def test_a_short_conversation_begins_at_the_top(arena) -> None:
    async with arena() as it:
        await it.answer(prompt="hello")
        assert "› hello" in "\n".join(it.rows[2:5])


async def test_an_answer_becomes_markdown_when_it_ends(arena) -> None:
    async with arena() as it:
        it.engine.enqueue(["**bold**", " and\n", "- item\n"], side="left")
        await it.type("x", "enter")
        it.engine.release(2)
        await it.until("**bold** and")
        assert not it.app.screen.query(Markdown)
        it.engine.finish(side="left")
        await it.until("• item")
        assert "**" not in it.text
        assert len(it.app.screen.query(Markdown)) == 1


async def test_markdown_drops_nothing_that_the_model_wrote(arena) -> None:
    written = "*so:*\n<think>hm</think>\n<div>\nfirst\nsecond\n\n[ref]: http://x.example\n&amp;"
    async with arena() as it:
        await it.answer(left=written)
        for part in ("<think>hm</think>", "<div>", "[ref]: http://x.example"):
            assert part in it.text
        assert not any("first" in row and "second" in row for row in it.rows)


async def test_long_lines_of_code_wrap(arena) -> None:
    code = "```python\n" + "call(" + ", ".join(f"argument_{n}={n}" for n in range(12)) + ")\n```"
    async with arena(size=(100, 30)) as it:
        it.engine.enqueue([code], side="left")
        await it.answer()
        assert "argument_11=11)" in it.text


@pytest.mark.parametrize(
    "hostile",
    [
        "> " * 5000,
        "- " * 5000,
        "[" * 9000,
        "*a" * 4500,
        "`" * 9000,
        "- item\n" * 1400,
        "| a | b |\n|---|---|\n" + "| x | y |\n" * 900,
        "#" * 100_000,
        "word " * 20_000,
        "x" * 100_000,
        "\n" * 20_000,
        "🍄\u0301" * 3000,
        "```" + "nosuchlanguage" * 600 + "\n" + "{" * 3000,
        "\n\n".join(f"{n}. [a](http://x.example) ![b](c) ~~d~~" for n in range(30)),
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
async def test_hostile_answers_hold_nothing_up(arena, hostile: str) -> None:
    async with arena(size=(80, 24)) as it:
        pieces = [hostile[n : n + 4000] for n in range(0, len(hostile), 4000)]
        it.engine.enqueue(pieces, side="left")
        await it.type("x", "enter")
        it.engine.finish(side="left")
        began = time.monotonic()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await it.press("f5")
        assert it.attempt("left").text == hostile
        assert it.marks("left") == {"ok"}
        assert time.monotonic() - began < 20  # a frozen screen took minutes


async def test_nothing_is_drawn_and_no_timer_runs_when_nothing_changes(arena) -> None:
    async with arena() as it:
        await it.answer()
        it.app.arena.prompt.cursor_blink = False
        await it.until(lambda: not it.file.unsaved)
        await it.pilot.pause(0.7)
        drawn = []
        it.app.post_display_hook = lambda: drawn.append(1)  # type: ignore[method-assign]
        await it.pilot.pause(0.6)
        assert drawn == []
        assert it.app.arena._redraw is None
        assert it.app.arena._second is None


async def test_the_sides_are_drawn_one_after_the_other_so_that_keys_pass_in_between(arena) -> None:
    async with arena() as it:
        for side in ("left", "right"):
            it.engine.enqueue(["a "] * 50, side=side)
        await it.type("x", "enter")
        screen = it.app.arena
        rounds: list[list[str]] = [[]]
        for side in ("left", "right"):
            answer = it.app.screen.query_one(f"#{side} Answer", Answer)

            def show(text: str, show=answer.show, side: str = side) -> None:
                rounds[-1].append(side)
                show(text)

            answer.show = show  # type: ignore[method-assign]
        draw = screen._show_streamed

        def counted() -> None:
            rounds.append([])
            draw()

        screen._show_streamed = counted  # type: ignore[method-assign]
        it.engine.release(50)
        await it.until(lambda: {side for drawn in rounds for side in drawn} == {"left", "right"})
        assert all(len(drawn) <= 1 for drawn in rounds)
