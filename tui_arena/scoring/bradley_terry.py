"""How strong three models or more are, by battles between two of them at a time, some tied.

The model is Bradley's and Terry's with Davidson's ties. A weak prior is always on: strengths are
normal around 1000 with a spread of 300 points, and the logarithm of ν around 0, which stands for a
third of ties between equals. A spread is taken rather than virtual ties, since these would be
battles between models that never met, and would grow with the number of models.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tui_arena.errors import ArenaError
from tui_arena.scoring.davidson import Floats, Ints, Pairs, fit
from tui_arena.scoring.intervals import SEED, Interval
from tui_arena.scoring.ranks import middle, rank_ranges, ranks_of
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Strength

CENTRE = 1000.0
POINTS = 400 / math.log(10)
"""Points to one unit of a strength's natural logarithm: 400 points are odds of ten to one."""
SPREAD = 300.0
"""The standard deviation of strengths before any battle, in points."""
TIE_SPREAD = 2.0
"""That of the logarithm of ν."""
RESAMPLES = 500
FEWEST_SESSIONS = 5
"""Fewer of them, drawn again, differ too little to say how sure a strength is."""
_AT_A_TIME = 100
"""Draws that are fitted together; it bounds the memory that they take."""


@dataclass(frozen=True, slots=True)
class Battle:
    """Two models met."""

    session: str
    one: str
    other: str
    winner: str | None
    """The name of one of both; None for a tie."""
    answers: tuple[Reply, ...] = ()
    """Those that met."""


class NoRankingError(ArenaError):
    """Battles that give no ranking."""


