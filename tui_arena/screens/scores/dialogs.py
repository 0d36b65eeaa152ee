"""Both conversations of each session beside each other: what was asked, and how it was rated."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import overload

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Dialog, DialogRow, Scores
from tui_arena.scoring.words import short
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, marks, prose, told
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_MARKS, _MARKS_IN_WORDS = 12, 18
"""Cells of the marks of a response."""
_AROUND = 3
"""Rows of a dialog beside those of its turns: its title, its models, and one below it."""


def dialogs(scores: Scores, width: int, signs: Signs) -> Sequence[Row]:
    """Return the dialogs as rows."""
    return _Rows(scores.dialogs, width, signs) if scores.dialogs else ()


class _Rows(Sequence[Row]):
    """Makes each row when it is asked for: there may be a hundred thousand."""

    def __init__(self, found: Sequence[Dialog], width: int, signs: Signs) -> None:
        self._found, self._width, self._signs = found, width, signs
        self._half = (width - 3) // 2
        self._bar = Piece(" | " if signs.ascii_only else " │ ", style=DIM)
        self._ends = list(accumulate(len(each.rows) + _AROUND for each in found))
        self._last = prose("What stands further in is a correction.", width)

    def __len__(self) -> int:
        return self._ends[-1] + len(self._last)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(at)
        number = bisect_right(self._ends, at)
        if number == len(self._ends):
            return self._last[at - self._ends[-1]]
        return self._row(self._found[number], at - (self._ends[number - 1] if number else 0))

    def _row(self, dialog: Dialog, at: int) -> Row:
        if at == 0:
            where = f"{dialog.scenario}: " if dialog.scenario else ""
            called = f"{dialog.title} ({dialog.session})" if dialog.title else dialog.session
            return (Piece(f"{where}{called}", self._width, HEAD, outside=True),)
        if at == 1:
            left, right = (
                Piece(name or "-", self._half, "bold", outside=True)
                for name in (dialog.left, dialog.right)
            )
            return (left, self._bar, right)
        return self._turn(dialog.rows[at - 2]) if at - 2 < len(dialog.rows) else BLANK

    def _turn(self, row: DialogRow) -> Row:
        return (*self._answer(row.left), self._bar, *self._answer(row.right))

    def _answer(self, reply: Reply | None) -> tuple[Piece, ...]:
        if reply is None:
            return (gap(self._half),)
        further = 2 if reply.kind == "correction" else 0
        most = _MARKS_IN_WORDS if self._signs.ascii_only else _MARKS
        room = min(most, self._half // 2)
        wide = self._half - room - further - 1
        style = DIM if further else ""
        cell = Cell(told(reply, self._signs), (reply,))
        return (
            *((gap(further),) if further else ()),
            Piece(short(reply.prompt, wide), wide, style, cell, outside=True),
            gap(1),
            Piece(marks(reply, self._signs), room, "" if reply.rated else DIM),
        )
