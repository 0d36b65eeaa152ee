"""Habits: how models take corrections, how long they last, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tui_arena.scoring.results import Cost, Habits, Median, Replies, Scores, Share
from tui_arena.scoring.words import HOLDS, LEARNS, MENDED, NEW_FAULT, OLD_FAULT
from tui_arena.screens.scores.words import (
    BLANK,
    DIM,
    HEAD,
    gap,
    number,
    prose,
    share_bar,
    share_says,
    widest,
)
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_MOST_BAR = 50

_SHARES: tuple[tuple[str, str, Callable[[Habits], Share]], ...] = (
    (MENDED, "corrections after which the answer is marked fixed",
     lambda habits: habits.fixed),
    (NEW_FAULT, "answers marked fixed that carry a fault as well",
     lambda habits: habits.side_effects),
    (OLD_FAULT, "answers with the same mistake again", lambda habits: habits.recurring),
    (HOLDS, "right answers to corrections of answers that were right",
     lambda habits: habits.confidence),
    (LEARNS, "right answers to corrections of answers that were wrong",
     lambda habits: habits.critique),
    ("Conversations without garbage", "all that have a rated answer",
     lambda habits: habits.unscathed),
)  # fmt: skip
"""What each share is called, of what it is one, and which it is."""

_LISTS: tuple[tuple[str, str, Callable[[Habits], Sequence[Share]], int], ...] = (
    ("Solved within so many corrections", "prompts with a right answer by then",
     lambda habits: habits.solved, 0),
    ("Right so many times", "prompts that were asked several times",
     lambda habits: habits.reliable, 1),
)  # fmt: skip
"""The same for shares that belong together, and what the first of them counts."""

_MEDIANS: tuple[tuple[str, str, Callable[[Habits], Median]], ...] = (
    ("Turns before the first garbage", "median of conversations, and quarters",
     lambda habits: habits.survived),
    ("First token", "milliseconds: median, and quarters", lambda habits: habits.first_token),
    ("Speed", "tokens a second: median, and quarters", lambda habits: habits.speed),
)  # fmt: skip

_COSTS: tuple[tuple[str, str, Callable[[Habits], Cost]], ...] = (
    ("Corrections for each solved prompt", "and 95 %", lambda habits: habits.nudges),
    ("Tokens for each solved prompt", "and 95 %", lambda habits: habits.tokens),
)


def habits(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return each habit, and every model beside the others."""
    models = scores.habits
    name = widest([each.model for each in models], width // 3, signs)
    rows: list[Row] = []
    for group in _groups(models, name, width, signs):
        rows += [BLANK, *group] if rows else group
    if rows:
        rows += [BLANK, *prose("Whiskers are where shares lie (95 %).", width)]
    return rows


def _groups(models: Sequence[Habits], name: int, width: int, signs: Signs) -> Iterator[list[Row]]:
    """Yield what is known of at least one model."""
    for called, means, share in _SHARES:
        found = [(each, share(each)) for each in models if share(each).of]
        if found:
            yield [
                _head(called, means),
                *(_share(each, called, one, name, width, signs) for each, one in found),
            ]
    for called, means, shares, first in _LISTS:
        with_some = [each for each in models if any(share.of for share in shares(each))]
        if with_some:
            rows = [_listed(each, called, shares(each), first, name) for each in with_some]
            yield [_head(called, means), *rows]
    for called, means, median in _MEDIANS:
        timed = [(each, median(each)) for each in models if median(each).value is not None]
        if timed:
            yield [_head(called, means), *(_median(each, called, one, name) for each, one in timed)]
    for called, means, cost in _COSTS:
        known = [(each, cost(each)) for each in models if cost(each).value is not None]
        if known:
            yield [_head(called, means), *(_cost(each, called, one, name) for each, one in known)]


def _head(called: str, means: str) -> Row:
    return (Piece(called, style=HEAD), Piece(f"  {means}" if means else "", style=DIM))


def _name(each: Habits, says: str, behind: Replies, width: int) -> tuple[Piece, ...]:
    cell = Cell(f"{each.model}: {says}", behind)
    return (gap(2), Piece(each.model, width, "", cell, outside=True))


def _share(each: Habits, called: str, share: Share, name: int, width: int, signs: Signs) -> Row:
    room = min(_MOST_BAR, width - name - 2 - 9 - 7 - 1)
    return (
        *_name(each, f"{called.lower()}: {share_says(share)}", share.behind, name),
        Piece(f"{share.hits}/{share.of}", 9, right=True),
        Piece(number(share.value), 7, right=True),
        gap(1),
        *share_bar(share, room, signs),
    )


def _listed(each: Habits, called: str, shares: Sequence[Share], first: int, name: int) -> Row:
    pieces: list[Piece] = [gap(2), Piece(each.model, name, outside=True)]
    for count, share in enumerate(shares, first):
        says = f"{each.model}: {called.lower()}: {count}: {share_says(share)}"
        figure = Piece(f"{share.hits}/{share.of}", cell=Cell(says, share.behind))
        pieces += [gap(2), Piece(f"{count}: ", style=DIM), figure]
    return tuple(pieces)


def _median(each: Habits, called: str, median: Median, name: int) -> Row:
    low, high = (_figure(end) for end in median.quarters)
    says = f"{called.lower()}: half of {median.of} are at {_figure(median.value)} or below"
    return (
        *_name(each, says, median.behind, name),
        Piece(_figure(median.value), 9, right=True),
        Piece(f"  [{low}, {high}]", style=DIM),
    )


def _cost(each: Habits, called: str, cost: Cost, name: int) -> Row:
    low, high = (_figure(end) for end in cost.interval or (None, None))
    says = f"{called.lower()}: {_figure(cost.value)}; {cost.of:,} solved"
    return (
        *_name(each, says, cost.behind, name),
        Piece(_figure(cost.value), 9, right=True),
        *([Piece(f"  [{low}, {high}]", style=DIM)] if cost.interval is not None else []),
    )


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}".removesuffix(".0")
