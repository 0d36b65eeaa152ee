"""A session's file that is rated while other programs may write it as well."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tui_arena.session import Session, SessionError
from tui_arena.session_lock import SessionLock, take_lock
from tui_arena.store import SessionFile, load_session, open_elsewhere, why_refused


class _Stamp(NamedTuple):
    """What tells one writing of a file from the next."""

    file: int
    bytes: int
    written: int


class RatedFile(SessionFile):
    """Never overwrites what another program wrote since it was read."""

    def __init__(self, session: Session, path: Path, stamp: _Stamp | None) -> None:
        super().__init__(session, path.parent)
        self.path = self._own = path
        self._stamp = stamp
        self._saves = 0
        """How many saves are under way: a signal's comes in the midst of another."""

    def save(self) -> None:
        """Write the session as it is now; raises `SessionError` where it must not be, or cannot."""
        with self._alone():
            super().save()
            self._stamp = _stamp(self.path)

    async def save_soon(self) -> None:
        """Write the session without holding up the loop; `problem` says if it failed."""
        if not self.unsaved:
            return
        with contextlib.suppress(SessionError), self._alone():
            await super().save_soon()
            if self.problem is None:
                self._stamp = _stamp(self.path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other program write meanwhile; raises `SessionError` where one did, or might."""
        if self.path != self._own:  # its own folder refused it
            yield
            return
        if self._saves == 0:
            self._lock = self._take_lock()
        self._saves += 1
        try:
            if _stamp(self.path) != self._stamp:
                raise self._refusal(
                    f"{self.path} was changed by another program since it was opened, "
                    "and is left as it is."
                )
            yield
        finally:
            self._saves -= 1
            if self._saves == 0:
                self.close()

    def _take_lock(self) -> SessionLock:
        try:
            lock = take_lock(self.path.parent, self.session.id)
        except OSError as problem:
            raise self._refusal(f"{self.path} cannot be saved: {why_refused(problem)}") from None
        if lock is None:
            raise self._refusal(open_elsewhere(self.path))
        return lock

    def _refusal(self, why: str) -> SessionError:
        self.problem = why
        return SessionError(why)


def open_rated(path: Path) -> RatedFile:
    """Open a session's file to rate it; raises `SessionError` where it cannot be."""
    stamp = _stamp(path)
    session = load_session(path)
    if not (os.access(path, os.W_OK) and path.stat().st_mode & 0o222):
        raise SessionError(f"{path}: can only be read; change its permissions.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise SessionError(f"{path}: lies in a folder that can only be read; copy it elsewhere.")
    return RatedFile(session, path, stamp)


def _stamp(path: Path) -> _Stamp | None:
    try:
        about = path.stat()
    except (OSError, ValueError):
        return None
    return _Stamp(about.st_ino, about.st_size, about.st_mtime_ns)
