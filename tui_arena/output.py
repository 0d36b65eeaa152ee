"""What the commands print: lines for people on stderr, results on stdout."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click

from tui_arena.errors import ArenaError
from tui_arena.text import display_text


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


def refuse_without_a_terminal(option: str) -> None:
    """Raise `ArenaError` where there is no terminal for a screen that an option asks for."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArenaError(f"{option} needs a terminal to draw on and to read keys from.")


def ascii_out() -> bool:
    """Say whether stdout carries no more than ASCII."""
    return not _carries_unicode(sys.stdout)


def width_of_output() -> int | None:
    """Return how wide a table may be: the terminal's width, or COLUMNS; None in a pipe."""
    if os.environ.get("COLUMNS", "").isdecimal() or sys.stdout.isatty():
        return shutil.get_terminal_size((80, 24)).columns
    return None


def _carries_unicode(stream: Any) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"
