"""A session's file that is rated while other programs may write it as well."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from tui_arena.session import Session, SessionError
from tui_arena.store import SessionFile, load_session


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

    def save(self) -> None:
        """Write the session as it is now; raises `SessionError` where it must not be, or cannot."""
        if self._changed():
            raise SessionError(self._refuse())
        super().save()
        self._stamp = _stamp(self.path)

    async def save_soon(self) -> None:
        """Write the session without holding up the loop; `problem` says if it failed."""
        if self.unsaved and self._changed():
            self._refuse()
            return
        await super().save_soon()
        if self.problem is None:
            self._stamp = _stamp(self.path)

    def _changed(self) -> bool:
        return self.path == self._own and _stamp(self.path) != self._stamp

    def _refuse(self) -> str:
        self.problem = (
            f"{self.path} was changed by another program since it was opened, and is left as it is."
        )
        return self.problem


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