class NeverMetError(NoRankingError):
    """Models fall into groups none of which met another one."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        named = "; ".join(", ".join(group) for group in groups)
        super().__init__(
            f"These groups of models never met, so their strengths cannot be compared: {named}."
        )
        self.groups = groups


def bradley_terry(
    battles: Iterable[Battle],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    spread: float = SPREAD,
    tie_spread: float = TIE_SPREAD,
) -> tuple[Strength, ...]:
    """Return the models' strengths, the strongest first, with intervals by drawing sessions again.

    Whole sessions are drawn: the turns of a dialog hang together. Where there are fewer than
    `FEWEST_SESSIONS`, battles are, as if they did not, which makes intervals rather too narrow. The
    centre of each model's prior is drawn as well; a model that never lost, whose battles say the
    same whichever are drawn, would seem certain without that. Raises `NeverMetError` where models
    cannot be compared, and `NoRankingError` where there are fewer than three of them; for two the
    sign test says all.

    Sources: those in `davidson`; M. A. Newton and A. E. Raftery, Approximate Bayesian Inference
    with the Weighted Likelihood Bootstrap, JRSS B 56 (1994), with a prior drawn as E. Fong, S.
    Lyddon and C. Holmes do in Scalable Nonparametric Sampling, ICML (2019).
    """
    met = sorted(battles, key=lambda battle: (battle.session, battle.one, battle.other))
    names = sorted({name for battle in met for name in (battle.one, battle.other)})
    if len(names) < 3:
        raise NoRankingError(f"A ranking takes three models that met; there are {len(names)}.")
    groups = groups_that_met(met)
    if len(groups) > 1:
        raise NeverMetError(groups)
    sessions = len({battle.session for battle in met})
    tally = _tally(met, names, apart=sessions < FEWEST_SESSIONS)
    widths = np.append(np.full(len(names), spread / POINTS), tie_spread)
    centre = np.zeros((1, len(widths)))
    best = fit(tally.pairs, tally.counted(np.ones((1, tally.of))), centre, widths)
    again = _again(tally, widths, resamples, seed)
    return _strengths(met, names, best, again, level)


def answers_of(battles: Iterable[Battle]) -> tuple[Reply, ...]:
    """Return the answers that met, battle by battle, each once."""
    return tuple(dict.fromkeys(answer for battle in battles for answer in battle.answers))


def groups_that_met(battles: Iterable[Battle]) -> list[list[str]]:
    """Return the models in groups of those that met, through others as well; biggest first."""
    group: dict[str, list[str]] = {}
    for battle in battles:
        one = group.setdefault(battle.one, [battle.one])
        other = group.setdefault(battle.other, [battle.other])
        if one is not other:
            one += other
            group.update(dict.fromkeys(other, one))
    each = {id(names): sorted(names) for names in group.values()}
    return sorted(each.values(), key=lambda names: (-len(names), names))


@dataclass(frozen=True, slots=True)
class _Tally:
    """Battles counted by what is drawn, pair and outcome; only the counts that are not 0."""

    pairs: Pairs
    drawn: Ints
    """Which session, or where these are too few, which battle."""
    cell: Ints
    """Three for each pair: the first one won, the second one won, a tie."""
    count: Floats
    of: int
    """How many can be drawn."""

    def counted(self, weights: Floats) -> Floats:
        """Return the counts of outcomes for each draw, which weighs all that can be drawn."""
        cells = 3 * len(self.pairs.first)
        counts = np.zeros((len(weights), cells))
        for row, each in zip(counts, weights, strict=True):
            row[:] = np.bincount(self.cell, weights=each[self.drawn] * self.count, minlength=cells)
        return counts.reshape(len(weights), -1, 3)


def _tally(battles: Sequence[Battle], names: Sequence[str], *, apart: bool) -> _Tally:
    place = {name: n for n, name in enumerate(names)}
    pairs: dict[tuple[int, int], int] = {}
    sessions: dict[str, int] = {}
    counts: Counter[tuple[int, int]] = Counter()
    for number, battle in enumerate(battles):
        first, second = sorted((place[battle.one], place[battle.other]))
        cell = 3 * pairs.setdefault((first, second), len(pairs))
        cell += 2 if battle.winner is None else int(place[battle.winner] == second)
        drawn = number if apart else sessions.setdefault(battle.session, len(sessions))
        counts[drawn, cell] += 1
    drawn_of, cell_of = np.array(list(counts)).T
    firsts, seconds = np.array(list(pairs)).T
    return _Tally(
        Pairs(firsts, seconds, len(names)),
        drawn_of,
        cell_of,
        np.array(list(counts.values()), dtype=float),
        len(battles) if apart else len(sessions),
    )


def _again(tally: _Tally, widths: Floats, resamples: int, seed: int) -> Floats:
    """Return a fit for each time that sessions and the prior were drawn."""
    generator = np.random.default_rng(seed)
    even = np.full(tally.of, 1 / tally.of)
    fits = []
    for start in range(0, resamples, _AT_A_TIME):
        size = min(_AT_A_TIME, resamples - start)
        weights = generator.multinomial(tally.of, even, size=size).astype(float)
        centre = generator.normal(scale=widths, size=(size, len(widths)))
        centre[:, :-1] -= centre[:, :-1].mean(axis=1, keepdims=True)
        fits.append(fit(tally.pairs, tally.counted(weights), centre, widths))
    return np.concatenate(fits)


def _strengths(
    battles: Sequence[Battle], names: Sequence[str], best: Floats, again: Floats, level: float
) -> tuple[Strength, ...]:
    # Of a fraction of a point nobody should speak, and equal models must not differ by rounding.
    points = np.round(CENTRE + POINTS * best[:, :-1], 2)
    drawn = np.round(CENTRE + POINTS * again[:, :-1], 2)
    rank = ranks_of(points)[0]
    low, high = middle(drawn, level)
    ranges = rank_ranges(ranks_of(drawn), level)
    met: dict[str, list[Battle]] = {name: [] for name in names}
    for battle in battles:
        for name in (battle.one, battle.other):
            met[name].append(battle)
    found = [
        Strength(
            rank=int(rank[n]),
            model=name,
            strength=float(points[0, n]),
            interval=Interval(float(low[n]), float(high[n])),
            rank_range=ranges[n],
            battles=len(met[name]),
            behind=answers_of(met[name]),
        )
        for n, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda each: (each.rank, each.model)))
