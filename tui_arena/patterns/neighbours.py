"""The graph of texts that are alike: for each one its nearest by cosine.

Every pair is looked at, in blocks: exact, and in bounded memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.embed import Points, Tell

MOST = 10
"""Neighbours of a text where there are enough texts."""

_CELLS = 4_000_000
"""Cosines that are held at once."""
_PROBED = 4_096
"""How many texts, evenly spread, say how near at least a neighbour must be."""
_TIE = 1e-5
"""What is nearer by less than this is as near: products differ by as much from block to block."""


@dataclass(frozen=True)
class Graph:
    """Which texts are nearest to each; arrays of shape (texts, neighbours), the nearest first."""

    nearest: NDArray[np.int32]
    cosine: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.nearest)

    @property
    def degree(self) -> int:
        """How many neighbours each text has."""
        return int(self.nearest.shape[1])

    @cached_property
    def edges(self) -> NDArray[np.int32]:
        """Each pair of which one is a neighbour of the other, once: shape (2, pairs)."""
        own = np.repeat(np.arange(len(self), dtype=np.int64), self.degree)
        other = self.nearest.ravel().astype(np.int64)
        pairs = np.unique(np.minimum(own, other) * len(self) + np.maximum(own, other))
        return np.stack(np.divmod(pairs, max(len(self), 1))).astype(np.int32)

    @cached_property
    def backward(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Whose neighbour each text is: of text i, those from the i-th start to the next one."""
        ends = self.nearest.ravel()
        owners = np.argsort(ends, kind="stable") // max(self.degree, 1)
        return owners, np.searchsorted(np.sort(ends), np.arange(len(self) + 1))

    def count(self, marked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many neighbours of each text are marked."""
        return np.asarray(marked[self.nearest].sum(axis=1), dtype=np.int64)


def neighbours_of(texts: int) -> int:
    """Return how many neighbours each of so many texts gets: a tenth of them, 10 at most."""
    return max(1, min(MOST, texts // 10))


def nearest(points: Points, count: int, tell: Tell) -> Graph:
    """Find the nearest `count` of each point; where several are as near, the next ones in line.

    `points` have length 1. The next in line of point i are i+1, i+2 and so on, around the end: as
    of equal texts each has others, none is everybody's neighbour.
    """
    total = len(points)
    count = min(count, total - 1)
    found = np.zeros((total, max(count, 0)), dtype=np.int32)
    cosine = np.zeros(found.shape, dtype=np.float32)
    if count < 1:
        return Graph(found, cosine)
    rows = max(1, _CELLS // total)
    probes = np.arange(0, total, max(1, total // _PROBED))
    if len(probes) <= count:
        probes = np.arange(total)
    for start in range(0, total, rows):
        tell("Looking for neighbours", start / total)
        block = slice(start, min(start + rows, total))
        near = points[block] @ points.T
        own = np.arange(block.start, block.stop)
        near[own - start, own] = -np.inf
        least = np.partition(near[:, probes], len(probes) - count, axis=1)[:, -count]
        found[block], cosine[block] = _best(near, least - 2 * _TIE, own, count)
    return Graph(found, cosine)


def _best(
    near: NDArray[np.float32], least: NDArray[Any], own: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the best columns of each row, among those that are at least so near."""
    rows, columns = np.divmod(np.flatnonzero(near >= least[:, None]), near.shape[1])
    value = near[rows, columns]
    in_line = (columns - own[rows]) % near.shape[1]
    order = np.lexsort((in_line, -np.round(value / _TIE), rows))
    first = np.searchsorted(rows[order], np.arange(len(near)))
    chosen = order[first[:, None] + np.arange(count)]
    return columns[chosen], value[chosen]
