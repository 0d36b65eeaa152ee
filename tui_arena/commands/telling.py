"""What a command says on stderr while something takes long."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from typing import BinaryIO

import click

from tui_arena.output import ascii_out
from tui_arena.progress import Progress, time_left
from tui_arena.text import display_text

_PATIENCE, _PAUSE = 2.0, 0.2
"""Seconds before anything is told of how far it is, and between two times."""


class Told:
    """Tells on stderr how far it is, where that is a terminal; the line goes at the end."""

    def __init__(self) -> None:
        self._progress = Progress()
        self._next = time.monotonic() + _PATIENCE
        self._drawn = ""
        """What stands there now; empty for nothing."""

    def __enter__(self) -> Told:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, what: str, done: float | None) -> None:
        """Hear what is being done, and how far it is from 0 to 1; None where that is not known."""
        now = time.monotonic()
        self._progress.hear(what, done, now=now)
        another = self._drawn not in ("", what)
        if not (now >= self._next or another) or not sys.stderr.isatty():
            return
        left = self._progress.left(now=now)
        share = f": {done:.0%}" if done else ""
        _draw(f"{what}{share}{'' if left is None else ', ' + time_left(left)}")
        self._next, self._drawn = now + _PAUSE, what

    def clear(self) -> None:
        """Take the line away, before something else is printed."""
        if self._drawn:
            _draw("")
            self._drawn = ""


class Watched:
    """A file that is read from its beginning to its end, and says how far that is."""

    def __init__(self, file: BinaryIO, name: str, size: int | None, tell: Told) -> None:
        self._file = file
        self._what = f"Reading {name}"
        self._size = size
        self._read = 0
        self._tell = tell

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end."""
        return self._counted(self._file.read(size))

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or so many bytes of it."""
        return self._counted(self._file.readline(size))

    def _counted(self, raw: bytes) -> bytes:
        self._read += len(raw)
        self._tell(self._what, self._read / self._size if self._size else None)
        return raw


def _draw(line: str) -> None:
    """Put a line where the last one stands."""
    shown = " ".join(display_text(line, ascii_only=ascii_out()).split())
    shown = shown[: shutil.get_terminal_size().columns - 1]
    with contextlib.suppress(OSError):  # a terminal that is gone
        click.echo(f"\r\x1b[K{shown}", err=True, nl=False)
