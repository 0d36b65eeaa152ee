"""Regions of a graph to plant failures in: as compact as there are, or scattered among others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.cases import Flags
from tui_arena.patterns.embed import Points
from tui_arena.patterns.neighbours import Graph

_GROWTH = 0.1
"""Which part of a region is added at once: one by one takes long where regions are big."""


def compact(graph: Graph, points: Points, size: int, rng: np.random.Generator) -> Flags:
    """Return a text and those around it, each time the ones with most neighbours in the region.

    A neighbour counts in both directions; of those with as many, the one most like the first text
    comes first. So it is where failures are found most easily.
    """
    first = int(rng.integers(len(graph)))
    like_it = points @ points[first]
    inside = np.zeros(len(graph), dtype=np.bool_)
    links = np.zeros(len(graph))
    new = np.array([first])
    while True:
        inside[new] = True
        room = size - int(inside.sum())
        if room <= 0:
            return inside
        links += np.bincount(_around(graph, new), minlength=len(graph))
        weight = np.where(inside, -np.inf, links + like_it / 4)
        count = min(room, max(1, int(_GROWTH * inside.sum())))
        new = np.argpartition(-weight, count - 1)[:count]


def scattered(points: Points, size: int, rng: np.random.Generator) -> Flags:
    """Return every other text of a place twice as big, drawn by chance.

    So half of what is alike is of the topic: about as much as in questions of MT-bench, of whose 5
    nearest by words 53 % are of the same category.
    """
    first = int(rng.integers(len(points)))
    near = np.argsort(-(points @ points[first]), kind="stable")[: 2 * size]
    inside = np.zeros(len(points), dtype=np.bool_)
    inside[rng.permutation(near)[:size]] = True
    return inside


def _around(graph: Graph, new: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the neighbours of texts, and those whose neighbours they are; some more than once."""
    backward, start = graph.backward
    ends = [backward[start[each] : start[each + 1]] for each in new]
    return np.concatenate([graph.nearest[new].ravel(), *ends]).astype(np.int64)
