"""Ranks where scores are uncertain: what many draws of all scores make of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Drawn = NDArray[np.floating[Any]]
"""Scores, a row for each draw and a column for each model."""
Ranks = NDArray[np.integer[Any]]
"""Ranks in the same places; 1 is the best."""
_EQUAL = 9
"""Scores that agree in so many digits after the point are equal: sums of floats differ by less."""


class RankRange(NamedTuple):
    """The best and the worst rank that scores leave open."""

    best: int
    worst: int

    def __str__(self) -> str:
        return str(self.best) if self.best == self.worst else f"{self.best}-{self.worst}"


def ranks_of(drawn: Drawn) -> Ranks:
    """Return the rank of each score among those of its draw: one more than how many are higher."""
    scores = np.round(drawn, _EQUAL)
    return np.stack([(scores > column[:, None]).sum(axis=1) + 1 for column in scores.T], axis=1)


def rank_ranges(ranks: Ranks, level: float) -> list[RankRange]:
    """Return the middle share `level` of each model's ranks, as ranks that were met."""
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return [RankRange(int(best), int(worst)) for best, worst in zip(low, high, strict=True)]


def middle(drawn: Drawn, level: float) -> tuple[Drawn, Drawn]:
    """Return the ends of the middle share `level` of each model's scores."""
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high
