"""What nobody should do: it costs one clear line, and nothing is lost."""

import pytest

from tui_arena.engine.scripted import ScriptedEngine


async def test_an_edit_that_cannot_be_sent_any_more_keeps_its_text(arena) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine) as it:
        await it.answer(prompt="first")
        await it.press("escape", "e")
        await it.until("Edit prompt 1 of the left side")
        it.app.arena.sides["left"].pause()  # as where something else went out meanwhile
        await it.type(" and better", "enter")
        assert it.prompt == "first and better"
        assert "Left is paused; resume it first (p)." in it.text
        assert it.asked("left") == ["first"]


async def test_without_any_clipboard_a_copy_is_in_its_file(arena, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    monkeypatch.setenv("PATH", str(tmp_path))  # no tmux, no other program either
    async with arena(size=(120, 36)) as it:
        await it.answer(left="kept")
        await it.press("escape", "c")
        assert "Copied; also " in it.text
        kept = tmp_path / "state" / "tui_arena" / "copy.txt"
        assert kept.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["f1"], "Help"),
        (["escape", "m"], "A model for the"),
        (["escape", "e"], "Edit prompt"),
        (["escape", "d"], "Compare: left"),
        (["escape", "R"], "Further attempts"),
        (["escape", "slash"], "find"),
        (["ctrl+p"], "command"),
        (["escape", "q"], "Quit?"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
async def test_a_page_survives_a_terminal_that_shrinks_and_grows(arena, keys, said) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(prompt="hi")
        if said == "Quit?":
            it.engine.enqueue("slow", side="left")
            await it.type("x", "enter")
        await it.press(*keys)
        for size in ((20, 5), (3, 2), (1, 1), (80, 24)):
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
        assert said.casefold() in it.text.casefold()
        await it.press("escape")
        assert "hi" in it.text
        assert it.app.is_running


async def test_a_paste_between_answers_that_stream_is_whole(arena) -> None:
    from textual import events

    async with arena(size=(80, 24)) as it:
        it.engine.enqueue([f"line {n}\n" for n in range(40)], side="left")
        await it.type("x", "enter")
        it.engine.release(20)
        text = "é🍄 word\n" * 1250
        it.app.post_message(events.Paste(text))
        it.engine.finish()
        await it.until(lambda: it.prompt == text)
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await it.press("enter")
        assert it.asked("left")[-1] == text


async def test_a_key_that_means_nothing_says_so(arena) -> None:
    async with arena() as it:
        await it.press("escape", "Z")
        assert "Z is no command; ? shows all." in it.text
        await it.press("up")
        assert "There is no response on the left yet." in it.text
        await it.press("i")
        await it.type("a")
        assert it.prompt == "a"
        assert "no command" not in it.text
