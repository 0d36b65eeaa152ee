"""Where errors sit among errors: the local join count, with its exact chance.

The local join count of a marked text is how many of its k neighbours are marked (Anselin & Li
2019). Its usual reference puts the other marks elsewhere by chance, many times. With k neighbours
each that is a draw of k out of n - 1 without replacement, so the chance is hypergeometric, exactly,
and nothing needs to be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.neighbours import Graph

RATE = 0.05
"""The share of false ones among hot spots that is accepted (Benjamini & Hochberg 1995)."""


@dataclass(frozen=True)
class HotSpots:
    """Every marked text with its test; arrays of the same length."""

    at: NDArray[np.int64]
    """Which texts are marked."""
    joined: NDArray[np.int64]
    """How many of their neighbours are marked as well."""
    p: NDArray[np.float64]
    """The chance of so many or more."""
    q: NDArray[np.float64]
    """The same, adjusted for everything that is tested together."""

    @property
    def core(self) -> NDArray[np.int64]:
        """Which texts are hot spots."""
        return self.at[self.q <= RATE]


def hot_spots(graph: Graph, marked: NDArray[np.bool_]) -> HotSpots:
    """Test each marked text for more marked neighbours than by chance, one-sided."""
    (found,) = hot_spots_together([(graph, marked)])
    return found


def hot_spots_together(asked: Sequence[tuple[Graph, NDArray[np.bool_]]]) -> list[HotSpots]:
    """Test the marked texts of several questions, all of them as one family.

    So where nothing is to be found, one hot spot among all questions is as rare as in a single one.
    """
    from scipy.stats import false_discovery_control

    found = []
    for graph, marked in asked:
        at = np.flatnonzero(marked)
        joined = graph.count(marked)[at]
        found.append((at, joined, chances(len(graph), len(at), graph.degree)[joined]))
    if not found:
        return []
    p = np.concatenate([each for _, _, each in found])
    q = false_discovery_control(p) if len(p) else p
    ends = np.cumsum([len(at) for at, _, _ in found])
    return [
        HotSpots(at, joined, own, adjusted)
        for (at, joined, own), adjusted in zip(found, np.split(q, ends[:-1]), strict=True)
    ]


def chances(texts: int, marked: int, degree: int) -> NDArray[np.float64]:
    """Return the chance of at least 0, 1, … `degree` marked neighbours at a marked text."""
    from scipy.stats import hypergeom

    if texts < 2 or marked < 1:
        return np.ones(degree + 1)
    counts = np.arange(degree + 1)
    found: NDArray[np.float64] = hypergeom.sf(counts - 1, texts - 1, marked - 1, degree)
    return found
