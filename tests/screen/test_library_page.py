"""The page of saved sessions, by its keys: found, looked at, gone on with, named, thrown away."""

import re
import threading
from pathlib import Path

import pytest
from textual import events

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.library import listing
from tui_arena.screens import library_page
from tui_arena.session import SIDES, new_session
from tui_arena.store import SessionFile, load_session, locked_file

PROFILES = (
    Profile(name="one", title="model-one", preset="./one", template="chatml"),
    Profile(name="two", title="model-two", preset="./two", template="chatml"),
)
NASTY = "a [/b] [@click=app.quit]q[/] \x1b]52;c;eA==\x07 \x9b2J \u202etxet 漢字 🥦"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def saved(
    folder: Path,
    *talk: tuple[str, str],
    profiles: tuple[Profile, Profile] = PROFILES,
    **fields: object,
) -> Path:
    """Save a session with these prompts and answers on both sides."""
    session = new_session(systems=("", ""))
    for name, value in fields.items():
        setattr(session, name, value)
    for side, profile in zip(SIDES, profiles, strict=True):
        record = session.panes[side]
        conversation = Conversation(side=side, record=record, profile=profile, rater="ann")
        for prompt, answer in talk:
            conversation.ask(prompt)
            conversation.take(Text(answer, 1, 20, 30))
            conversation.take(Finished(stop="end", ids=(1,), ms=40))
    SessionFile(session, folder).save()
    return folder / f"{session.id}.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sessions"
    made.mkdir()
    return made


async def open_page(it) -> None:
    await it.press("escape", "O")
    await it.until(lambda: "Saved:" in it.text and "reading" not in it.text)


async def test_what_is_open_elsewhere_is_gone_on_with_as_a_copy(arena, folder: Path) -> None:
    path = saved(folder, ("about rivers", "The needle is here."), title="Rivers")
    elsewhere = locked_file(load_session(path), folder)
    assert elsewhere
    async with arena(folder=folder) as it:
        before = it.app.arena
        before.file = locked_file(it.file.session, folder)  # as the command line opens it
        lock = folder / f".{it.file.session.id}.lock"
        assert lock.exists()
        await open_page(it)
        await it.press("enter")
        await it.until("Open elsewhere already, so this is a copy.")
        assert it.app.arena is not before
        copy = it.app.arena.file
        assert copy.session.parent
        assert copy.session.parent.id == path.stem
        await it.until(lambda: not lock.exists())
        await it.until(lambda: all(s.ready for s in it.app.arena.sides.values()))
        await it.answer(prompt="go on", left="in the copy")
        await it.until(copy.path.exists)
    assert len(load_session(path).panes.left.turns) == 1
    elsewhere.close()


async def test_a_session_is_found_by_its_texts_and_gone_on_with(arena, folder: Path) -> None:
    path = saved(folder, ("about rivers", "The needle is here."), title="Rivers")
    saved(folder, ("something else", "no"), title="Other")
    async with arena(folder=folder) as it:
        await it.answer(prompt="the first talk")
        before = it.app.arena
        await it.press("f5")
        await open_page(it)
        assert "Saved: 3 sessions" in it.text
        assert "This session is open now." in it.text
        await it.type("needle")
        await it.until("Saved: 1 of 3 sessions")
        await it.until("left: The needle is here.")  # the preview
        await it.press("enter")
        await it.until(lambda: it.app.arena is not before and "Opened: Rivers" in it.text)
        assert path.stem in it.text
        assert "the first talk" not in it.text
        assert not before.is_attached
        assert load_session(it.file.path).panes.left.turns[0].response.marks
        # the conversation goes on, from all that was said in it
        await it.until(lambda: all(s.ready for s in it.app.arena.sides.values()))
        it.engine.enqueue("further", side="left")
        await it.type("go on", "enter")
        it.engine.finish()
        await it.until(lambda: not it.app.arena.file.unsaved and "further" in it.text)
        seen = next(r for r in reversed(it.engine.requests) if r.conversation == "left").messages
        assert [message.text for message in seen] == [
            "about rivers",
            "The needle is here.",
            "go on",
        ]
        assert len(load_session(path).panes.left.turns) == 2
        assert len(load_session(it.file.path).panes.left.turns) == 1


