"""Counts of replies: shares with their intervals, medians, and the article's four symbols."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from tui_arena.scoring.intervals import wilson
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Median, Replies, Share, Symbols


def share(hits: int, of: int, behind: Replies = ()) -> Share:
    """Return so many of so many, with where the share lies by Wilson's method at 95 %."""
    return Share(hits, of, wilson(hits, of), behind)


def share_of(replies: Iterable[Reply], holds: Callable[[Reply], bool]) -> Share:
    """Return of how many of the replies that are rated something holds."""
    rated = tuple(reply for reply in replies if reply.rated)
    return share(sum(map(holds, rated)), len(rated), rated)


def median(values: Sequence[float], behind: Replies = ()) -> Median:
    """Return the middle of values, and those of their lower and their upper half."""
    if not values:
        return Median(None, (0.0, 0.0), 0)
    ordered = sorted(values)
    half = (len(ordered) + 1) // 2
    quarters = statistics.median(ordered[:half]), statistics.median(ordered[-half:])
    return Median(statistics.median(ordered), quarters, len(ordered), behind)


def symbols(replies: Iterable[Reply]) -> Symbols:
    """Add up the marks of replies in the article's four symbols."""
    total = [0] * 6
    for reply in replies:
        for place, count in enumerate(reply.held):
            total[place] += count
    ok, mistake, fixed, garbage, many, recurring = total
    return Symbols(ok=ok, fixed=fixed, mistake=mistake + recurring, garbage=garbage + 2 * many)
