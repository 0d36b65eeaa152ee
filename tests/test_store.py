"""Sessions on the disk: whole or not at all, whatever happens."""

import asyncio
import contextlib
import errno
import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui_arena import store
from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    Attempt,
    Prompt,
    Session,
    SessionError,
    Timing,
    Turn,
    new_session,
)
from tui_arena.store import SessionFile, load_session, prepare_folder

AT = "2026-11-22T14:03:09.085+00:00"


@pytest.fixture
def file(tmp_path: Path) -> SessionFile:
    return SessionFile(new_session(systems=("left", "right")), tmp_path)


def change(file: SessionFile, text: str) -> None:
    file.session.panes.left.system = text
    file.touch()


def on_disk(file: SessionFile) -> str:
    return load_session(file.path).panes.left.system


def refuse_to_sync(monkeypatch: pytest.MonkeyPatch, number: int = errno.ENOSPC) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)


# saving


def test_a_saved_session_is_read_back_and_is_private(file: SessionFile) -> None:
    change(file, "one")
    assert file.unsaved
    file.save()
    assert not file.unsaved
    assert load_session(file.path) == file.session
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert file.path.name == f"{file.session.id}.json"
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


def test_what_changed_in_one_turn_is_saved_and_so_is_all_else_before_it(file: SessionFile) -> None:
    turns = [
        Turn(
            id=f"t{n}",
            prompt=Prompt(text="hi", at=AT),
            attempts=[Attempt(id="a", profile="p", sampler=Sampler(), timing=Timing(submitted=AT))],
        )
        for n in range(3)
    ]
    file.session.panes.left.turns = turns
    file.touch()
    file.save()
    turns[0].prompt.text = "other"
    file.touch()
    turns[2].response.text = "streams"
    file.touch(turns[2])
    file.save()
    assert load_session(file.path) == file.session
    turns[1].response.text = "goes on"
    file.touch(turns[1])
    turns[2].response.text = "streams on"
    file.touch(turns[2])
    file.save()
    assert load_session(file.path) == file.session
    assert not file.unsaved


