"""Who may write a session: one program at a time, for as long as it lives.

The lock is the system's own (flock) on a hidden file beside the session's, which is replaced with
every save and so cannot carry it. However its holder ends, the lock is free at that moment; over
NFS the server holds it, for all machines.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"\.(?P<id>[A-Za-z0-9][A-Za-z0-9_-]{0,99})\.lock")
_NO_LOCKS_HERE = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
_A_MOMENT = 0.2
"""Seconds; who clears leftovers away holds each lock for far less."""


class SessionLock:
    """The right to write one session, until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.sure = descriptor is not None
        """Whether nobody else can have it; not where the folder's disk knows no locks."""
        self._give_up = weakref.finalize(self, _give_up, path, descriptor)

    def release(self) -> None:
        """Give it up."""
        self._give_up()


def take_lock(folder: Path, session_id: str) -> SessionLock | None:
    """Return the right to write a session of this folder; None while another program has it.

    Raises OSError where the folder takes no file.
    """
    until = time.monotonic() + _A_MOMENT
    while True:
        lock = _try_lock(folder / f".{session_id}.lock")
        if lock is not None or time.monotonic() > until:
            return lock
        time.sleep(0.01)


def dead_locks(folder: Path) -> Iterator[tuple[str, SessionLock]]:
    """Take each lock whose holder was killed, for as long as it is looked at; with its session."""
    for path in folder.glob(".*.lock"):
        found = _NAME.fullmatch(path.name)
        lock = None
        if found:
            with contextlib.suppress(OSError):
                lock = _try_lock(path)
        if found and lock is not None:
            yield found["id"], lock
            lock.release()


def _give_up(path: Path, descriptor: int | None) -> None:
    """Remove the lock's file first, so that nobody takes it and then finds it gone."""
    if descriptor is not None:
        with contextlib.suppress(OSError):
            os.unlink(path)
        os.close(descriptor)


def _try_lock(path: Path) -> SessionLock | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_still(path, descriptor):
            return SessionLock(path, descriptor)
        os.close(descriptor)  # whoever had it took the file away meanwhile
        return None
    except OSError as problem:
        os.close(descriptor)
        if problem.errno in (errno.EAGAIN, errno.EACCES):  # EACCES is what some systems say
            return None
        if problem.errno in _NO_LOCKS_HERE:
            with contextlib.suppress(OSError):
                os.unlink(path)
            return SessionLock(path, None)
        raise


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path, follow_symlinks=False), os.fstat(descriptor))
    except FileNotFoundError:
        return False
