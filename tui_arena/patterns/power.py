"""What a report can find at all: its own family of tests, on failures that are planted.

How much is found depends on how the prompts of a topic lie, which nobody knows of a topic that was
not found. So two kinds of regions are planted: the most compact that there are on this graph, and
such as are scattered among as many prompts of other kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.cases import Flags
from tui_arena.patterns.embed import Points
from tui_arena.patterns.family import Family, Question
from tui_arena.patterns.found import Power
from tui_arena.patterns.hot_spots import RATE, chances
from tui_arena.patterns.neighbours import Graph
from tui_arena.patterns.planting import compact, scattered

ENOUGH = 100
"""Prompts below which no hot spot is looked for."""

_REGION = 0.1
"""The part of a model's prompts that a region has."""
_THERE = 0.75
_TIMES, _TIMES_OF_MANY = 50, 12
"""How often a region is planted; less often where there are many prompts, and so many errors."""
_MANY = 2_000

GraphOf = Callable[[Flags], Graph]
"""Returns the graph of some of the prompts."""


@dataclass(frozen=True, slots=True)
class _Tested:
    """The marked prompts of a question, each with the chance of its neighbours."""

    at: NDArray[np.int64]
    joined: NDArray[np.int64]
    """How many of its neighbours are marked."""
    p: NDArray[np.float64]
    """The chance of so many marked neighbours or more, by how many they are."""


class Simulation:
    """Plants failures in a report, and tests them together with all else that it tests.

    One model fails at 3 of 4 prompts of a region, a tenth of all. At the others it fails by chance,
    and so do the other models at all prompts: each as often as it does outside of what was found.
    """

    def __init__(
        self,
        family: Family,
        graph_of: GraphOf,
        points: Points,
        *,
        outside: Flags,
        least: int,
        seed: int,
    ) -> None:
        """Throw all failures by chance, many times.

        `outside` are the prompts in no region that was found; `least` prompts make a question
        tested.
        """
        self._family, self._graph_of, self._points = family, graph_of, points
        self._least, self._seed = least, seed
        self._regions: dict[bytes, tuple[list[Flags], list[Flags]]] = {}
        failed = family.hard[outside].sum(axis=0)
        self._rates = failed / np.maximum(family.asked[outside].sum(axis=0), 1)
        self._severe = family.severely.sum(axis=0) / np.maximum(family.hard.sum(axis=0), 1)
        rng = np.random.default_rng(seed)
        self._times = _TIMES if len(points) <= _MANY else _TIMES_OF_MANY
        self._by_chance = [self._thrown(rng) for _ in range(self._times)]
        self._tests = [list(self._tested(each.questions())) for each in self._by_chance]

    def power(self, column: int) -> Power:
        """Return the share of a model's errors in a region that some question flags."""
        asked = self._family.asked[:, column]
        if asked.sum() < max(2, self._least):
            return Power(compact=0.0, scattered=0.0)
        alike, apart = (self._share(column, regions) for regions in self._planted(asked))
        return Power(compact=max(alike, apart), scattered=min(alike, apart))

    def _share(self, column: int, regions: Sequence[Flags]) -> float:
        rng = np.random.default_rng(self._seed)
        asked, rate = self._family.asked[:, column], self._rates[column]
        flagged = planted = 0
        for thrown, tests, inside in zip(self._by_chance, self._tests, regions, strict=True):
            fails = asked & (rng.random(len(asked)) < np.where(inside, _THERE, rate))
            hard, severely = thrown.hard.copy(), thrown.severely.copy()
            hard[:, column] = fails
            severely[:, column] = fails & (rng.random(len(asked)) < self._severe[column])
            report = replace(thrown, hard=hard, severely=severely)
            own = [each for _, each in self._tested(report.about(column))]
            cut = _cut([*own, *(each for models, each in tests if column not in models)])
            hot = np.zeros(len(asked), dtype=np.bool_)
            for each in own:
                hot[each.at[each.p[each.joined] <= cut]] = True
            flagged += int((hot & fails & inside).sum())
            planted += int((fails & inside).sum())
        return flagged / max(planted, 1)

    def _tested(self, questions: Iterable[Question]) -> Iterator[tuple[Sequence[int], _Tested]]:
        for models, marked, among in questions:
            if among.sum() >= self._least:
                graph, own = self._graph_of(among), marked[among]
                joined = graph.count(own)[own]
                p = chances(len(graph), len(joined), graph.degree)
                yield models, _Tested(np.flatnonzero(marked), joined, p)

    def _thrown(self, rng: np.random.Generator) -> Family:
        asked = self._family.asked
        hard = asked & (rng.random(asked.shape) < self._rates)
        severely = hard & (rng.random(asked.shape) < self._severe)
        return replace(self._family, hard=hard, severely=severely)

    def _planted(self, asked: Flags) -> tuple[list[Flags], list[Flags]]:
        """Return compact and scattered regions of the prompts that a model was asked."""
        if asked.tobytes() not in self._regions:
            rng = np.random.default_rng(self._seed)
            graph, points = self._graph_of(asked), self._points[asked]
            size = max(2, round(_REGION * len(points)))
            at = np.flatnonzero(asked)
            regions: tuple[list[Flags], list[Flags]] = [], []
            for _ in range(self._times):
                for kind, inside in zip(
                    regions,
                    (compact(graph, points, size, rng), scattered(points, size, rng)),
                    strict=True,
                ):
                    kind.append(np.zeros(len(asked), dtype=np.bool_))
                    kind[-1][at[inside]] = True
            self._regions[asked.tobytes()] = regions
        return self._regions[asked.tobytes()]


def _cut(tests: Sequence[_Tested]) -> float:
    """Return up to which chance a prompt is a hot spot, as Benjamini and Hochberg have it.

    What `hot_spots_together` comes to, without the q of each prompt.
    """
    p = np.concatenate([each.p for each in tests])
    texts = np.concatenate([np.bincount(each.joined, minlength=len(each.p)) for each in tests])
    order = np.argsort(p, kind="stable")
    as_small = np.cumsum(texts[order])
    passed = np.flatnonzero(p[order] <= RATE * as_small / max(int(texts.sum()), 1))
    return float(p[order[passed[-1]]]) if len(passed) else -1.0