async def test_its_models_are_taken_where_they_are_known(arena, folder: Path, tmp_path) -> None:
    (tmp_path / "three.toml").write_text('title = "Model three"\npreset = "x"\ntemplate="chatml"')
    three = Profile(name="three", preset="x", template="chatml")
    unknown = Profile(name="nobody-knows", preset="y", template="chatml")
    saved(folder, ("hi", "ho"), profiles=(three, unknown), title="Old", scenario="no such")
    async with arena(folder=folder, profile_folders=[tmp_path]) as it:
        await open_page(it)
        await it.press("enter")
        await it.until("Not known here: nobody-knows. two goes on.")
        names = [it.app.arena.sides[side].conversation.profile.name for side in SIDES]
        assert names == ["three", "two"]
        assert it.engine.loads[-2:] == ["three", "two"]
        assert "free conversation" in it.text


async def test_what_is_written_stays_and_the_scenario_goes_on(arena, folder: Path) -> None:
    path = saved(folder, ("hi", "ho"), scenario="calendar")
    session = load_session(path)
    for side in SIDES:
        session.panes[side].turns[0].prompt.step = 2
    SessionFile(session, folder).save()
    async with arena(folder=folder) as it:
        await it.type("half a prom")
        await open_page(it)
        await it.press("enter")
        await it.until("next: step 3 of")
        assert it.prompt == "half a prom"


async def test_an_answer_under_way_must_end_first(arena, folder: Path) -> None:
    path = saved(folder, ("hi", "ho"))
    async with arena(folder=folder, size=(80, 24)) as it:
        await it.type("x", "enter")
        await open_page(it)
        await it.type(path.stem[-6:], "enter")
        await it.until("Left is answering; stop it first (s).")
        assert it.app.arena.file is it.file
        await it.press("escape")
        it.engine.finish()
        await it.until(lambda: not any(live.busy for live in it.app.arena.sides.values()))
        engine = it.engine
        engine.hold_loads = True
        await it.press("m")
        await it.press("f8")
        await it.until("is unloaded")
        await it.press("escape", "i")
        await it.type("waits", "enter")
        await open_page(it)
        await it.type(path.stem[-6:], "enter")
        await it.until("A prompt still waits on the left; it goes first.")


async def test_a_session_that_cannot_be_saved_is_not_left(arena, folder: Path) -> None:
    path = saved(folder, ("hi", "ho"))
    async with arena(folder=folder) as it:
        await it.answer()
        await open_page(it)
        await it.type(path.stem[-6:])
        it.file.path = folder / "nowhere" / it.file.path.name
        it.file.touch()
        await it.press("enter")
        await it.until("The session cannot be saved in")
        assert it.app.arena.file is it.file


async def test_titles_and_tags_change_and_change_back(arena, folder: Path) -> None:
    path = saved(folder, ("hi", "ho"), title="old")
    async with arena(folder=folder, size=(160, 45)) as it:
        await it.answer(prompt="mine")
        await open_page(it)
        await it.press("f2")
        await it.type("Open one", "enter")
        await it.until("It has its title.")
        await it.until(lambda: load_session(it.file.path).title == "Open one")
        await it.press("down", "f2", "ctrl+u")
        await it.type("new", "enter")
        await it.until(lambda: load_session(path).title == "new")
        await it.until("▸ ")
        await it.press("f4")
        await it.type("a, b b", "enter")
        await it.until("tags: a, b b")
        assert load_session(path).tags == ["a", "b b"]
        for undone in ("Undone: the tags.", "Undone: the title."):
            await it.press("f9")
            await it.until(undone)
        assert load_session(path).title == "old"
        assert load_session(path).tags == []
        await it.press("f9")
        await it.until(lambda: it.file.session.title == "")
        await it.press("f9")
        await it.until("There is nothing to undo.")
        await it.press("f2")
        it.app.post_message(events.Paste("x" * 201))
        await it.press("enter")
        await it.until("A title has at most 200 characters")


async def test_deleted_sessions_come_back_and_forks_can_be_opened(arena, folder: Path) -> None:
    path = saved(folder, ("first", "1"), ("second", "2"), title="Mine")
    raw = path.read_bytes()
    async with arena(folder=folder) as it:
        await it.answer(prompt="the open one")
        await open_page(it)
        await it.press("f8")
        await it.until("This session is open; open another one first.")
        await it.press("down", "f8")
        await it.until("“Mine” is in the trash; F9 brings it back.")
        assert not path.exists()
        await it.press("f9")
        await it.until("Undone: the deletion.")
        assert path.read_bytes() == raw
        await it.press("f6")
        await it.until("Forked; this is the fork.")
        assert f"fork of {path.stem[-6:]}" in it.text
        await it.press("enter")
        await it.until("Opened: first")
        parent = it.app.arena.file.session.parent
        assert parent is not None
        assert (parent.id, parent.turn) == (path.stem, 2)
        # what was done before can be undone after another session was opened, but not the open one
        await open_page(it)
        await it.press("f9")
        await it.until("That fork is open; open another session first.")


