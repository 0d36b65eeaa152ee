"""Regions of prompts: hot spots that lie together, with what is around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.embed import Points
from tui_arena.patterns.grouping import LISTED, NONE, biggest_first, group, linked
from tui_arena.patterns.neighbours import Graph
from tui_arena.scoring.exact_sign import sign_test

_FEW = 100


def split(core: NDArray[np.int64], graph: Graph, points: Points, *, seed: int) -> NDArray[np.int64]:
    """Return the region of each text, counted from 0, the biggest first; `NONE` for those in none.

    Hot spots are grouped by what they say; connected parts of the graph would merge two topics that
    one text joins. Each of their neighbours comes to the region that most of its hot spots are in,
    of several the bigger one.
    """
    members = np.full(len(graph), NONE)
    if not len(core):
        return members
    inside = points[core]
    # A few hot spots are far from chance already: to list them would merge what fails apart.
    found = linked(inside, seed=seed) if len(core) < _FEW else group(inside, seed=seed)
    total = int(found.max()) + 1
    if total == 0:
        found, total = np.zeros(len(core), dtype=np.int64), 1
    grouped = found != NONE
    votes = np.zeros((len(graph), total), dtype=np.int64)
    around = graph.nearest[core[grouped]]
    np.add.at(votes, (around.ravel(), np.repeat(found[grouped], graph.degree)), 1)
    touched = votes.max(axis=1) > 0
    members[touched] = votes[touched].argmax(axis=1)
    members[core[grouped]] = found[grouped]
    return biggest_first(members)


def described(hard: NDArray[np.bool_], points: Points, *, seed: int) -> NDArray[np.int64]:
    """Return groups of the prompts that are failed at, where there are too few for a test.

    Below 30 of them there is none: they are listed.
    """
    groups = np.full(len(hard), NONE)
    at = np.flatnonzero(hard)
    if len(at) >= LISTED:
        groups[at] = group(points[at], seed=seed)
    return groups


@dataclass(frozen=True, slots=True)
class Split:
    """How two models fare at the same prompts."""

    asked: int
    """Prompts that both were asked."""
    only_first: int
    """Where the first one fails and the second does not."""
    only_second: int
    both: int
    p: float
    """Of the sign test on those where one fails: as uneven or more by chance, two-sided."""


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_], asked: NDArray[np.bool_]) -> Split:
    """Count where one of two models fails, among the prompts that both were asked.

    In a region that was chosen for its errors p only describes.
    """
    only_first = int((first & ~second & asked).sum())
    only_second = int((second & ~first & asked).sum())
    both = int((first & second & asked).sum())
    p = sign_test(only_first, only_second)
    return Split(int(asked.sum()), only_first, only_second, both, p)
