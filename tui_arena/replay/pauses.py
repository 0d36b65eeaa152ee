"""The time of the record and the time of the replay, in which long silences are short."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from operator import itemgetter

OF_PEOPLE = 3000
"""Milliseconds that a silence keeps while no answer is under way: somebody read, or was away."""
OF_MODELS = 30_000
"""Milliseconds that it keeps while one is: a model that thinks, or a side that was paused."""

Stretch = tuple[int, int]


class Pauses:
    """Two clocks that both only go forward; `recorded` and `played` lead from one to the other."""

    def __init__(self, alive: Iterable[Stretch], busy: Iterable[Stretch], *, real: bool) -> None:
        """`alive` is where something happens, `busy` where an answer is under way.

        With `real` no silence is cut short.
        """
        merged = _merged(alive)
        self.begin = merged[0][0] if merged else 0
        self.end = merged[-1][1] if merged else 0
        """When the record begins and ends."""
        working = _merged(busy)
        self._recorded = [self.begin]
        self._played = [0]
        # Pairs of knots: from one to the next both clocks run evenly.
        for (_, last), (next_one, _) in pairwise(merged):
            longest = OF_MODELS if _within(working, last, next_one) else OF_PEOPLE
            if not real and next_one - last > longest:
                self._knot(last, last - self._recorded[-1])
                self._knot(next_one, longest)
        self._knot(self.end, self.end - self._recorded[-1])
        self.length = self._played[-1]
        """How long the replay is."""

    def _knot(self, recorded: int, further: int) -> None:
        self._recorded.append(recorded)
        self._played.append(self._played[-1] + further)

    def recorded(self, played: int) -> int:
        """Return the time of the record at a time of the replay."""
        return _along(self._played, self._recorded, played)

    def played(self, recorded: int) -> int:
        """Return the time of the replay at a time of the record."""
        return _along(self._recorded, self._played, recorded)


def _along(those: list[int], these: list[int], at: int) -> int:
    knot = bisect_right(those, at) - 1
    if knot < 0:
        return these[0]
    if knot == len(those) - 1:
        return these[-1]
    share, of_all = at - those[knot], those[knot + 1] - those[knot]
    return these[knot] + share * (these[knot + 1] - these[knot]) // of_all


def _merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for began, ended in sorted(stretches):
        if merged and began <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ended)
        else:
            merged.append((began, ended))
    return merged


def _within(stretches: list[Stretch], began: int, ended: int) -> bool:
    """Whether a silence is within one of the stretches."""
    at = bisect_right(stretches, began, key=itemgetter(0)) - 1
    return at >= 0 and stretches[at][1] >= ended