async def test_a_fork_of_this_session_is_gone_on_with(arena, folder: Path) -> None:
    async with arena(folder=folder) as it:
        await it.answer(prompt="first")
        await it.answer(prompt="second")
        await it.press("escape", "b")  # blind: so is the fork
        await it.press("up", "Y")
        await it.until("Forked at turn 1")
        await it.press("o")
        await it.until(lambda: it.app.arena.file is not it.file)
        await it.until("Opened: first")
        assert it.app.arena.blind
        assert "model-one" not in it.text
        assert "› second" not in it.text
        await it.until(lambda: all(s.ready for s in it.app.arena.sides.values()))
        await it.type("other way", "enter")
        it.engine.finish()
        await it.until(lambda: len(it.app.arena.file.session.panes.left.turns) == 2)
        assert [turn.prompt.text for turn in it.file.session.panes.left.turns] == [
            "first",
            "second",
        ]


async def test_the_chosen_session_is_replayed_and_the_list_comes_back(arena, folder: Path) -> None:
    path = saved(folder, ("about rivers", "The needle is here."), title="Rivers")
    saved(folder, ("something else", "no"), title="Other")
    raw = path.read_bytes()
    async with arena(folder=folder, size=(80, 24)) as it:
        await open_page(it)
        assert "F3 replay" in it.rows[-2]
        assert "Esc leave" in it.rows[-1]
        await it.type("needle", "f3")
        for back, character in (("escape", None), ("q", "q"), ("alt+x", "x")):
            await it.until("about rivers")
            await it.until("Esc back")
            assert it.rows[0].strip().startswith("Rivers")
            await it.press("end")
            await it.until("The needle is here.")
            await it.until("ended 1x")
            await it.press("ctrl+c")
            await it.until("Esc closes this page; ^Q quits.")
            it.app.post_message(events.Key(back, character))
            await it.until("Saved: ")
            if back == "alt+x":  # Esc and what is typed next arrived as one
                await it.until("› needlex")
            else:
                assert "Saved: 1 of 2 sessions" in it.text
                assert "Reading it." not in it.text
                await it.press("f3")
        await it.press("ctrl+u", "escape")
        assert "commanding" in it.text
    assert path.read_bytes() == raw


async def test_the_open_session_is_replayed_as_far_as_it_has_come(arena, folder: Path) -> None:
    async with arena(folder=folder) as it:
        await it.answer(prompt="first", left="one", right="two")
        it.engine.enqueue("a b c d e f", side="left")
        await it.type("second", "enter")
        it.engine.release(2)
        await open_page(it)
        await it.press("f3")
        await it.until("Esc back")
        await it.press("end")
        await it.until("› second")
        await it.until("broken off")
        it.engine.finish()
        await it.until(lambda: not any(live.busy for live in it.app.arena.sides.values()))
        assert "broken off" in it.text  # that came later than what is replayed
        await it.press("escape", "f3", "end")
        await it.until("a b c d e f")


async def test_what_cannot_be_replayed_is_said(arena, folder: Path) -> None:
    saved(folder, title="Nothing asked")
    gone = saved(folder, ("hi", "there"), title="Gone")
    async with arena(folder=folder) as it:
        await open_page(it)
        await it.type("nothing", "f3")
        await it.until("The session has no turns, so there is nothing to replay.")
        gone.unlink()
        await it.press("ctrl+u")
        await it.type("gone", "f3")
        await it.until("there is no such file")


async def test_blind_the_list_would_name_models(arena, folder: Path) -> None:
    async with arena(folder=folder) as it:
        await it.press("escape", "b", "O")
        await it.until("The sessions name models; b reveals them.")


async def test_untrusted_sessions_are_only_ever_shown(arena, folder: Path) -> None:
    nasty = Profile(name=NASTY, preset="x", template="chatml")
    saved(folder, (NASTY, NASTY), profiles=(nasty, nasty), title=NASTY, tags=[NASTY, "[b]"])
    saved(folder, (NASTY, NASTY), title=NASTY * 300)
    (folder / "torn \x1b[2J.json").write_text("{")
    for size in ((80, 24), (160, 45)):
        async with arena(folder=folder, size=size) as it:
            await open_page(it)
            assert all(len(row) <= size[0] for row in it.rows)
            for keys in (["down"], ["down"], ["f2"], ["escape"], ["f4"], ["escape"], ["enter"]):
                await it.press(*keys)
                assert not HARMFUL.search(it.text)
            await it.until(lambda: "Opened: a [/b]" in it.text or "Not known" in it.text)
            assert not HARMFUL.search(it.text)
            assert it.app.is_running


