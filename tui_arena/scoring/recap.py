"""The last of the article's tables: all symbols of each model, and the order that follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui_arena.scoring.intervals import Posterior, posterior_scores
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Recap, Symbols, Weights
from tui_arena.scoring.shares import symbols

_MANY_MISTAKES = 3
"""What garbage counts beside a mistake in `Recap.points`: the article's “3 or more mistakes”."""


def recap(replies: Mapping[str, Sequence[Reply]], weights: Weights, seed: int) -> tuple[Recap, ...]:
    """Return a row for each model that has a mark, the best first; `replies` are by model.

    Symbols of one dialog are not independent, so the intervals are rather too narrow.
    """
    found = {model: symbols(each) for model, each in replies.items()}
    counts = {model: _counts(each) for model, each in found.items() if each.n}
    weight = (weights.ok, weights.fixed, weights.mistake, weights.garbage)
    posteriors = posterior_scores(counts, weight, seed=seed)
    rows = [_row(m, replies[m], found[m], posteriors) for m in posteriors]
    return tuple(sorted(rows, key=lambda row: row.rank))


def _counts(found: Symbols) -> tuple[int, int, int, int]:
    return found.ok, found.fixed, found.mistake, found.garbage


def _row(
    model: str,
    replies: Iterable[Reply],
    found: Symbols,
    posteriors: Mapping[str, Posterior],
) -> Recap:
    mine = posteriors[model]
    replies = list(replies)
    rated = tuple(reply for reply in replies if reply.rated)
    # Sums of floats that should be equal may differ in their last digits.
    rank = 1 + sum(round(other.score - mine.score, 9) > 0 for other in posteriors.values())
    best, worst = mine.ranks
    return Recap(
        rank=rank,
        model=model,
        symbols=found,
        score=mine.score,
        interval=mine.interval,
        rank_range=(min(best, rank), max(worst, rank)),  # few marks may be drawn elsewhere
        best=mine.first,
        points=found.mistake + _MANY_MISTAKES * found.garbage,
        replies=rated,
        unrated=len(replies) - len(rated),
    )
