"""Several attempts at the same: at first prompts, and at corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Fixing, Reliability, Scores, Share
from tui_arena.screens.scores.words import (
    BLANK,
    DIM,
    HEAD,
    attempts,
    attempts_width,
    gap,
    number,
    prose,
    share_bar,
    share_says,
    widest,
)
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_LEAST_BAR, _MOST_BAR = 8, 50
_SHARE = 15
"""Cells of a share in numbers: hits, of how many, and their quotient."""
_FIRST = (
    "Attempts at first prompts, which nobody helped with. At the right: those without a fault, of "
    "those that are rated, and where their share lies (95 %)."
)
_CORRECTIONS = (
    "Attempts at corrections that were tried several times. At the right: those marked fixed, of "
    "those that are rated, and where their share lies (95 %)."
)


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide each column is."""

    name: int
    tries: int
    bar: int


def _columns(
    names: Sequence[str], tries: Iterable[Sequence[Reply]], width: int, signs: Signs
) -> _Columns:
    name = widest(names, width // 3, signs)
    found = attempts_width(tries, width - 2 - name - 2 - _SHARE - _LEAST_BAR, signs)
    return _Columns(name, found, min(_MOST_BAR, width - 2 - name - 2 - found - _SHARE))


def reliability(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return each first prompt, and every model's attempts at it."""
    found = scores.reliability
    names, tries = [each.model for each in found], [each.attempts for each in found]
    columns = _columns(names, tries, width, signs)
    asked: dict[tuple[str, str], list[Reliability]] = {}
    for each in found:
        asked.setdefault((each.scenario or "", each.prompt), []).append(each)
    rows: list[Row] = []
    for (scenario, prompt), models in asked.items():
        rows += [BLANK] if rows else []
        where = f"{scenario}: " if scenario else ""
        rows.append((Piece(f"{where}{prompt}", width, HEAD, outside=True),))
        for each in models:
            says = f"{each.model}: attempts without a fault: {share_says(each.right)}"
            rows.append(_row(each.model, says, each.attempts, each.right, columns, signs))
    return [*rows, BLANK, *prose(_FIRST, width)] if rows else []


def fixing(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return each model's attempts at every kind of correction."""
    kinds = [kind for model in scores.fixing for kind in model.kinds]
    names, tries = [kind.correction for kind in kinds], [kind.attempts for kind in kinds]
    columns = _columns(names, tries, width, signs)
    rows: list[Row] = []
    for model in scores.fixing:
        rows += [BLANK] if rows else []
        rows.append(_head(model, columns, signs))
        for kind in model.kinds:
            says = f"{model.model}, told “{kind.correction[:80]}”: {share_says(kind.fixed)}"
            rows.append(_row(kind.correction, says, kind.attempts, kind.fixed, columns, signs))
    return [*rows, BLANK, *prose(_CORRECTIONS, width)] if rows else []


def _head(model: Fixing, columns: _Columns, signs: Signs) -> Row:
    replies = tuple(reply for kind in model.kinds for reply in kind.attempts)
    cell = Cell(f"{model.model}: fixed when told: {share_says(model.fixed)}", replies)
    return (
        Piece(model.model, 2 + columns.name + 2 + columns.tries, HEAD, cell, outside=True),
        *_share(model.fixed, columns, signs),
    )


def _row(
    name: str,
    says: str,
    behind: tuple[Reply, ...],
    share: Share,
    columns: _Columns,
    signs: Signs,
) -> Row:
    return (
        gap(2),
        Piece(name, columns.name, "", Cell(says, behind), outside=True),
        gap(2),
        *attempts(behind, columns.tries, signs),
        *_share(share, columns, signs),
    )


def _share(share: Share, columns: _Columns, signs: Signs) -> tuple[Piece, ...]:
    style = "" if share.of else DIM
    return (
        Piece(f"{share.hits}/{share.of}", 8, style, right=True),
        Piece(number(share.value), 6, style, right=True),
        gap(1),
        *share_bar(share, columns.bar, signs),
    )
