"""What `tui-arena sessions` prints: a table for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from tui_arena.library.entry import Saved
from tui_arena.library.rows import rows

_LEAST = 40


def as_table(saved: Sequence[Saved], *, width: int | None, ascii_only: bool = False) -> str:
    """Lay out a table of at most `width` cells; without a width nothing is left out."""
    head, lines = rows(saved, width and max(_LEAST, width), ascii_only=ascii_only)
    return "\n".join((head, *lines))


def as_json(saved: Sequence[Saved]) -> str:
    """Return an array of objects: `path` and what the list knows but for the texts.

    Plain ASCII, so that nothing in a session can act on a terminal.
    """
    return json.dumps([_plain(each) for each in saved], indent=1)


def _plain(saved: Saved) -> dict[str, object]:
    entry = saved.entry
    said: dict[str, object] = msgspec.to_builtins(entry)
    for name in ("card", "text", "whole"):
        del said[name]
    left, right = entry.turns
    return {**said, "turns": {"left": left, "right": right}, "path": str(saved.path)}
