"""The recap: models by their score, how sure that is, and every symbol that they were given."""

from __future__ import annotations

import math
from collections.abc import Sequence

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

_WIDE = 110
_MOST_BAR = 60
_INDENT = 5

_KINDS: tuple[tuple[Mark, str, Mark | None], ...] = (
    ("ok", "ok", None),
    ("fixed", "fixed", None),
    ("mistake", "mistake", "recurring"),
    ("garbage", "garbage", "many"),
)
"""Each symbol, what it is called, and the other mark that counts as it."""


def recap(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return the recap as rows."""
    if not scores.recap:
        return []
    wide = width >= _WIDE
    name = widest([model.model for model in scores.recap], 40 if wide else 24)
    fixed = 5 + name + 2 + 6 + 1 + 7 + 8 + 5 + (15 + 7 + 9 if wide else 0)
    room = min(_MOST_BAR, width - fixed - 1)
    axis = _axis(scores)
    head: list[Piece] = [
        Piece(text, cells_, DIM, right=right)
        for text, cells_, right in (
            ("rank", 4, True), ("", 1, False), ("model", name, False), ("", 2, False),
            ("score", 6, True), ("", 1, False), (f"{axis[0]:g}", room - 2, False),
            (f"{axis[1]:g}", 2, True),
        )
    ]  # fmt: skip
    for text, cells_ in _more_heads(wide=wide):
        head.append(Piece(text, cells_, DIM, right=True))
    rows: list[Row] = [tuple(head)]
    for model in scores.recap:
        rows += [BLANK] if rows[1:] else []
        rows += _model(model, scores, name, room, axis, width, signs, wide=wide)
    return [*rows, BLANK, *prose(_legend(scores, signs), width)]


def _more_heads(*, wide: bool) -> list[tuple[str, int]]:
    usual = [("ranks", 7), ("points", 8), ("n", 5)]
    return [("90 %", 15), *usual, ("best", 7), ("unrated", 9)] if wide else usual


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


def _model(
    model: Recap, scores: Scores, name: int, room: int, axis: Interval, width: int, signs: Signs,
    *, wide: bool,
) -> list[Row]:  # fmt: skip
    low, high = (number(end) for end in model.interval)
    says = (
        f"{model.model}: {so_many(len(model.replies), 'rated response')}, score "
        f"{number(model.score)}, between {low} and {high} (90 %); rank {_places(model)}; the best "
        f"one with {100 * model.best:.0f} %; {model.unrated} unrated"
    )
    cell = Cell(says, model.replies)
    more = [(ranks(model.rank_range), 7), (f"{model.points}", 8), (f"{model.symbols.n}", 5)]
    if wide:
        best = f"{100 * model.best:.0f} %"
        more = [(between(model.interval), 15), *more, (best, 7), (f"{model.unrated}", 9)]
    first: Row = (
        Piece(f"#{model.rank}", 4, "bold", right=True),
        gap(1),
        Piece(model.model, name, "bold", cell, outside=True),
        gap(2),
        Piece(number(model.score), 6, "bold", right=True),
        gap(1),
        *bar(model.score, model.interval, axis, room, signs),
        *(Piece(text, cells_, right=True) for text, cells_ in more),
    )
    return [first, _symbols(model, width, signs)]


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


def _legend(scores: Scores, signs: Signs) -> str:
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
