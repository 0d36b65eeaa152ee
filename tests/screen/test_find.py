"""Finding in conversations: counted, shown in both panes, gone to, also while an answer streams."""

import pytest
from textual.content import Content

from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.widgets.look import highlighted, places


def shown_found(it) -> list[str]:
    """The texts on the screen that are shown as found."""
    strips = it.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.text.strip()
    ]


def gone_to(it) -> list[str]:
    """The texts on the screen that are shown as the match gone to."""
    strips = it.app.screen._compositor.render_strips()
    return [
        segment.text
        for strip in strips
        for segment in strip
        if segment.style is not None and segment.style.reverse and segment.style.underline
    ]


def test_matches_ignore_case_and_line_ends_and_no_sign_is_special() -> None:
    assert places("Big  cat", "a big\ncat, BIG CAT") == [2, 11]
    assert places("a.c", "abc a.c") == [4]
    assert places(" ", "a b") == []
    assert places("[b]", "x [b]y[/b]") == [2]
    content = highlighted(Content("one two one"), "one", start=100, gone_to=108)
    assert [(s.start, s.end) for s in content.spans] == [(0, 3), (8, 11)]
    assert "underline" in str(content.spans[1].style)


async def find(it, text: str) -> None:
    """Find a text from the state of commanding."""
    await it.press("slash")
    await it.type(text, "enter")
    await it.pilot.pause()


async def test_matches_are_counted_shown_and_walked_through(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="An apple a day", right="nothing")
        await it.answer(left="pear", right="one APPLE", prompt="apple?")
        await it.press("escape", "slash")
        await it.type("apple")
        assert "2 on the left, 2 on the right" in it.row("find:")
        await it.press("enter")
        assert "2 of 2 on the left, 2 on the right" in it.text
        assert sorted(shown_found(it)) == ["APPLE", "apple", "apple", "apple"]
        assert len(gone_to(it)) == 1
        await it.press("J")
        assert "1 of 2 on the left" in it.text
        first = it.app.arena.rating.selected("left")
        await it.press("J")
        assert it.app.arena.rating.selected("left") is not first
        await it.press("K")
        assert it.app.arena.rating.selected("left") is first
        await it.press("tab", "J")
        assert "of 2 on the right, 2 on the left" in it.text
        await it.press("escape")
        assert shown_found(it) == []
        assert "Nothing is looked for any more." in it.text


async def test_one_starts_at_the_selected_response_and_comes_round(arena) -> None:
    async with arena() as it:
        for text in ("x 1", "x 2", "x 3"):
            await it.answer(left=text, right="r")
        await it.press("escape", "up")
        await find(it, "x")
        assert "2 of 3 on the left" in it.text
        await it.press("J")
        assert "3 of 3" in it.text
        await it.press("J")
        assert "1 of 3" in it.text
        await it.press("K")
        assert "3 of 3" in it.text


async def test_a_match_deep_in_a_long_answer_comes_into_sight(arena) -> None:
    async with arena(size=(80, 24)) as it:
        lines = [f"line{n} {'and-so-on' * 9}" for n in range(300)]
        lines[150] += " needle here"
        await it.answer(left="\n".join(lines), right="short")
        await it.press("escape")
        await find(it, "NEEDLE")
        await it.until("needle here")
        assert "1 of 1 on the left, 0 on the right" in it.text
        assert gone_to(it) == ["needle"]
        assert "line150" in it.text


async def test_an_answer_in_markdown_is_shown_as_it_came_while_it_holds_a_match(arena) -> None:
    async with arena() as it:
        await it.answer(left="some **bold** words", right="**other**")
        assert "some bold words" in it.text
        await it.press("escape")
        await find(it, "bold")
        await it.until("some **bold** words")
        assert "**other**" not in it.text
        await it.press("escape")
        await it.until("some bold words")


async def test_what_streams_on_is_searched_and_drawn_whole(arena) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine) as it:
        engine.enqueue("red green red blue", side="left")
        await it.type("colours", "enter")
        engine.release()
        await it.until("red")
        await it.press("escape")
        await find(it, "red")
        assert "1 of 1 on the left" in it.text
        engine.finish()
        await it.until("red green red blue")
        await it.press("J")
        assert "2 of 2 on the left" in it.text
        assert shown_found(it) == ["red", "red"]


async def test_what_is_not_there_is_said_and_leaving_the_line_changes_nothing(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="one", right="two")
        await it.press("escape", "J")
        assert "Press / first" in it.text
        await find(it, "two")
        assert "0 on the left, 1 on the right" in it.text
        await it.press("escape", "slash")
        await it.type("one", "escape")
        assert shown_found(it) == []
        assert it.app.screen is it.app.arena
        await it.press("slash", "enter")
        assert shown_found(it) == []


@pytest.mark.parametrize("keys", [["escape", "slash", "a", "backspace", "o", "n", "e", "enter"]])
async def test_keys_on_the_line_act_in_their_order(arena, keys) -> None:
    async with arena() as it:
        await it.answer(left="one", right="two")
        await it.press(*keys)
        assert "1 of 1 on the left" in it.text


async def test_a_folded_answer_opens_for_its_match(arena) -> None:
    async with arena() as it:
        await it.answer(left="first line\nhidden treasure", right="r")
        await it.press("escape", "f")
        await it.until(lambda: "treasure" not in it.text)
        await find(it, "treasure")
        await it.until("hidden treasure")
        assert gone_to(it) == ["treasure"]
