"""Sessions as files: saved whole or not at all, whatever stops the program or the disk."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import re
import secrets
import stat
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tui_arena.folders import data_folder
from tui_arena.session import Session, SessionError, Turn
from tui_arena.session_json import DamagedError, SessionText, decode_session
from tui_arena.session_lock import SessionLock, dead_locks, take_lock
from tui_arena.stamps import new_session_id
from tui_arena.whole_file import write_whole

_MOST_BYTES = 256 << 20
_TEMPORARY = re.compile(r"\.(?P<id>[\w-]+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.tmp")
_ABANDONED_AFTER = 60.0
"""Seconds; no save takes that long, and a folder on the network may serve several machines."""


class _Snapshot(NamedTuple):
    """The JSON of one moment; of two snapshots the one with the higher number is newer."""

    number: int
    changes: int
    parts: Sequence[bytes]


class SessionFile:
    """One session and the file it is saved in.

    `touch`, `save_soon` and `save` belong to one thread; the writing of `save_soon` has its own.
    """

    def __init__(self, session: Session, folder: Path, lock: SessionLock | None = None) -> None:
        self.session = session
        self._lock = lock
        self.path = folder / f"{session.id}.json"
        self.problem: str | None = None
        """Why the last save failed, in one sentence; None when it worked."""
        self._changes = 0
        self.turning_points = 0
        """How often more changed than the text of an answer that streams."""
        self._changed_at: float | None = None
        self._saved_changes = 0
        self._numbers = itertools.count(1)
        self._newest = _Snapshot(0, 0, ())
        self._text = SessionText()
        self._touched: dict[int, Turn] | None = None
        """The turns that changed since the last snapshot; None where anything may have."""
        self._writing = threading.RLock()
        self._one_at_a_time = asyncio.Lock()

    def close(self) -> None:
        """Let others write the session; what is not saved by now is not."""
        if self._lock is not None:
            self._lock.release()

    def touch(self, turn: Turn | None = None) -> None:
        """Say that something in the session changed, now: only in that turn, if one is given.

        Cheap enough for every token.
        """
        self._changes += 1
        self._changed_at = time.time()
        if turn is None:
            self._touched = None
            self.turning_points += 1
        elif self._touched is not None:
            self._touched[id(turn)] = turn

    @property
    def unsaved(self) -> bool:
        """Whether there is a change that is not on the disk yet."""
        return self._changes != self._saved_changes

    def save(self) -> None:
        """Write the session as it is now; raises `SessionError` and leaves the old file if not."""
        self._touched = None  # at last nothing is taken from before
        self._write(self._snapshot(), self.path)

    async def save_soon(self) -> None:
        """Write the session as it is now without holding up the loop; `problem` says if it failed.

        Calls that come while another is writing are answered by one write of the newest state.
        """
        async with self._one_at_a_time:
            if not self.unsaved:
                return
            snapshot = self._snapshot()
            with contextlib.suppress(SessionError):
                await asyncio.to_thread(self._write, snapshot, self.path)

    def save_elsewhere(self) -> Path:
        """Write the session where there may still be room, for when its own folder refuses.

        Tries the user's data folder, then a new folder for temporary files. From then on that is
        the session's `path`, which is returned. Raises `SessionError` where neither takes it.
        """
        self._touched = None
        snapshot = self._snapshot()
        for place in (_rescue_folder, _temporary_folder):
            try:
                path = _free_place(place(), self.path)
                self._write(snapshot, path)
            except (OSError, SessionError):
                continue
            self.path = path
            return path
        raise SessionError("The session cannot be saved anywhere: every disk refuses it.")

    def _snapshot(self) -> _Snapshot:
        if self._changed_at is not None:
            changed = datetime.fromtimestamp(self._changed_at, UTC)
            if changed > datetime.fromisoformat(self.session.updated):  # the clock may go back
                self.session.updated = changed.isoformat(timespec="milliseconds")
        touched = None if self._touched is None else self._touched.values()
        parts = self._text.parts(self.session, touched)
        self._touched = {}
        return _Snapshot(next(self._numbers), self._changes, parts)

    def _write(self, snapshot: _Snapshot, path: Path) -> None:
        """Write a snapshot unless a newer one is written already.

        A signal's handler may save in the middle of this, in the same thread: its newer snapshot
        then gets the last word.
        """
        with self._writing:
            while snapshot.number >= self._newest.number:
                try:
                    write_whole(path, [b"".join(snapshot.parts)], durable=True)
                except OSError as problem:
                    self._saved_changes = -1  # what the disk holds now is anybody's guess
                    self.problem = (
                        f"The session cannot be saved in {path.parent}: {why_refused(problem)}"
                    )
                    raise SessionError(self.problem) from None
                if snapshot.number >= self._newest.number:
                    self._newest = snapshot
                    self._saved_changes = snapshot.changes
                    self.problem = None
                    return
                snapshot = self._newest


def fresh_file(session: Session, folder: Path) -> SessionFile:
    """Return the file of a session that is new here: it gets another id where its own is taken.

    It stays this program's until `close`. Raises `SessionError` where the folder takes no file.
    """
    while True:
        file = locked_file(session, folder)
        if file is not None and not file.path.exists():
            return file
        if file is not None:
            file.close()
        session.id = new_session_id()


def open_elsewhere(path: Path) -> str:
    """Say that another program has a session open, and what to do."""
    return f"{path}: is open in another program; close it there first."


def locked_file(session: Session, folder: Path) -> SessionFile | None:
    """Return a session's file for this program alone, until `close`; None if another has it open.

    Raises `SessionError` where the folder takes no file.
    """
    try:
        lock = take_lock(folder, session.id)
    except OSError as problem:
        raise SessionError(
            f"Sessions cannot be saved in {folder}: {why_refused(problem)}"
        ) from None
    return SessionFile(session, folder, lock) if lock is not None else None


def prepare_folder(folder: Path) -> None:
    """Make a folder ready for sessions: create it, see that it takes files, clear away leftovers.

    Raises `SessionError` in one sentence where sessions could not be saved in it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear_leftovers(folder, now=_try_folder(folder))
    except OSError as problem:
        raise SessionError(
            f"Sessions cannot be saved in {folder}: {why_refused(problem)}"
        ) from None


