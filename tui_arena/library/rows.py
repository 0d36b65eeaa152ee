"""Saved sessions laid out in columns, as many as a width has room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui_arena import mark_signs
from tui_arena.cells import cells, fitted
from tui_arena.library.entry import Entry, Saved
from tui_arena.session import Mark
from tui_arena.text import display_text

_GAP = 2
_ID = 6
"""Characters of the end of an id that are shown, which are enough to name it by."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: str
    least: int
    """Cells without which it is not worth showing."""
    most: int
    """Cells that it never has more of."""
    says: Callable[[Saved, bool], str]
    """Its text; whether that is to be ASCII only."""
    numbers: bool = False


_COLUMNS = {
    "id": _Column("ID", _ID, 12, lambda saved, _: short_id(saved)),
    "when": _Column("WHEN", 10, 16, lambda saved, _: when(saved.entry.updated)),
    "title": _Column("TITLE", 18, 60, lambda saved, ascii_only: title(saved, ascii_only)),
    "models": _Column("MODELS", 16, 40, lambda saved, _: ", ".join(saved.entry.models)),
    "turns": _Column("TURNS", 5, 9, lambda saved, _: turns(saved.entry), numbers=True),
    "marks": _Column("MARKS", 11, 30, lambda saved, ascii_only: marks(saved.entry, ascii_only)),
    "unrated": _Column(
        "UNRATED", 7, 9, lambda saved, _: str(saved.entry.unrated or ""), numbers=True
    ),
    "scenario": _Column("SCENARIO", 8, 20, lambda saved, _: saved.entry.scenario),
    "tags": _Column("TAGS", 10, 30, lambda saved, _: ", ".join(saved.entry.tags)),
}
_FIRST_TO_GO = ("tags", "scenario", "unrated", "models", "id", "marks", "turns")
_FIRST_TO_SHRINK = (
    ("title", 32),
    ("tags", 10),
    ("models", 24),
    ("title", 24),
    ("scenario", 8),
    ("models", 16),
    ("marks", 11),
    ("title", 1),
)
"""Columns, and the cells that they keep for now."""


def rows(
    saved: Sequence[Saved],
    width: int | None,
    *,
    ascii_only: bool = False,
    without: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """Return a head and a row for each session, safe to show and no wider than `width` cells.

    Without a width every column has what it needs, within reason. `without` names columns that are
    not shown.
    """
    shown = [name for name in _COLUMNS if name not in without]
    texts = {name: [_text(name, each, ascii_only) for each in saved] for name in shown}
    wide = {name: _width(name, texts[name]) for name in shown}
    if width is not None:
        _make_fit(shown, wide, width)

    def row(said: Sequence[str]) -> str:
        parts = (
            _right(text, wide[name]) if _COLUMNS[name].numbers else _left(text, wide[name])
            for name, text in zip(shown, said, strict=True)
        )
        line = (" " * _GAP).join(parts).rstrip()
        return line if width is None else fitted(line, width, ascii_only=ascii_only).rstrip()

    def _left(text: str, room: int) -> str:
        return fitted(text, room, ascii_only=ascii_only)

    def _right(text: str, room: int) -> str:
        return " " * (room - cells(text)) + text

    head = row([_COLUMNS[name].head for name in shown])
    return head, [row([texts[name][n] for name in shown]) for n in range(len(saved))]


def short_id(saved: Saved) -> str:
    """Return the end of a session's file name that it can be named by."""
    stem = saved.path.stem
    tail = stem.rpartition("-")[2]
    return tail if len(tail) == _ID else stem


def when(at: str, *, year: bool = False) -> str:
    """Return a time for people, where they are; the year only where it is another one."""
    try:
        local = datetime.fromisoformat(at).astimezone()
    except (OverflowError, OSError):  # before or after what the system can tell
        return at[:10]
    if year:
        return local.strftime("%Y-%m-%d %H:%M")
    this_year = local.year == datetime.now().astimezone().year
    return local.strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d")


def title(saved: Saved, ascii_only: bool) -> str:
    """Return the title, or how the session begins, which looks like a prompt."""
    if saved.entry.title.strip() or not saved.entry.first.strip():
        return saved.entry.title
    return f"{'>' if ascii_only else '›'} {saved.entry.first}"


def turns(entry: Entry) -> str:
    """Return how many turns there are; of both sides where they have not as many."""
    left, right = entry.turns
    return str(left) if left == right else f"{left}+{right}"


def marks(entry: Entry, ascii_only: bool) -> str:
    """Return how many of each mark there are."""
    signs: dict[Mark, str] = mark_signs.WORDS if ascii_only else mark_signs.SIGNS
    return " ".join(
        f"{count}{' ' if ascii_only else ''}{signs[mark]}" for mark, count in entry.marks.items()
    )


def _text(name: str, saved: Saved, ascii_only: bool) -> str:
    says = _COLUMNS[name].says(saved, ascii_only)[:200]
    return " ".join(display_text(says, ascii_only=ascii_only).split())


def _width(name: str, texts: Sequence[str]) -> int:
    column = _COLUMNS[name]
    needed = max(map(cells, texts), default=0)
    return min(max(needed, cells(column.head)), column.most)


def _make_fit(shown: list[str], wide: dict[str, int], width: int) -> None:
    """Take columns away and cells from others until all fit, what is named first goes first."""

    def too_wide(sizes: Callable[[str], int]) -> int:
        return sum(sizes(name) + _GAP for name in shown) - _GAP - width

    def least(name: str) -> int:
        return min(wide[name], max(_COLUMNS[name].least, len(_COLUMNS[name].head)))

    for name in _FIRST_TO_GO:
        if name in shown and too_wide(least) > 0:
            shown.remove(name)
    for name, kept in _FIRST_TO_SHRINK:
        over = too_wide(lambda each: wide[each])
        if name in shown and over > 0:
            wide[name] = max(min(wide[name], kept), wide[name] - over)
