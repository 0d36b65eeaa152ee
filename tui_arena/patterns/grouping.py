"""Texts in groups, by a method that suits how many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.embed import Points, fewer_axes

NONE = -1
"""The group of what is in no group."""

LISTED = 30
"""With fewer texts there are no groups: whoever wants to know reads them."""

_DENSE = 100
_AXES = 15
_APART = 0.7
"""The mean cosine distance from which on two groups stay two."""


def group(points: Points, *, seed: int) -> NDArray[np.int64]:
    """Return a group for each text, counted from 0, the biggest first; `NONE` for some.

    Below 30 texts all are `NONE`. Below 100 average linkage on cosine distance: where two texts are
    `_APART` on average, their groups stay two, and those of one text are `NONE`. From there on
    HDBSCAN (Campello et al. 2013), which leaves alone what lies alone. It never finds a single
    group; where it finds none and texts are nearer than `_APART` on average, all are one.
    """
    if len(points) < LISTED:
        return np.full(len(points), NONE)
    return linked(points, seed=seed) if len(points) < _DENSE else _dense(points, seed)


def linked(points: Points, *, seed: int) -> NDArray[np.int64]:
    """Group a few texts by average linkage."""
    from sklearn.cluster import AgglomerativeClustering

    if len(points) < 2:
        return np.full(len(points), NONE)
    space = fewer_axes(points, _AXES, seed=seed).astype(np.float64)
    apart = 1 - np.clip(space @ space.T, -1, 1)
    np.fill_diagonal(apart, 0)
    found = AgglomerativeClustering(
        n_clusters=None, distance_threshold=_APART, metric="precomputed", linkage="average"
    ).fit_predict(apart)
    alone = np.bincount(found)[found] == 1
    return biggest_first(np.where(alone, NONE, found))


def biggest_first(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number groups anew: the biggest is 0; of equal ones, the one that is met first."""
    met, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes, met == NONE))
    numbers = np.empty(len(met), dtype=np.int64)
    numbers[order] = np.arange(len(met))
    numbers[met == NONE] = NONE
    return numbers[np.searchsorted(met, groups)]


def _dense(points: Points, seed: int) -> NDArray[np.int64]:
    from sklearn.cluster import HDBSCAN

    least = max(3, min(50, len(points) // 25))
    space = fewer_axes(points, _AXES, seed=seed).astype(np.float64)
    found = HDBSCAN(min_cluster_size=least, copy=True).fit_predict(space)
    if (found == NONE).all() and 1 - np.square(space.mean(axis=0)).sum() < _APART:
        found = np.zeros(len(points), dtype=np.int64)
    return biggest_first(found)
