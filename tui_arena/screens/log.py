"""The log page: the end of what the libraries printed."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from tui_arena.screens.page import Page
from tui_arena.widgets.signs import Signs

_MOST_BYTES = 32 << 10


def log_page(path: Path, signs: Signs, keys: Collection[str]) -> Page:
    """Return a page with the end of the log file; `keys` open it, and close it as well."""
    text = _tail(path)
    return Page(
        title=f"Log: the end of {signs.one_line(str(path))}",
        write=lambda width: signs.content(text or "Nothing was logged yet."),
        at_end=True,
        closed_by=keys,
    )


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as problem:
        return f"The log file cannot be read: {problem.strerror}."
    if size > _MOST_BYTES:
        text = text.partition("\n")[2]
    return "\n".join(text.splitlines()).strip()
