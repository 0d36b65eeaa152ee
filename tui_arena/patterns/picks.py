"""Which failures to learn from first: those among many, severe ones, those that no hint mended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.embed import Points
from tui_arena.patterns.grouping import NONE
from tui_arena.patterns.neighbours import Graph


@dataclass(frozen=True, slots=True)
class Pick:
    """A prompt at which a model fails, and why it is chosen."""

    at: int
    """Which text it is."""
    region: int
    """The region that it lies in; `NONE` for none."""
    density: float
    """The share of its neighbours at which the model fails."""
    severity: float
    """The mean severity of the model's responses."""
    unfixed: float
    """The share of its errors that no correction put right."""

    @property
    def weight(self) -> float:
        """Density times severity; half of it where a correction put all errors right."""
        return self.density * self.severity * (1 + self.unfixed) / 2


def pick(
    hard: NDArray[np.bool_],
    severity: NDArray[np.float64],
    unfixed: NDArray[np.float64],
    regions: NDArray[np.int64],
    graph: Graph,
    points: Points,
    *,
    most: int,
) -> list[Pick]:
    """Choose up to so many of the prompts at which a model fails, the weightiest region first.

    Regions take turns. Within one, the weightiest comes first, then each time the one whose weight
    times its cosine distance to all chosen before is largest (greedy farthest point): no two are
    near-copies. What weighs nothing is never chosen. The arrays have one entry for each text.
    """
    density = graph.count(hard) / max(graph.degree, 1)
    weights = density * severity * (1 + unfixed) / 2 * hard
    queues = []
    for region in np.unique(regions[weights > 0]):
        at = np.flatnonzero((regions == region) & (weights > 0))
        queues.append((bool(region == NONE), -float(weights[at].sum()), int(region), at))
    order: list[tuple[int, int, int, int]] = []
    for _, _, region, at in sorted(queues, key=lambda queue: queue[:3]):
        chosen = _spread(at, weights[at], points, most)
        order += [(turn, len(order), region, number) for turn, number in enumerate(chosen)]
    order.sort()
    return [
        Pick(
            number, region, float(density[number]), float(severity[number]), float(unfixed[number])
        )
        for _, _, region, number in order[:most]
    ]


def _spread(
    at: NDArray[np.int64], weights: NDArray[np.float64], points: Points, most: int
) -> list[int]:
    """Order texts so that each is weighty and far from those before it."""
    far = np.ones(len(at))
    chosen: list[int] = []
    left = np.ones(len(at), dtype=np.bool_)
    while left.any() and len(chosen) < most:
        best = int(np.argmax(np.where(left, weights * far, -1)))
        left[best] = False
        chosen.append(int(at[best]))
        far = np.minimum(far, np.clip(1 - points[at] @ points[at[best]], 1e-6, None))
    return chosen
