"""What the commands print: lines for people on stderr, results on stdout."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import click

from tui_arena.progress import Progress, time_left
from tui_arena.text import display_text

_PATIENCE = 2.0
"""Seconds after which it is told how far something is."""
_PAUSE = 0.25
"""Seconds between two times that it is told."""


def stand_in_for_closed_streams() -> None:
    """Open what was started closed, as in `>&-`; else a session's file would take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def say(line: str) -> None:
    """Print a line on stderr; a terminal that is gone is no reason to stop."""
    shown = display_text(line, ascii_only=not _carries_unicode(sys.stderr)).replace("\n", " ")
    try:
        click.echo(shown, err=True)
    except OSError:
        return


def print_path(path: Path) -> None:
    """Print a path as the last line on stdout: to a terminal safely, to a program exactly."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        click.echo(display_text(str(path), ascii_only=ascii_out()))
    else:
        sys.stdout.buffer.write(os.fsencode(path) + b"\n")
        sys.stdout.flush()


def ascii_out() -> bool:
    """Say whether stdout carries no more than ASCII."""
    return not _carries_unicode(sys.stdout)


def width_of_output() -> int | None:
    """Return how wide a table may be: the terminal's width, or COLUMNS; None in a pipe."""
    if os.environ.get("COLUMNS", "").isdecimal() or sys.stdout.isatty():
        return shutil.get_terminal_size((80, 24)).columns
    return None


class ProgressLine:
    """Tells on stderr how far a long thing is, where that is a terminal; it goes at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress = Progress()
        self._began = self._last = time.monotonic()
        self._drawn = False

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            self._draw("")

    def tell(self, done: int, of: int) -> None:
        """Hear that so many of so many are done."""
        now = time.monotonic()
        self._progress.hear(self._what, done / of, now=now)
        if now - self._began < _PATIENCE or now - self._last < _PAUSE or not sys.stderr.isatty():
            return
        self._last = now
        left = self._progress.left(now=now)
        self._draw(
            f"{self._what}: {done} of {of}" + (f", {time_left(left)}" if left is not None else "")
        )

    def say(self, what: str) -> None:
        """Say what is done now, whose end nobody knows, where it has been long already."""
        if time.monotonic() - self._began >= _PATIENCE and sys.stderr.isatty():
            self._draw(what)

    def _draw(self, line: str) -> None:
        """Put a line where the last one stands."""
        self._drawn = bool(line)
        with contextlib.suppress(OSError):  # a terminal that is gone
            click.echo(f"\r\x1b[K{line}", err=True, nl=False)


def _carries_unicode(stream: Any) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"
