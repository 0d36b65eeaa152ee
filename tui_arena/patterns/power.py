"""What the test for hot spots can find at all, with as many prompts as there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.embed import Points
from tui_arena.patterns.hot_spots import RATE, chances
from tui_arena.patterns.neighbours import Graph

ENOUGH = 100
"""Prompts below which no hot spot is looked for."""

_REGION = 0.1
_THERE, _ELSEWHERE = 0.75, 0.08


def power(graph: Graph, points: Points, *, seed: int) -> float:
    """Return the share of planted errors that the test flags, simulated on this very graph.

    Each time one prompt and those nearest to it, a tenth of all, are failed at with a chance of
    75 %, all others with 8 %. The share is of the errors in that region.
    """
    total = len(graph)
    if total < 2:
        return 0.0
    rng = np.random.default_rng(seed)
    times = 200 if total <= 2_000 else 40
    size = max(2, round(_REGION * total))
    flagged = planted = 0
    for _ in range(times):
        inside = np.zeros(total, dtype=np.bool_)
        inside[np.argsort(-(points @ points[rng.integers(total)]), kind="stable")[:size]] = True
        marked = rng.random(total) < np.where(inside, _THERE, _ELSEWHERE)
        hot = _flags(graph, marked)
        flagged += int((hot & inside).sum())
        planted += int((marked & inside).sum())
    return flagged / max(planted, 1)


def _flags(graph: Graph, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which texts are hot spots; as `hot_spots`, for speed without each one's q."""
    at = np.flatnonzero(marked)
    p = chances(len(graph), len(at), graph.degree)[graph.count(marked)[at]]
    ranked = np.sort(p)
    passed = np.flatnonzero(ranked <= RATE * np.arange(1, len(p) + 1) / max(len(p), 1))
    flags = np.zeros(len(graph), dtype=np.bool_)
    if len(passed):
        flags[at[p <= ranked[passed[-1]]]] = True
    return flags
