"""Where prompts lie: alike ones beside each other, with a sign for each that is failed at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tui_arena.patterns.found import Patterns, Point
from tui_arena.patterns.words import count
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.words import first_of_all
from tui_arena.screens.scores.words import BLANK, DIM, gap, prose
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_FEWEST_ROWS, _MOST_ROWS = 8, 40
_WORDS = 4
"""Rows of words below the map, with a blank one."""

_Place = Sequence[tuple[Point, str, str]]
"""The points that lie in one cell: each with its sign and the key of its prompt."""


def drawn_map(
    finding: Finding, patterns: Patterns, width: int, height: int, signs: Signs
) -> list[Row]:
    """Return a map as big as there is room; the cursor goes from failure to failure."""
    models = _compared(patterns)
    wide = max(20, width - 2)
    rows = first_of_all(patterns, width)
    high = max(_FEWEST_ROWS, min(_MOST_ROWS, height - _WORDS - len(rows)))
    places: dict[tuple[int, int], list[tuple[Point, str, str]]] = {}
    for point, key in zip(patterns.points, finding.places, strict=True):
        x = round((point.x + 1) / 2 * (wide - 1))
        y = round((1 - point.y) / 2 * (high - 1))
        places.setdefault((y, x), []).append((point, _sign(point, models, signs), key))
    for y in range(high):
        rows.append(_row(y, wide, places, finding, models))
    return [*rows, BLANK, *prose(_legend(models, signs), width)]


def _compared(patterns: Patterns) -> list[str]:
    pair = patterns.difference
    return [pair.first, pair.second] if pair else [each.model for each in patterns.models][:1]


def _sign(point: Point, models: Sequence[str], signs: Signs) -> str:
    failed = [number for number, model in enumerate(models, 1) if model in point.failed]
    if not failed:
        return "." if signs.ascii_only else "·"
    return "X" if len(failed) == len(models) else str(failed[0])


def _legend(models: Sequence[str], signs: Signs) -> str:
    nobody = "." if signs.ascii_only else "·"
    if len(models) == 1:
        return f"X: {models[0]} fails; {nobody} it does not. Bold: a hot spot. Axes have no unit."
    return (
        f"1: {models[0]} alone fails, 2: {models[1]} alone, X: both, {nobody} neither. Bold: a hot "
        "spot. Prompts that are alike lie near each other; the axes have no unit."
    )


def _row(
    y: int,
    wide: int,
    places: dict[tuple[int, int], list[tuple[Point, str, str]]],
    finding: Finding,
    models: Sequence[str],
) -> Row:
    pieces: list[Piece] = [gap(1)]
    for empty, run in groupby(range(wide), key=lambda x: (y, x) not in places):
        if empty:
            pieces.append(gap(len(list(run))))
        else:
            pieces += [_place(places[y, x], finding, models) for x in run]
    return tuple(pieces)


def _place(found: _Place, finding: Finding, models: Sequence[str]) -> Piece:
    """Return the sign of the points in a cell: the worst of theirs."""
    failed = [each for each in found if each[1] in "12X"]
    if not failed:
        return Piece(found[0][1], 1, DIM)
    point, sign, _ = max(failed, key=lambda each: (each[1] == "X", each[0].hot, each[1]))
    behind = finding.behind.prompts([key for _, _, key in failed], models)
    many = f"{count(len(failed), 'failed prompt')} here, such as " if len(failed) > 1 else ""
    where = ", ".join(part for part in (point.region, "a hot spot" if point.hot else "") if part)
    says = f"{many}{', '.join(point.failed)} {_fail(point)}{f' ({where})' if where else ''}: "
    style = "bold $warning" if any(each.hot for each, _, _ in failed) else ""
    return Piece(sign, 1, style, Cell(f"{says}{point.prompt[:200]}", behind))


def _fail(point: Point) -> str:
    return "fail" if len(point.failed) > 1 else "fails"
