"""Both conversations of each session beside each other: what was asked, and how it was rated."""

from __future__ import annotations

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Dialog, Scores
from tui_arena.scoring.words import short
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, marks, prose, told
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_MARKS = 12
"""Cells of the marks of a response."""


def dialogs(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return the dialogs as rows."""
    rows: list[Row] = []
    for dialog in scores.dialogs:
        rows += [BLANK] if rows else []
        rows += _dialog(dialog, width, signs)
    if rows:
        rows += [BLANK, *prose("What stands further in is a correction.", width)]
    return rows


def _dialog(dialog: Dialog, width: int, signs: Signs) -> list[Row]:
    half = (width - 3) // 2
    bar = "|" if signs.ascii_only else "│"
    where = f"{dialog.scenario}: " if dialog.scenario else ""
    called = dialog.title or dialog.session
    more = f"  {dialog.session}" if dialog.title and width > 100 else ""
    rows: list[Row] = [
        (Piece(f"{where}{called}{more}", width, HEAD, outside=True),),
        (
            Piece(dialog.left or "-", half, "bold", outside=True),
            Piece(f" {bar} ", style=DIM),
            Piece(dialog.right or "-", half, "bold", outside=True),
        ),
    ]
    for row in dialog.rows:
        rows.append(
            (
                *_answer(row.left, half, signs),
                Piece(f" {bar} ", style=DIM),
                *_answer(row.right, half, signs),
            )
        )
    return rows


def _answer(reply: Reply | None, width: int, signs: Signs) -> tuple[Piece, ...]:
    if reply is None:
        return (gap(width),)
    further = 2 if reply.kind == "correction" else 0
    room = min(_MARKS if not signs.ascii_only else 18, width // 2)
    wide = width - room - further - 1
    style = DIM if further else ""
    cell = Cell(told(reply, signs), (reply,))
    return (
        *((gap(further),) if further else ()),
        Piece(short(reply.prompt, wide), wide, style, cell, outside=True),
        gap(1),
        Piece(marks(reply, signs), room, "" if reply.rated else DIM),
    )
