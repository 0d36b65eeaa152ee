"""Zoom, fold, wrap, text as it came: words say what is in force, and nothing is lost."""

import pytest
from rich.color import ColorSystem
from textual._compositor import LayoutUpdate

from tui_arena.engine.scripted import ScriptedEngine


async def test_zoom_shows_one_side_and_says_so(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="l" * 60, right="r" * 60)
        await it.press("escape", "z")
        assert "r" * 40 not in it.text
        assert "commanding left, zoomed" in it.text
        assert "The right side is hidden." in it.text
        await it.press("tab")
        assert "r" * 40 in it.text
        assert "l" * 40 not in it.text
        assert "commanding right, zoomed" in it.text
        await it.press("9")
        assert it.marks("right") == {"fixed"}
        await it.press("enter")
        assert "writing, zoomed" in it.text
        await it.press("escape", "z")
        assert "l" * 40 in it.text
        assert "zoomed" not in it.text


async def test_a_side_that_streams_out_of_sight_is_at_its_end_when_it_is_seen_again(arena) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine, size=(80, 24)) as it:
        engine.enqueue("short", side="left")
        engine.enqueue("\n".join(f"line {n}" for n in range(90)), side="right")
        await it.type("count", "enter")
        await it.press("escape", "z")
        engine.finish()
        await it.until(lambda: not it.app.arena.sides["right"].busy)
        await it.press("z")
        await it.until("line 89")


async def test_an_answer_folds_to_its_beginning_and_back(arena) -> None:
    async with arena() as it:
        await it.answer(left="the beginning\nand the rest", right="**r**")
        await it.press("escape", "f")
        await it.until("the beginning…")
        assert "(5 words, folded)" in it.text
        assert "and the rest" not in it.text
        assert "Folded; f unfolds it." in it.text
        await it.press("f")
        await it.until("and the rest")
        assert "(5 words, folded)" not in it.text


async def test_another_attempt_is_shown_whole_and_in_the_same_look(arena) -> None:
    async with arena() as it:
        await it.answer(left="**one** it was", right="r")
        await it.press("escape", "o", "f")
        await it.until("(3 words, folded)")
        it.engine.enqueue("**two** now", side="left")
        await it.press("r")
        it.engine.finish()
        await it.until("**two** now")
        assert "folded)" not in it.text
        await it.press("f")
        await it.until("(2 words, folded)")
        await it.press("left_square_bracket")
        await it.until("**one** it was")
        await it.press("slash", "o", "n", "e", "enter")
        await it.until("1 of 1 on the left")
        await it.press("o", "right_square_bracket")
        await it.until("two now")
        assert "**two**" not in it.text
        await it.press("left_square_bracket")
        await it.until("**one** it was")
        await it.press("escape")
        await it.until("one it was")
        assert "**one**" not in it.text


async def test_all_answers_of_a_side_fold_at_once(arena) -> None:
    async with arena() as it:
        await it.answer(left="one\nrest", right="r\nstays")
        await it.answer(left="two\nrest", right="r")
        await it.press("escape", "F")
        await it.until(lambda: it.text.count("folded)") == 2)
        assert "stays" in it.text
        assert "All ended answers on the left are folded; F unfolds them." in it.text
        await it.press("F")
        await it.until(lambda: it.text.count("rest") == 2)


async def test_an_answer_under_way_does_not_fold(arena) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine) as it:
        engine.enqueue("one two", side="left")
        await it.type("count", "enter")
        engine.release()
        await it.press("escape", "f")
        assert "Only an answer that has ended can be folded." in it.text
        await it.press("F")
        engine.finish()
        await it.until("one two")


async def test_answers_are_shown_as_they_came_or_as_markdown(arena) -> None:
    async with arena() as it:
        await it.answer(left="so **bold**", right="and **so**")
        await it.press("escape", "o")
        await it.until("so **bold**")
        assert "The left side shows answers as they came." in it.text
        assert "**so**" not in it.text
        await it.press("enter")
        await it.answer(left="new *one*", right="r")
        assert "new *one*" in it.text
        await it.press("escape", "o")
        await it.until("so bold")
        assert "The left side shows Markdown." in it.text


async def test_long_lines_wrap_or_run_on_and_scroll_sideways(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="begin " + "x" * 90 + " end", right="r")
        assert "end" in it.text
        await it.press("escape", "right")
        assert "Lines are wrapped here; w lets them run on." in it.text
        await it.press("w")
        assert "Lines run on; Left and Right scroll." in it.text
        assert "begin xxx" in it.text
        assert " end" not in it.text
        await it.press("right", "right", "right")
        await it.until("x end")
        assert "begin" not in it.text
        await it.press("w")
        await it.until("begin")
        assert "wraps long lines" in it.text


async def test_one_key_goes_to_the_next_response_without_a_mark(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("escape", "full_stop")
        assert "There is no response on the left yet." in it.text
        await it.press("enter")
        for prompt in ("p1", "p2", "p3"):
            await it.answer(left="x", right="y", prompt=prompt)
        await it.press("escape", "up", "1", "full_stop")
        assert "Response 3; 2 unrated on the left" in it.text
        await it.press("2", "full_stop")
        assert "Response 1; 1 unrated on the left" in it.text
        await it.press("comma")
        assert "Response 1; 1 unrated" in it.text
        await it.press("3")
        assert it.marks("left", 0) == {"fixed"}
        await it.press("full_stop")
        assert "Every response on the left is rated." in it.text


async def test_turns_are_gone_through_from_their_prompts_on(arena) -> None:
    async with arena(size=(80, 24)) as it:
        for n in range(4):
            await it.answer(left=f"answer {n}\nmore\nmore", right="r", prompt=f"ask {n}")
        await it.press("escape", "left_curly_bracket", "left_curly_bracket")
        assert "› ask 1" in next(row for row in it.rows if "ask" in row)
        assert it.app.arena.rating.target("left").prompt.text == "ask 1"
        await it.press("right_curly_bracket")
        assert "› ask 2" in next(row for row in it.rows if "ask" in row)
        await it.press("right_curly_bracket", "right_curly_bracket")
        assert it.app.arena.rating.selected("left") is None


@pytest.mark.parametrize("page", [[], ["f1"], ["m"]])
async def test_the_whole_screen_is_drawn_again_on_every_page(arena, monkeypatch, page) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="spoilt by another program", right="r")
        await it.press("escape", *page)
        written: list[str] = []
        real = it.app._display

        def display(screen, update) -> None:
            if isinstance(update, LayoutUpdate):
                written.append(it.app._shown.write(update, ColorSystem.TRUECOLOR))
            real(screen, update)

        monkeypatch.setattr(it.app, "_display", display)
        await it.press("ctrl+l")
        await it.until(lambda: written)
        assert sum(sign == " " or sign.isprintable() for sign in written[0]) >= 80 * 24
