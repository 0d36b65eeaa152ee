"""Keeps what libraries print off the screen: it goes into a log file while the arena draws."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

_MOST_BYTES = 4 << 20


@contextlib.contextmanager
def printed_into(path: Path) -> Iterator[None]:
    """Lead file descriptors 1 and 2 into a log file, also those of native code and children.

    `sys.__stdout__` and `sys.__stderr__` stay on the terminal, because Textual draws there. Where
    the log cannot be opened, what is printed is dropped.
    """
    log = _open(path)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = os.dup(1), os.dup(2)
    terminal = _terminal_on(kept[1] if os.isatty(kept[1]) else kept[0])
    before = sys.__stdout__, sys.__stderr__
    try:
        os.dup2(log, 1)
        os.dup2(log, 2)
        # Textual draws on the one and asks the other for the size of the terminal.
        sys.__stdout__ = sys.__stderr__ = terminal  # type: ignore[misc,assignment]
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        sys.__stdout__, sys.__stderr__ = before  # type: ignore[misc]
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        with contextlib.suppress(OSError):  # the terminal may be gone
            terminal.close()
        for descriptor in (log, *kept):
            os.close(descriptor)


def log_into(path: Path) -> None:
    """Send what Python code logs into the log file, for a run that keeps its terminal."""
    lines = logging.StreamHandler(os.fdopen(_open(path), "a", encoding="utf-8", errors="replace"))
    lines.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(lines)


def _terminal_on(descriptor: int) -> TextIO:
    return os.fdopen(os.dup(descriptor), "w", encoding="utf-8", errors="replace")


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > _MOST_BYTES:
            path.replace(path.with_suffix(".old.log"))
        return os.open(path, flags, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
