"""Toasts: what happened out of sight is told, and nothing else is."""

import errno

import pytest
from textual.widgets._toast import Toast

from tui_arena import store
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine


def toasts(it) -> list[str]:
    return [str(toast.render()) for toast in it.app.screen.query(Toast)]


async def test_what_ends_in_sight_is_not_told(arena) -> None:
    async with arena() as it:
        await it.answer(left="long\n" * 80)
        it.engine.enqueue("x", side="right", stop="error", error="Out of memory.")
        await it.answer(left="long\n" * 80)
        assert toasts(it) == []


async def test_an_answer_that_ends_on_a_side_that_is_zoomed_away_is_told(arena) -> None:
    async with arena(size=(80, 24)) as it:
        it.engine.enqueue("one", side="left")
        it.engine.enqueue("uno", side="right")
        await it.type("x", "enter", "escape", "z")
        it.engine.finish()
        await it.until("Right has answered.")
        assert toasts(it) == ["Right has answered."]


async def test_an_answer_that_fails_below_what_can_be_seen_is_told_literally(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="long\n" * 80)
        it.engine.enqueue(
            "x", side="left", stop="error", error="[b]No\x1b[31m[/b] memory [@click=quit]x[/]."
        )
        await it.type("x", "enter", "pageup")
        await it.until("more below")
        it.engine.finish()
        await it.until("The left answer failed")
        assert toasts(it) == ["The left answer failed: [b]No␛[31m[/b] memory [@click=quit]x[/]."]


async def test_a_load_that_ends_behind_a_page_is_told(arena) -> None:
    async with arena(engine=ScriptedEngine(hold_loads=True), ready=False) as it:
        await it.press("f1")
        it.engine.finish_load("one")
        it.engine.fail_load("The file two.gguf is damaged.", profile="two")
        await it.until("Left: model-one is loaded.")
        await it.until("Right: The file two.gguf is damaged.")
        assert "Help" in it.rows[0]


async def test_blind_no_toast_names_a_model(arena, monkeypatch) -> None:
    monkeypatch.setattr("tui_arena.screens.blindness.toss", lambda: False)
    pair = (
        Profile(name="zulu-9b", title="Zulu nine", preset="./zulu", template="chatml"),
        Profile(name="yankee-3b", title="Yankee three", preset="./yankee", template="chatml"),
    )
    engine = ScriptedEngine(hold_loads=True)
    async with arena(engine=engine, profiles=pair, blind=True, ready=False) as it:
        await it.press("f1")
        it.engine.finish_load("zulu-9b")
        it.engine.fail_load("The file yankee.gguf is damaged.", profile="yankee-3b")
        await it.until("Right: its model could not be loaded.")
        assert "Left: its model is loaded." in toasts(it)
        await it.press("escape")
        it.engine.enqueue("x", side="left", stop="error", error="zulu ran out of memory")
        await it.type("x", "enter", "f1")
        it.engine.finish()
        await it.until("The left answer failed.")
        shown = " ".join([it.text, *toasts(it)]).casefold()
        assert not [name for name in ("zulu", "yankee") if name in shown]


async def test_several_attempts_are_told_once_when_all_have_ended(arena) -> None:
    async with arena() as it:
        await it.answer()
        for stop in ("end", "error", "end"):
            it.engine.enqueue("again", side="left", stop=stop, error="no" * (stop == "error"))
        await it.press("escape", "R")
        await it.type("3", "enter", "f1")
        it.engine.finish()
        await it.until("1 of 3 attempts on the left failed.")
        assert len(toasts(it)) == 1


async def test_a_save_that_fails_behind_a_page_is_told_and_that_it_works_again(
    arena, monkeypatch
) -> None:
    monkeypatch.setattr("tui_arena.screens.autosave._AFTER_PROBLEM", 0.05)
    write = store.write_whole

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with arena(size=(80, 24)) as it:
        await it.answer(left="kept")
        await it.until(lambda: not it.file.unsaved)
        monkeypatch.setattr(store, "write_whole", full)
        await it.press("f5", "f1")
        await it.until("Not saved: The session cannot be saved in")
        monkeypatch.setattr(store, "write_whole", write)
        await it.until("The session is saved again.")
        assert [said.partition(":")[0] for said in toasts(it)] == [
            "Not saved", "The session is saved again.",
        ]  # fmt: skip


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_toasts_leave_the_prompt_and_the_status_line_alone(arena, size, ascii_only) -> None:
    async with arena(size=size, ascii_only=ascii_only) as it:
        it.engine.enqueue("uno", side="right")
        await it.type("not covered", "escape", "z", "i")
        await it.press("enter")
        it.engine.finish()
        await it.type("nor this")
        await it.until("Right has answered.")
        at = {part: it.rows.index(it.row(part)) for part in ("model-one", "Right has", "nor this")}
        assert at["model-one"] < at["Right has"] < at["nor this"] - 1
        assert it.text.isascii() or not ascii_only
