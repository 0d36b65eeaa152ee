"""The session is on the disk within a second of every change, and a full disk is survived."""

import errno
import time

import pytest

from tui_arena import store
from tui_arena.judgement import standing_marks
from tui_arena.screens.live_side import Change
from tui_arena.store import load_session
from tui_arena.terminal_app import save_last


async def test_turns_marks_and_streaming_text_are_saved_by_themselves(arena) -> None:
    async with arena() as it:
        assert "new session" in it.text
        it.engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        await it.until(lambda: it.file.path.exists())
        it.engine.release(2)
        await it.until(lambda: it.attempt("left").text == "one two")
        began = time.monotonic()
        await it.until(lambda: load_session(it.file.path).panes.left.turns[0].response.text)
        assert time.monotonic() - began < 20
        assert load_session(it.file.path).panes.left.turns[0].response.timing.finished is None
        it.engine.finish()
        await it.press("f6")
        await it.until(lambda: not it.file.unsaved)
        saved = load_session(it.file.path).panes.left.turns[0].response
        assert saved.text == "one two three"
        assert standing_marks(saved.marks) == {"mistake": 1}
        assert load_session(it.file.path).software["device"] == "cpu"
        assert "saved" in it.rows[0]


async def test_a_full_disk_is_said_in_one_line_and_saving_goes_on(arena, monkeypatch) -> None:
    monkeypatch.setattr("tui_arena.screens.autosave._AFTER_PROBLEM", 0.05)
    write = store.write_whole

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with arena() as it:
        await it.answer(left="kept")
        monkeypatch.setattr(store, "write_whole", full)
        await it.press("f5")
        await it.until("not saved: The session cannot be saved in")
        assert "not saved" in it.rows[0]
        await it.type("go on")
        assert it.prompt == "go on"
        monkeypatch.setattr(store, "write_whole", write)
        await it.until(lambda: "not saved" not in it.text)
        saved = load_session(it.file.path).panes.left.turns[0].response
        assert standing_marks(saved.marks) == {"ok": 1}


async def test_where_the_last_save_fails_the_session_is_rescued(
    arena, tmp_path, monkeypatch
) -> None:
    write = store.write_whole
    folder = tmp_path / "sessions"
    folder.mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def refuses_its_folder(path, parts, *, durable) -> None:
        if path.parent == folder:
            raise OSError(errno.EROFS, "Read-only file system")
        write(path, parts, durable=durable)

    monkeypatch.setattr(store, "write_whole", refuses_its_folder)
    async with arena(folder=folder) as it:
        await it.answer(left="kept")
    (line,) = save_last(it.file)
    assert "can only be read" in line
    assert f"saved as {it.file.path} instead" in line
    assert load_session(it.file.path).panes.left.turns[0].response.text == "kept"
    assert save_last(it.file) == []


async def test_saving_and_answers_may_end_after_the_screen(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three")
        await it.type("x", "enter")
        it.engine.release(2)
        await it.until(lambda: it.attempt("left").text == "one two")
        screen, side = it.app.arena, it.app.arena.sides["left"]
    assert not screen.query("StatusLine")
    for change in Change:  # none of these finds anything to draw on any more
        screen._on_change(side, change)
    screen._show_streamed()
    screen.autosave._told()
    assert it.app.failed is False
    assert save_last(it.file) == []
    assert load_session(it.file.path).panes.left.turns[0].response.text == "one two"


async def test_an_opened_session_is_shown_with_its_marks(arena, tmp_path) -> None:
    async with arena() as it:
        await it.answer(left="an earlier answer")
        await it.press("f5")
        session = it.file.session
    async with arena() as it:
        pass
    from tui_arena.app import ArenaApp
    from tui_arena.store import SessionFile

    profiles = tuple(live.conversation.profile for live in it.app.arena.sides.values())
    app = ArenaApp(
        engine=it.engine, profiles=profiles, file=SessionFile(session, tmp_path), rater="ann"
    )
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(0.1)
        strips = app.screen._compositor.render_strips()
        text = "\n".join("".join(s.text for s in strip) for strip in strips)
        assert "an earlier answer" in text
        assert "✔" in text


@pytest.mark.parametrize("key", ["f5", "f2"])
async def test_keys_do_nothing_bad_before_there_is_anything(arena, key: str) -> None:
    async with arena() as it:
        await it.press(key, "escape", "u", "s", "r", "up", "down", "escape", "pageup", "end")
        assert it.app.is_running