def test_the_temporary_file_is_private_from_its_birth_and_never_looks_like_a_session(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        for path in file.path.parent.iterdir():
            seen.append((path.name, stat.S_IMODE(path.stat().st_mode)))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    before = os.umask(0)
    try:
        file.save()
    finally:
        os.umask(before)
    temporary = seen[0]
    assert temporary[1] == 0o600
    assert temporary[0].startswith(".")
    assert not temporary[0].endswith(".json")


def test_file_and_folder_are_synced_and_in_the_right_order(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_sync(descriptor)

    def replace(source: Path, target: Path) -> None:
        done.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    file.save()
    assert done == ["file", "rename", "folder"]


def test_updated_is_when_it_changed_not_when_it_was_saved(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=5)
    monkeypatch.setattr(time, "time", moment.timestamp)
    file.touch()
    monkeypatch.setattr(time, "time", (moment + timedelta(hours=1)).timestamp)
    file.save()
    assert file.session.updated == moment.isoformat(timespec="milliseconds")
    file.save()
    assert load_session(file.path).updated == moment.isoformat(timespec="milliseconds")


def test_updated_never_goes_back_with_the_clock(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.session.updated
    monkeypatch.setattr(time, "time", lambda: 1e9)
    file.touch()
    file.save()
    assert load_session(file.path).updated == before


# when the disk refuses


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "no permission"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_refused_save_says_why_and_leaves_the_old_file(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    change(file, "old")
    file.save()
    with monkeypatch.context() as patch:
        refuse_to_sync(patch, number)
        change(file, "new")
        with pytest.raises(SessionError, match=said):
            file.save()
        assert file.problem
        assert said in file.problem
        assert str(file.path.parent) in file.problem
        assert "\n" not in file.problem
    assert file.unsaved
    assert on_disk(file) == "old"
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
    file.save()
    assert file.problem is None
    assert on_disk(file) == "new"


async def test_save_soon_remembers_the_problem_instead_of_raising(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(file, "one")
    with monkeypatch.context() as patch:
        refuse_to_sync(patch)
        await file.save_soon()
    assert file.problem
    assert "the disk is full" in file.problem
    assert file.unsaved
    await file.save_soon()
    assert file.problem is None
    assert on_disk(file) == "one"


def test_a_file_that_may_grow_no_further_is_refused_as_a_full_disk(tmp_path: Path) -> None:
    """The system's own limit, in a process of its own: no part of the saving is replaced."""
    program = f"""
import resource
from pathlib import Path
from tui_arena.session import SessionError, new_session
from tui_arena.store import SessionFile, load_session
file = SessionFile(new_session(systems=("old", "")), Path({str(tmp_path)!r}))
file.save()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, {resource.RLIM_INFINITY}))
file.session.panes.left.system = "x" * 50_000
file.touch()
try:
    file.save()
except SessionError as problem:
    print(problem)
assert load_session(file.path).panes.left.system == "old"
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "the disk is full" in done.stdout
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_vanished_is_said(file: SessionFile) -> None:
    file.path = file.path.parent / "gone" / file.path.name
    with pytest.raises(SessionError, match="no such file or folder"):
        file.save()


def test_what_its_folder_refuses_is_saved_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path / "data")
    file = SessionFile(new_session(systems=("kept", "")), tmp_path / "gone")
    file.touch()
    with pytest.raises(SessionError):
        file.save()
    path = file.save_elsewhere()
    assert path.is_relative_to(tmp_path / "data")
    assert load_session(path).panes.left.system == "kept"
    assert not file.unsaved
    assert file.problem is None
    assert file.path == path


def test_without_a_data_folder_it_is_saved_with_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path / "file" / "data")
    monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path / "tmp"))
    file = SessionFile(new_session(systems=("kept", "")), tmp_path / "gone")
    path = file.save_elsewhere()
    assert path.is_relative_to(tmp_path / "tmp")
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_session(path) == file.session


def test_nowhere_to_save_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SessionFile(new_session(systems=("", "")), tmp_path)
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path / "data")
    monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path))
    refuse_to_sync(monkeypatch)
    with pytest.raises(SessionError, match="cannot be saved anywhere"):
        file.save_elsewhere()


def test_what_is_rescued_twice_takes_no_earlier_rescues_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "data_folder", lambda: tmp_path / "data")
    session = new_session(systems=("first", ""))
    first = SessionFile(session, tmp_path / "gone").save_elsewhere()
    again = SessionFile(session, tmp_path / "gone")
    session.panes.left.system = "second"
    second = again.save_elsewhere()
    assert first.name == second.name
    assert load_session(first).panes.left.system == "first"
    assert load_session(second).panes.left.system == "second"
    assert again.save_elsewhere() == second


# at the same time


async def test_save_soon_writes_the_moment_it_was_called_and_one_write_answers_many_calls(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        written.append(json.loads(Path(source).read_text())["panes"]["left"]["system"])
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    change(file, "first")
    saves = [asyncio.create_task(file.save_soon())]
    await asyncio.sleep(0)
    for number in range(20):
        change(file, f"later {number}")
        saves.append(asyncio.create_task(file.save_soon()))
    await asyncio.gather(*saves)
    assert written == ["first", "later 19"]
    assert not file.unsaved


async def test_a_slow_older_save_never_replaces_a_newer_one(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older state waits at the door while the newer one is written, then finds itself late."""
    order: list[str] = []
    real = store.write_whole

    def write_whole(path: Path, parts: list[bytes], *, durable: bool) -> None:
        order.append(json.loads(b"".join(parts))["panes"]["left"]["system"])
        real(path, parts, durable=durable)

    monkeypatch.setattr(store, "write_whole", write_whole)
    change(file, "older")
    with file._writing:  # somebody else is writing
        soon = asyncio.create_task(file.save_soon())
        await asyncio.sleep(0)
        change(file, "newer")
        newer = file._snapshot()
    file._write(newer, file.path)
    await soon
    assert order[-1] == "newer"
    assert on_disk(file) == "newer"
    assert not file.unsaved


async def test_save_during_save_soon_leaves_the_newest(file: SessionFile) -> None:
    chance = random.Random(5)
    for number in range(200):
        change(file, f"soon {number}")
        soon = asyncio.create_task(file.save_soon())
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
        change(file, f"now {number}")
        file.save()
        assert on_disk(file) == f"now {number}"
        await soon
        assert on_disk(file) == f"now {number}"
        assert not file.unsaved


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_signal_that_saves_in_the_middle_of_a_save_has_the_last_word(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    real = getattr(os, moment)
    signals = iter([signal.SIGUSR1])

    def interrupted(*arguments: object) -> None:
        for number in signals:
            os.kill(os.getpid(), number)
        real(*arguments)

    def handle(_number: int, _frame: object) -> None:
        change(file, "by the signal")
        file.save()

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        monkeypatch.setattr(os, moment, interrupted)
        change(file, "interrupted")
        file.save()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert on_disk(file) == "by the signal"
    assert not file.unsaved
    assert len(list(file.path.parent.iterdir())) == 1


async def test_a_cancelled_save_soon_does_no_harm(file: SessionFile) -> None:
    for number in range(50):
        change(file, f"soon {number}")
        soon = asyncio.create_task(file.save_soon())
        await asyncio.sleep(0)
        soon.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await soon
        change(file, f"last {number}")
        file.save()
        assert on_disk(file) == f"last {number}"


async def test_a_change_during_the_write_stays_unsaved(
    file: SessionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        change(file, "while it wrote")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    change(file, "before")
    await file.save_soon()
    assert on_disk(file) == "before"
    assert file.unsaved


# the folder


def test_prepare_folder_makes_it_private_and_leaves_nothing_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    prepare_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []
    prepare_folder(folder)


def test_prepare_folder_refuses_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SessionError, match="a file stands where a folder should be") as problem:
            prepare_folder(folder)
        assert str(folder) in str(problem.value)


def test_prepare_folder_refuses_a_disk_that_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_to_sync(monkeypatch, errno.EROFS)
    with pytest.raises(SessionError, match="can only be read"):
        prepare_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_prepare_folder_clears_what_dead_programs_left_and_nothing_else(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, living = ended.pid, os.getppid()
    kept = [
        f".s.{living}.00000000.tmp",  # somebody may be writing it
        f".s.{dead}.11111111.tmp",  # just written, perhaps on another machine
        f"s.{dead}.22222222.tmp",
        f".{dead}.tmp",
        ".notes.tmp",
        "s.json",
    ]
    ahead = f".s.{dead}.55555555.tmp"  # the clock went back since
    gone = [f".s.{dead}.33333333.tmp", f".s.{os.getpid()}.44444444.tmp", ahead]
    for name in kept + gone:
        (tmp_path / name).touch()
        if name == ahead:
            os.utime(tmp_path / name, (time.time() + 3600, time.time() + 3600))
        elif name != kept[1]:
            os.utime(tmp_path / name, (0, 0))
    prepare_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


# loading


def test_a_loading_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "half.json"
    path.write_text('{"schema": "tui-arena/session/1", ')
    with pytest.raises(SessionError, match=r"half\.json: is damaged") as problem:
        load_session(path)
    assert "\n" not in str(problem.value)


def test_what_is_no_readable_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(SessionError, match=r"is not a file|Is a directory"):
            load_session(path)
    with pytest.raises(SessionError, match="no such file"):
        load_session(tmp_path / "nothing.json")


def test_a_file_too_big_for_a_session_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.json"
    with path.open("wb") as sparse:
        sparse.truncate(257 << 20)
    with pytest.raises(SessionError, match="too big"):
        load_session(path)


def test_saving_leaves_marks_and_all_else_untouched(tmp_path: Path) -> None:
    session: Session = new_session(systems=("a", "b"), scenario="calendar")
    SessionFile(session, tmp_path).save()
    again = SessionFile(load_session(tmp_path / f"{session.id}.json"), tmp_path)
    assert again.session == session
    assert not again.unsaved