async def test_damaged_and_vanished_files_are_one_sentence(arena, folder: Path) -> None:
    (folder / "torn.json").write_text("{")
    path = saved(folder, ("hi", "ho"))
    path.rename(folder / "another name.json")
    gone = saved(folder, ("hi", "there"), title="Gone")
    async with arena(folder=folder, size=(160, 45)) as it:
        await open_page(it)
        assert "torn.json" in it.text
        gone.unlink()
        await it.type("gone", "enter")
        await it.until("there is no such file")
        await it.press("ctrl+u")
        await it.type("another")
        await it.press("ctrl+u", "down", "enter")
        await it.until(f"must be called {path.name}")


async def test_the_arena_goes_on_while_files_are_read(
    arena, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(folder, ("hi", "ho"), title="One")
    may_go_on = threading.Event()

    def slowly(path: Path):
        may_go_on.wait(10)
        return load_session(path)

    monkeypatch.setattr(listing, "load_session", slowly)
    async with arena(folder=folder) as it:
        await it.press("escape", "O")
        await it.until("reading")
        await it.type("on")
        assert "› on" in it.text
        may_go_on.set()
        await it.until("Saved: 1 of 1 session")
        assert "One" in it.text


async def test_whoever_chose_a_session_keeps_it_while_more_are_read(
    arena, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        saved(folder, ("hi", "a needle"), title=f"Known {n}", updated=f"2020-01-0{n + 1}T00:00:00Z")
    list(listing.read_folder(folder))
    late = saved(folder, ("hi", "a needle"), title="Late")
    may_go_on = threading.Event()

    def slowly(path: Path):
        may_go_on.wait(10)
        return load_session(path)

    monkeypatch.setattr(listing, "load_session", slowly)
    monkeypatch.setattr(library_page, "_BETWEEN", 0.0)
    async with arena(folder=folder) as it:
        await it.press("escape", "O")
        await it.until("Saved: 3 sessions, reading")
        await it.type("needle")
        await it.until("3 of 3 sessions, reading")
        await it.press("down")
        may_go_on.set()
        await it.until("4 of 4 sessions")
        await it.until(lambda: "searching" not in it.text and "reading" not in it.text)
        assert it.app.screen.found()[0].path == late
        assert "Known 1" in it.row("▸")


async def test_enter_waits_for_the_search_in_the_texts(
    arena, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(folder, ("hi", "a needle"))
    may_go_on = threading.Event()
    look = library_page.has_words

    def slowly(*how) -> bool:
        may_go_on.wait(10)
        return look(*how)

    monkeypatch.setattr(library_page, "has_words", slowly)
    async with arena(folder=folder) as it:
        await open_page(it)
        await it.type("needle", "enter")
        assert "searching" in it.text
        may_go_on.set()
        await it.until("Opened: hi")
        assert it.app.arena.file.path == path


async def test_what_is_found_after_the_page_was_left_is_shown_nowhere(
    arena, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(folder, ("hi", "a needle"))
    loading, may_go_on = threading.Event(), threading.Event()

    def slowly(path: Path):
        loading.set()
        may_go_on.wait(60)
        return load_session(path)

    monkeypatch.setattr(library_page, "load_session", slowly)
    async with arena(folder=folder) as it:
        await open_page(it)
        await it.until(loading.is_set)
        page = it.app.screen
        await it.press("escape")
        may_go_on.set()
        await it.pilot.pause()
        assert it.app.screen is it.app.arena
        page.moved()
        await page._preview(page.chosen.path)
        assert not page.is_attached


async def test_thousands_are_a_window_of_lines(arena, folder: Path) -> None:
    first = saved(folder, ("hi", "ho"))
    raw = first.read_bytes()
    for n in range(400):
        other = f"20200101-000000-{n:06x}"
        (folder / f"{other}.json").write_bytes(raw.replace(first.stem.encode(), other.encode()))
    async with arena(folder=folder, engine=ScriptedEngine()) as it:
        await open_page(it)
        assert "Saved: 401 sessions" in it.text
        page = it.app.screen
        await it.press("end")
        assert page.at == 400
        await it.until("right: ho")
        assert "▸" in [row for row in it.rows if "one, two" in row][-1]
        await it.press("up", "pageup")
        assert page.at == 389
        await it.pilot.click(".search-list .lines", offset=(4, page.line_at + 1))
        await it.until(lambda: page.at == 390)
        await it.press("home")
        assert page.at == 0
