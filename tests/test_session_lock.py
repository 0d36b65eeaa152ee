"""One program writes a session; who comes second gets a copy, and nothing of the first is lost."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_session import some_session

from tui_arena.library.naming import name_session
from tui_arena.library.reopening import old_file
from tui_arena.library.trash import delete
from tui_arena.rated_file import open_rated
from tui_arena.session import Session, SessionError, SetAside, new_session
from tui_arena.session_lock import dead_locks, take_lock
from tui_arena.store import SessionFile, fresh_file, load_session, locked_file, prepare_folder


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    session = some_session()
    aside = SetAside(at=session.created, reason="restore", after=0, turns=[])
    session.panes.right.set_aside.append(aside)
    session.title = "First"
    SessionFile(session, tmp_path).save()
    return tmp_path / f"{session.id}.json"


HOLDER = """
import sys
from pathlib import Path
from tui_arena.library.reopening import old_file
file, says = old_file(Path(sys.argv[1]))
assert not says
print("open", flush=True)
sys.stdin.readline()
file.session.panes.left.system = "by the first"
file.touch()
file.save()
file.close()
"""


@pytest.fixture
def elsewhere(saved: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the session open; a line to it, and it saves and ends."""
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(saved)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdin is not None
    assert program.stdout.readline() == "open\n"
    yield program
    program.stdin.close()
    program.stdout.close()
    program.wait()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# the lock


def test_one_holds_it_and_gives_it_back_without_litter(tmp_path: Path) -> None:
    lock = take_lock(tmp_path, "s")
    assert lock
    assert take_lock(tmp_path, "s") is None
    assert take_lock(tmp_path, "another")
    lock.release()
    lock.release()
    again = take_lock(tmp_path, "s")
    assert again
    assert names(tmp_path) == {".s.lock"}
    again.release()
    assert names(tmp_path) == set()


def test_a_lock_that_nobody_knows_any_more_is_free(tmp_path: Path) -> None:
    lock = take_lock(tmp_path, "s")
    del lock
    assert names(tmp_path) == set()


def test_kill_9_frees_it_and_the_next_start_clears_what_it_left(
    saved: Path, elsewhere: subprocess.Popen[str]
) -> None:
    half = saved.parent / f".{saved.stem}.{elsewhere.pid}.0123abcd.tmp"
    half.touch()
    assert old_file(saved)[1]
    elsewhere.send_signal(signal.SIGKILL)
    elsewhere.wait()
    assert len(names(saved.parent)) == 3
    file, says = old_file(saved)
    assert not says
    assert file.session.id == saved.stem
    file.close()
    assert names(saved.parent) == {saved.name}


def test_a_lock_in_use_is_not_cleared(tmp_path: Path) -> None:
    lock = take_lock(tmp_path, "s")
    assert lock
    (tmp_path / ".notes.of mine.lock").touch()
    prepare_folder(tmp_path)
    assert list(dead_locks(tmp_path)) == []
    assert names(tmp_path) == {".s.lock", ".notes.of mine.lock"}
    assert take_lock(tmp_path, "s") is None


def test_who_waits_for_a_file_that_is_taken_away_does_not_hold_it(tmp_path: Path) -> None:
    """Between opening and locking, the holder ends and another one begins."""
    real, first = fcntl.flock, take_lock(tmp_path, "s")
    assert first
    others = []

    def flock(descriptor: int, operation: int) -> None:
        fcntl.flock = real
        first.release()
        others.append(take_lock(tmp_path, "s"))
        real(descriptor, operation)

    fcntl.flock = flock
    try:
        assert take_lock(tmp_path, "s") is None
    finally:
        fcntl.flock = real
    assert others[0]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_there_are_no_locks_sessions_are_saved_without(
    saved: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    file, says = old_file(saved)
    assert not says
    file.touch()
    file.save()
    file.close()
    assert names(saved.parent) == {saved.name}


# two programs


def test_the_second_gets_a_copy_that_names_the_first_and_neither_loses_anything(
    saved: Path, elsewhere: subprocess.Popen[str]
) -> None:
    before = load_session(saved)
    file, says = old_file(saved)
    assert says == "Open elsewhere already, so this is a copy."
    copy = file.session
    assert copy.parent
    assert (copy.parent.id, copy.parent.turn) == (before.id, 2)
    assert copy.id != before.id
    assert copy.panes == before.panes
    assert copy.title == "First"
    copy.panes.left.system = "by the second"
    file.touch()
    file.save()
    elsewhere.communicate("\n")
    assert load_session(saved).panes.left.system == "by the first"
    assert load_session(file.path).panes.left.system == "by the second"
    file.close()
    assert names(saved.parent) == {saved.name, file.path.name}


def test_a_copy_that_nothing_happens_in_leaves_no_file(
    saved: Path, elsewhere: subprocess.Popen[str]
) -> None:
    file, _ = old_file(saved)
    file.close()
    assert elsewhere.poll() is None
    assert names(saved.parent) == {saved.name, f".{saved.stem}.lock"}


def test_what_the_first_saved_at_last_is_there_when_the_second_opens(
    saved: Path, elsewhere: subprocess.Popen[str]
) -> None:
    elsewhere.communicate("\n")
    file, says = old_file(saved)
    assert (says, file.session.panes.left.system) == ("", "by the first")


def test_new_sessions_never_collide(tmp_path: Path) -> None:
    def one() -> Session:
        session = new_session(systems=("", ""))
        session.id = "20261122-140301-aaaaaa"
        return session

    first = fresh_file(one(), tmp_path)  # not saved yet
    second = fresh_file(one(), tmp_path)
    assert first.session.id == "20261122-140301-aaaaaa"
    assert second.session.id != first.session.id
    assert second.path.stem == second.session.id
    first.save()
    first.close()
    assert fresh_file(one(), tmp_path).session.id != first.session.id
    assert locked_file(first.session, tmp_path)


# what others do to a session that is open


def test_who_would_change_an_open_session_is_told_so(
    saved: Path, elsewhere: subprocess.Popen[str]
) -> None:
    before = saved.read_bytes()

    def rename(session: Session) -> None:
        session.title = "Second"

    with pytest.raises(SessionError, match="is open in another program; close it there first"):
        name_session(saved, rename)
    with pytest.raises(SessionError, match="is open in another program"):
        delete(saved)
    assert saved.read_bytes() == before
    elsewhere.communicate("\n")
    name_session(saved, rename)
    assert load_session(saved).title == "Second"
    delete(saved)
    assert names(saved.parent) == {".trash"}


async def test_ratings_wait_while_a_session_is_open_and_are_saved_then(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = locked_file(load_session(saved), saved.parent)
    assert arena
    rated = open_rated(saved)
    rated.session.title = "Rated"
    rated.touch()
    await rated.save_soon()
    assert rated.problem
    assert "is open in another program" in rated.problem
    with pytest.raises(SessionError, match="is open in another program"):
        rated.save()
    arena.close()
    await rated.save_soon()
    assert rated.problem is None
    rated.save()
    assert load_session(saved).title == "Rated"
    assert names(saved.parent) == {saved.name}
