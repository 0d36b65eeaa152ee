"""The recap: models by their score, how sure that is, and every symbol that they were given."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_arena.cells import cells
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Interval, Recap, Scores
from tui_arena.screens.scores.words import (
    BLANK,
    DIM,
    bar,
    between,
    gap,
    number,
    prose,
    ranks,
    so_many,
    widest,
)
from tui_arena.session import Mark
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_MOST_BAR = 60
_INDENT = 5

_KINDS: tuple[tuple[Mark, str, Mark | None], ...] = (
    ("ok", "ok", None),
    ("fixed", "fixed", None),
    ("mistake", "mistake", "recurring"),
    ("garbage", "garbage", "many"),
)
"""Each symbol, what it is called, and the other mark that counts as it."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column behind the bars."""

    head: str
    width: int
    text: Callable[[Recap], str]
    least: int = 0
    """How wide the sheet must be for it."""


_COLUMNS = (
    _Column("90 %", 15, lambda model: between(model.interval), least=105),
    _Column("ranks", 7, lambda model: ranks(model.rank_range)),
    _Column("points", 8, lambda model: f"{model.points:,}", least=64),
    _Column("n", 6, lambda model: f"{model.symbols.n:,}", least=64),
    _Column("best", 7, lambda model: f"{100 * model.best:.0f} %", least=105),
    _Column("unrated", 9, lambda model: f"{model.unrated:,}", least=105),
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands."""

    name: int
    bar: int
    axis: Interval
    """What the ends of the bars stand for."""
    more: list[_Column]


def recap(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return the recap as rows."""
    if not scores.recap:
        return []
    name = widest([model.model for model in scores.recap], width // 3, signs)
    more = [column for column in _COLUMNS if width >= column.least]
    room = width - _INDENT - name - 2 - 6 - 1 - sum(column.width for column in more)
    layout = _Layout(name, max(1, min(_MOST_BAR, room)), _axis(scores), more)
    rows = [_head(layout)]
    for model in scores.recap:
        rows += [BLANK] if rows[1:] else []
        rows += [_model(model, layout, signs), _symbols(model, width, signs)]
    return [*rows, BLANK, *prose(_legend(scores), width)]


def _head(layout: _Layout) -> Row:
    low, high = (f"{end:g}" for end in layout.axis)
    scale = f"{low}{high:>{layout.bar - len(low)}}" if layout.bar > 12 else ""
    return (
        Piece("rank", _INDENT, DIM),
        Piece("model", layout.name, DIM),
        gap(2),
        Piece("score", 6, DIM, right=True),
        gap(1),
        Piece(scale, layout.bar, DIM),
        *(Piece(column.head, column.width, DIM, right=True) for column in layout.more),
    )


def _axis(scores: Scores) -> Interval:
    """Return from where to where bars reach: to the best weight, and as low as there is need."""
    weights = scores.weights
    each = (weights.ok, weights.fixed, weights.mistake, weights.garbage, 0.0)
    low, high = min(each), max(each)
    if low == high:
        return low, low + 1
    step = (high - low) / 8
    needed = min(0.0, *(min(model.score, model.interval[0]) for model in scores.recap))
    return max(low, math.floor(needed / step) * step), high


def _model(model: Recap, layout: _Layout, signs: Signs) -> Row:
    low, high = (number(end) for end in model.interval)
    says = (
        f"{model.model}: {so_many(len(model.replies), 'rated response')}, score "
        f"{number(model.score)}, between {low} and {high} (90 %); rank {_places(model)}; the best "
        f"one with {100 * model.best:.0f} %; {model.unrated:,} unrated"
    )
    return (
        Piece(f"#{model.rank}", 4, "bold", right=True),
        gap(1),
        Piece(model.model, layout.name, "bold", Cell(says, model.replies), outside=True),
        gap(2),
        Piece(number(model.score), 6, "bold", right=True),
        gap(1),
        *bar(model.score, model.interval, layout.axis, layout.bar, signs),
        *(Piece(column.text(model), column.width, right=True) for column in layout.more),
    )


def _symbols(model: Recap, width: int, signs: Signs) -> Row:
    symbols, behind = model.symbols, _behind(model.replies)
    counts = (symbols.ok, symbols.fixed, symbols.mistake, symbols.garbage)
    found = [each for each in zip(_KINDS, counts, behind, strict=True) if each[1]]
    whole = sum(cells(signs.marks[mark]) * count for (mark, _, _), count, _ in found)
    written_out = not signs.ascii_only and whole <= width - _INDENT - len(found)
    pieces: list[Piece] = [gap(_INDENT)]
    for (mark, called, other), count, replies in found:
        says = f"{model.model}: {count} {called} on {so_many(len(replies), 'response')}"
        if other:
            as_many = "two" if other == "many" else "one"
            says += f"; {signs.marks[other]} counts as {as_many}"
        sign = signs.marks[mark]
        text = sign * count if written_out else f"{sign} x{count:,}"
        pieces += [Piece(text, cells(text), cell=Cell(says, tuple(replies)))]
        pieces.append(gap(1 if written_out else 2))
    return tuple(pieces)


def _behind(replies: Sequence[Reply]) -> tuple[list[Reply], ...]:
    """Return the replies behind each symbol; in one go, for there may be many."""
    ok: list[Reply] = []
    fixed: list[Reply] = []
    mistake: list[Reply] = []
    garbage: list[Reply] = []
    for reply in replies:
        right, wrong, mended, rubbish, many, again = reply.held
        if right:
            ok.append(reply)
        if mended:
            fixed.append(reply)
        if wrong or again:
            mistake.append(reply)
        if rubbish or many:
            garbage.append(reply)
    return ok, fixed, mistake, garbage


def _places(model: Recap) -> str:
    first, last = model.rank_range
    return f"{first}" if first == last else f"{first} to {last}"


def _legend(scores: Scores) -> str:
    weights = scores.weights
    parts = (
        ("ok", weights.ok), ("fixed", weights.fixed), ("mistake", weights.mistake),
        ("garbage", weights.garbage),
    )  # fmt: skip
    sums = ", ".join(f"{called} {weight:+g}" for called, weight in parts)
    return (
        f"The score is the mean of all symbols: {sums}. The whisker is where it lies in 90 % of "
        "draws; models whose ranks overlap cannot be told apart. Points are mistakes and three "
        "times garbage: fewer are better."
    )
