"""Do errors cluster at all? The join count of a whole graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.neighbours import Graph

PERMUTATIONS = 999


@dataclass(frozen=True, slots=True)
class Joins:
    """How many pairs of neighbours are both marked, and how many would be by chance."""

    observed: int
    expected: float
    z: float
    """How many standard deviations more; 0 where chance leaves no choice."""
    p: float
    """The share of permutations with as many, this one among them."""


def join_count(graph: Graph, marked: NDArray[np.bool_], *, seed: int) -> Joins:
    """Count joins of marked texts on the symmetric graph, against marks put elsewhere by chance.

    Mean and variance are exact for marks drawn without replacement (Cliff & Ord 1981, "nonfree
    sampling"); p comes from 999 seeded permutations, one-sided: more joins than by chance.
    """
    one, other = graph.edges
    count = int(marked.sum())
    observed = int((marked[one] & marked[other]).sum())
    expected, variance = _moments(graph, count)
    rng = np.random.default_rng(seed)
    shuffled = marked.copy()
    as_many = 1
    for _ in range(PERMUTATIONS):
        rng.shuffle(shuffled)
        as_many += int((shuffled[one] & shuffled[other]).sum()) >= observed
    z = (observed - expected) / variance**0.5 if variance > 1e-9 else 0.0
    return Joins(observed, expected, z, as_many / (PERMUTATIONS + 1))


def _moments(graph: Graph, marked: int) -> tuple[float, float]:
    """Return mean and variance of the joins of so many marked texts."""
    pairs = graph.edges.shape[1]
    degrees = np.bincount(graph.edges.ravel(), minlength=len(graph)).astype(np.float64)
    touching = float((degrees * (degrees - 1)).sum())
    two, three, four = (_chance(marked, len(graph), size) for size in (2, 3, 4))
    mean = pairs * two
    apart = pairs * (pairs - 1) - touching
    return mean, mean + touching * three + apart * four - mean**2


def _chance(marked: int, total: int, size: int) -> float:
    """Return the chance that so many given texts are all marked."""
    chance = 1.0
    for taken in range(size):
        chance *= max(marked - taken, 0) / max(total - taken, 1)
    return chance
