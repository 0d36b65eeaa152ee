"""The writing line: what goes out, when, and what stays."""

import os
from pathlib import Path

from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.widgets.prompt import writable


async def paste(it, text: str) -> None:
    from textual import events

    it.app.post_message(events.Paste(text))
    await it.pilot.pause()


async def test_enter_sends_to_both_sides(arena) -> None:
    async with arena() as it:
        await it.type("hello there", "enter")
        assert it.asked("left") == it.asked("right") == ["hello there"]
        assert it.prompt == ""
        assert it.text.count("› hello there") == 2


async def test_new_lines_are_made_and_sent_as_written(arena) -> None:
    async with arena() as it:
        await it.type("one", "ctrl+j")
        await it.type("two", "shift+enter")
        await it.type("three", "enter")
        assert it.asked("left") == ["one\ntwo\nthree"]


async def test_the_line_grows_to_five_and_shrinks_again(arena) -> None:
    async with arena(size=(80, 24)) as it:
        heights = [it.app.arena.prompt.size.height]
        for _ in range(8):
            await it.press("x", "ctrl+j")
            heights.append(it.app.arena.prompt.size.height)
        assert heights == [1, 2, 3, 4, 5, 5, 5, 5, 5]
        await it.press("x", "enter")
        assert it.app.arena.prompt.size.height == 1


async def test_a_paste_of_many_lines_is_text_and_sends_nothing(arena) -> None:
    async with arena() as it:
        await paste(it, "first\r\nsecond\rthird\n")
        assert it.prompt == "first\nsecond\nthird\n"
        assert it.asked("left") == []


async def test_ten_thousand_pasted_characters_arrive_whole(arena) -> None:
    text = "word " * 2000
    async with arena(size=(80, 24)) as it:
        await paste(it, text)
        await it.press("enter")
        assert it.asked("right") == [text]
        assert it.row("▸").startswith("▸ model-one")


async def test_pasted_control_characters_become_visible_before_they_are_sent(arena) -> None:
    async with arena() as it:
        await paste(it, "a\x1b]0;x\x07b\u202ec")
        assert it.prompt == "a␛]0;x␇b<U+202E>c"
        assert "␛]0;x␇" in it.text


def test_letters_of_all_languages_stay_as_they_are() -> None:
    for text in (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "👩\u200d🚀 👍🏽 🇫🇷 ❤\ufe0f",
        "naïve\tx",
    ):
        assert writable(text) == text
    assert writable("\x9b2J") == "<U+009B>2J"


async def test_an_empty_prompt_sends_nothing_and_says_so(arena) -> None:
    async with arena() as it:
        for keys in (["enter"], ["space", "ctrl+j", "enter"]):
            await it.press(*keys)
            assert "Nothing to send yet" in it.text
        assert it.asked("left") == []
        await it.press("a")
        assert "Nothing to send yet" not in it.text


async def test_the_two_states_are_named_and_keys_follow_them(arena) -> None:
    async with arena() as it:
        assert "writing" in it.text
        await it.press("q", "1")
        assert it.prompt == "q1"
        await it.press("escape")
        assert "commanding left" in it.text
        await it.press("x", "9")
        assert it.prompt == "q1"
        await it.press("i")
        assert "writing" in it.text
        await it.press("escape", "enter", "2")
        assert it.prompt == "q12"


async def test_what_is_sent_while_a_model_loads_waits_and_then_goes_out(arena) -> None:
    engine = ScriptedEngine(hold_loads=True)
    async with arena(engine=engine, ready=False) as it:
        await it.until("getting weights")
        await it.type("first", "enter")
        await it.type("second", "enter")
        assert it.text.count("(waiting)") == 4
        assert it.text.count("next waits") == 2
        assert it.asked("left") == []
        engine.finish_load("one")
        await it.until(lambda: it.asked("left") == ["first"])
        assert it.asked("right") == []
        assert it.text.count("(waiting)") == 3
        engine.finish()
        await it.until(lambda: it.asked("left") == ["first", "second"])
        engine.finish_load("two")
        await it.until(lambda: it.asked("right") == ["first"])


async def test_the_first_screen_is_drawn_before_the_engine_starts(arena) -> None:
    seen = []

    class Watching(ScriptedEngine):
        def start(self) -> None:
            seen.append(it_rows())
            super().start()

    engine = Watching()
    app = None

    def it_rows() -> str:
        strips = app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip) for strip in strips)

    from tui_arena.app import ArenaApp

    before = ArenaApp.__init__

    def remember(self, **how) -> None:
        nonlocal app
        app = self
        before(self, **how)

    ArenaApp.__init__ = remember
    try:
        async with arena(engine=engine):
            pass
    finally:
        ArenaApp.__init__ = before
    assert "model-one" in seen[0]
    assert "writing" in seen[0]
    assert "loading" in seen[0]


async def test_up_and_down_walk_through_the_prompts_of_this_and_earlier_sittings(arena) -> None:
    async with arena() as it:
        await it.answer(prompt="first")
        await it.type("two", "ctrl+j")
        await it.type("lines", "enter")
        it.engine.finish()
        await it.until(lambda: len(it.asked("left")) == 2)
        kept = Path(os.environ["XDG_STATE_HOME"]) / "tui_arena" / "prompts.jsonl"
        await it.until(lambda: kept.exists() and kept.read_text().count("\n") == 2)
    async with arena() as it:
        await it.press("up")
        assert it.prompt == "two\nlines"
        await it.press("up")
        assert it.prompt == "first"
        await it.press("up")
        assert it.prompt == "first"
        await it.press("down")
        assert it.prompt == "two\nlines"
        await it.press("down")
        assert it.prompt == ""
        await it.press("up", "down", "up", "x")
        assert it.prompt == "xtwo\nlines"
        await it.press("up", "down", "down")
        assert it.prompt == "xtwo\nlines"


async def test_a_prompt_that_cannot_be_written_down_is_sent_and_said(arena, tmp_path) -> None:
    (tmp_path / "state").write_text("in the way")
    async with arena() as it:
        await it.type("hello", "enter")
        assert it.asked("left") == ["hello"]
        await it.until("Sent, but not remembered: ")


async def test_without_an_editor_one_line_says_so_and_the_text_stays(arena, monkeypatch) -> None:
    async with arena() as it:
        monkeypatch.setenv("VISUAL", "no-such-editor --wait")
        await it.type("draft", "ctrl+g")
        await it.until("There is no program “no-such-editor” here.")
        monkeypatch.setenv("VISUAL", "vi 'unclosed")
        await it.press("ctrl+g")
        await it.until("a quote is not closed")
        monkeypatch.setenv("VISUAL", "")
        monkeypatch.setenv("EDITOR", "")
        monkeypatch.setenv("PATH", "/nowhere")
        await it.press("ctrl+g")
        await it.until("Set EDITOR to a program that is there, and start again.")
        assert it.prompt == "draft"
        await it.press("escape", "L")
        await it.until("There is no answer to read on the left.")
