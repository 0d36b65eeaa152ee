"""What a command says on stderr while something takes long."""

from __future__ import annotations

import time
from typing import BinaryIO

from tui_arena.output import say
from tui_arena.progress import Progress, time_left

_SILENT_SECONDS = 2.0
"""What takes no longer tells nothing of how far it is."""
_SECONDS_BETWEEN = 5.0


class Told:
    """Says now and then what is being done, and how long it will still take."""

    def __init__(self) -> None:
        self._progress = Progress()
        self._next = time.monotonic() + _SILENT_SECONDS

    def __call__(self, what: str, done: float | None) -> None:
        """Hear what is being done, and how far it is from 0 to 1; None where that is not known."""
        now = time.monotonic()
        self._progress.hear(what, done, now=now)
        if now >= self._next:
            self._next = now + _SECONDS_BETWEEN
            left = self._progress.left(now=now)
            say(f"{what}{'' if left is None else ', ' + time_left(left)}.")


class Watched:
    """A file that is read from its beginning to its end, and says how far that is."""

    def __init__(self, file: BinaryIO, what: str, size: int | None) -> None:
        self._file = file
        self._what = what
        self._size = size
        self._read = 0
        self._told = Told()

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        return self._counted(self._file.read(size))

    def readline(self, size: int) -> bytes:
        """Return the next line, or so many bytes of it."""
        return self._counted(self._file.readline(size))

    def _counted(self, raw: bytes) -> bytes:
        self._read += len(raw)
        self._told(self._what, self._read / self._size if self._size else None)
        return raw