def _try_folder(folder: Path) -> float:
    """Save something in a folder as a session is saved, and remove it; return the time there."""
    name = f"trial-{secrets.token_hex(4)}"
    lock = take_lock(folder, name)
    trial = folder / f".{name}.{os.getpid()}.00000000.tmp"
    try:
        write_whole(trial, [b"may this folder be written to?\n"], durable=True)
        return trial.stat().st_mtime
    finally:
        trial.unlink(missing_ok=True)
        if lock is not None:
            lock.release()


def _clear_leftovers(folder: Path, now: float) -> None:
    """Remove what programs left that died while they saved; `now` is the time of the folder's disk.

    Where the session's lock says so, at once. Else after a minute, since it may be written from
    another machine; and a time in the future is none, since clocks may go back.
    """
    left = {
        path: found for path in folder.glob(".*.tmp") if (found := _TEMPORARY.fullmatch(path.name))
    }
    dead = set()
    for session_id, lock in dead_locks(folder):
        if lock.sure:
            dead |= {path for path, found in left.items() if found["id"] == session_id}
            _remove(dead)
    for path, found in left.items():
        if path not in dead and not _alive(int(found["pid"])):
            with contextlib.suppress(OSError):
                if abs(now - path.lstat().st_mtime) > _ABANDONED_AFTER:
                    path.unlink()


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # in containers every program may have the same number
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def load_session(path: Path) -> Session:
    """Read a session from its file; raises `SessionError` with the file's name if it cannot be."""
    raw = read_whole(path)
    try:
        return decode_session(raw)
    except DamagedError as problem:
        why = str(problem).removesuffix(".")
        raise SessionError(
            f"{path}: {why}; `tui-arena sessions repair` saves what can be read."
        ) from None
    except SessionError as problem:
        raise SessionError(f"{path}: {problem}") from None


def read_whole(path: Path) -> bytes:
    """Read a file that may be a session; raises `SessionError` where it can be none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise SessionError(f"{path}: is not a file; name a session's JSON file.")
            if about.st_size > _MOST_BYTES:
                raise SessionError(f"{path}: is too big for a session (more than 256 MiB).")
            return file.read(_MOST_BYTES)
    except (OSError, ValueError) as problem:
        reason = why_refused(problem) if isinstance(problem, OSError) else "that is no file name."
        raise SessionError(f"{path}: cannot be read: {reason}") from None


def why_refused(problem: OSError) -> str:
    """Say in plain words why the system refused, and what to do."""
    match problem.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "the disk is full or has no more room for you; free some space."
        case errno.EROFS:
            return "this disk can only be read; choose another folder."
        case errno.EACCES | errno.EPERM:
            return "you have no permission; choose another folder or change its permissions."
        case errno.ENOENT:
            return "there is no such file or folder."
        case errno.ENOTDIR | errno.EEXIST:
            return "a file stands where a folder should be; choose another folder."
        case _:
            return f"{problem.strerror or problem}."


def _free_place(folder: Path, path: Path) -> Path:
    """Return where in a rescue folder a file can go without taking an earlier one's place."""
    if path.is_relative_to(folder):  # rescued before
        return path
    place = folder / path.name
    if place.exists():
        place = Path(tempfile.mkdtemp(prefix="again-", dir=folder)) / path.name
    return place


def _rescue_folder() -> Path:
    folder = data_folder() / "rescued"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _temporary_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="tui-arena-"))
