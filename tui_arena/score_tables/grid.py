"""Cells in columns for a terminal: as wide as they need, or as narrow as the width asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_arena.cells import cells, fitted
from tui_arena.text import display_text

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is called, and how it gives way."""

    head: str
    least: int = 0
    """Cells without which it is not worth showing; 0 for one that is shown whole or not at all."""
    right: bool = False
    """Whether its cells stand at the right."""
    gives_way: int = 0
    """Columns with higher numbers go first where there is no room; 0 stays."""


def grid(
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    width: int | None,
    ascii_only: bool = False,
) -> list[str]:
    """Return a head and a row for each row, safe to show, and no wider than `width` cells.

    Without a width nothing is cut or left out.
    """
    shown = list(range(len(columns)))
    texts = [[_line(cell, ascii_only) for cell in row] for row in rows]
    heads = [_line(column.head, ascii_only) for column in columns]
    wide = [
        max(cells(text) for text in (head, *(row[n] for row in texts)))
        for n, head in enumerate(heads)
    ]
    if width is not None:
        _leave_out(columns, shown, wide, width)
        _narrow(columns, shown, wide, width)

    def line(row: Sequence[str]) -> str:
        parts = []
        for n in shown:
            part = fitted(row[n], wide[n], ascii_only=ascii_only)
            text = part.rstrip()
            parts.append(" " * (wide[n] - cells(text)) + text if columns[n].right else part)
        whole = (" " * _GAP).join(parts).rstrip()
        return whole if width is None else fitted(whole, width, ascii_only=ascii_only).rstrip()

    return [line(row) for row in ([heads] if any(heads) else []) + texts]


def _line(text: str, ascii_only: bool) -> str:
    """Return text that is safe to show, on one line; what leads it in stays."""
    shown = display_text(text, ascii_only=ascii_only)
    return shown if "\n" not in shown and "\t" not in shown else " ".join(shown.split())


def _least(column: Column, wide: int) -> int:
    return min(wide, max(column.least, cells(column.head))) if column.least else wide


def _room(shown: Sequence[int], sizes: Sequence[int]) -> int:
    return sum(sizes[n] for n in shown) + _GAP * (len(shown) - 1)


def _leave_out(
    columns: Sequence[Column], shown: list[int], wide: Sequence[int], width: int
) -> None:
    """Take columns away until the others fit as narrow as they can be."""
    least = [_least(column, size) for column, size in zip(columns, wide, strict=True)]
    for n in sorted(shown, key=lambda n: -columns[n].gives_way):
        if columns[n].gives_way and _room(shown, least) > width:
            shown.remove(n)


def _narrow(columns: Sequence[Column], shown: Sequence[int], wide: list[int], width: int) -> None:
    """Take cells from the widest columns that can spare them until all fit."""
    while _room(shown, wide) > width:
        spare = [n for n in shown if wide[n] > _least(columns[n], wide[n])]
        if not spare:
            return
        wide[max(spare, key=lambda n: wide[n])] -= 1
