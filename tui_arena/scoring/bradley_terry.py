"""How strong three models or more are, by battles between two of them at a time, some drawn.

Bradley-Terry's model with Davidson's ties: of two models with strengths s and t the first one wins
with a chance of s, the other with one of t, and neither with one of ν√(st), each divided by the sum
of the three.

A weak prior is always on: ratings are normal around 1000 with a spread of 300 points, and the
logarithm of ν around 0, which stands for a third of ties between equals. So a model that never lost
has a finite rating, and there is exactly one best fit to any battles. A spread is taken rather than
virtual ties, since these would be battles between models that never met, and would grow with the
number of models.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_arena.errors import ArenaError
from tui_arena.scoring.intervals import SEED, Interval
from tui_arena.scoring.ranks import RankRange, middle, rank_ranges, ranks_of

CENTRE = 1000.0
POINTS = 400 / math.log(10)
"""Points to one unit of a strength's natural logarithm: 400 points are odds of ten to one."""
SPREAD = 300.0
"""The standard deviation of ratings before any battle, in points."""
TIE_SPREAD = 2.0
"""That of the logarithm of ν; two of them are odds of a tie between equals of 27 to 1."""
RESAMPLES = 200
FEWEST_SESSIONS = 5
"""With fewer of them, sessions drawn again differ too little to say how sure a rating is."""

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Battle:
    """Two models met."""

    session: str
    one: str
    other: str
    winner: str | None
    """The name of one of both; None for a tie."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong a model is."""

    model: str
    rating: float
    """400 points more are odds of ten to one; the mean of all models is 1000."""
    interval: Interval | None
    """None where there are too few sessions."""
    rank: int
    """1 is the strongest."""
    ranks: RankRange | None
    won: int
    lost: int
    tied: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Models by their strength, the strongest first."""

    strengths: tuple[Strength, ...]
    tie: float
    """Davidson's ν: a tie between equals has the chance ν / (2 + ν)."""
    battles: int
    sessions: int


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
    level: float = 0.9,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    spread: float = SPREAD,
    tie_spread: float = TIE_SPREAD,
) -> Ranking:
    """Return the models' strengths, with intervals by drawing whole sessions again.

    Sessions, and not battles, are drawn: the turns of a dialog hang together. The centre of each
    model's prior is drawn with them; a model that never lost, whose battles say the same whichever
    are drawn, would seem certain without that. Raises `NeverMetError` where models cannot be
    compared, and `NoRankingError` where there are fewer than three of them; for two the sign test
    says all.

    Sources: R. A. Bradley and M. E. Terry, Rank Analysis of Incomplete Block Designs, Biometrika 39
    (1952); R. R. Davidson, On Extending the Bradley-Terry Model to Accommodate Ties in Paired
    Comparison Experiments, JASA 65 (1970); M. A. Newton and A. E. Raftery, Approximate Bayesian
    Inference with the Weighted Likelihood Bootstrap, JRSS B 56 (1994), with the prior drawn as S.
    Fong, S. Lyddon and C. Holmes do in Scalable Nonparametric Sampling, ICML (2019).
    """
    met = sorted(battles, key=lambda battle: (battle.session, battle.one, battle.other))
    names = sorted({name for battle in met for name in (battle.one, battle.other)})
    if len(names) < 3:
        raise NoRankingError(f"A ranking takes three models that met; there are {len(names)}.")
    groups = groups_that_met(met)
    if len(groups) > 1:
        raise NeverMetError(groups)
    tally = _tally(met, names)
    prior = _Prior(np.append(np.full(len(names), spread / POINTS), tie_spread))
    best = _fit(tally, np.ones(tally.sessions), prior.centre, prior)
    again = _fit_again(tally, prior, best, resamples, seed)
    return _ranking(met, names, tally.sessions, best, again, level)


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
    """Battles counted by session, pair and outcome; only the counts that are not 0."""

    session: Ints
    cell: Ints
    """Three for each pair that met: the first one won, the second one won, a tie."""
    count: Floats
    first: Ints
    second: Ints
    """The models of each pair."""
    sessions: int

    def weighted(self, weights: Floats) -> Floats:
        """Return the counts of each pair, where sessions count as often as they were drawn."""
        found = np.zeros(3 * len(self.first))
        np.add.at(found, self.cell, weights[self.session] * self.count)
        return found.reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class _Prior:
    """What is taken of the logarithms of all strengths, and of ν at the end, before any battle."""

    spread: Floats
    """Their standard deviations; they are centred on 0."""

    @property
    def centre(self) -> Floats:
        """What they are most probably."""
        return np.zeros_like(self.spread)

    def draw(self, generator: np.random.Generator) -> Floats:
        """Return what they may be as well, the strengths around their mean."""
        drawn = generator.normal(scale=self.spread)
        drawn[:-1] -= drawn[:-1].mean()
        return drawn


def _tally(battles: Sequence[Battle], names: Sequence[str]) -> _Tally:
    place = {name: n for n, name in enumerate(names)}
    pairs: dict[tuple[int, int], int] = {}
    sessions: dict[str, int] = {}
    counts: dict[tuple[int, int], int] = {}
    for battle in battles:
        pair = sorted((place[battle.one], place[battle.other]))
        cell = 3 * pairs.setdefault((pair[0], pair[1]), len(pairs))
        cell += 2 if battle.winner is None else pair.index(place[battle.winner])
        key = sessions.setdefault(battle.session, len(sessions)), cell
        counts[key] = counts.get(key, 0) + 1
    session, cell_of = np.array(list(counts)).T
    first, second = np.array(list(pairs)).T
    return _Tally(
        session, cell_of, np.array(list(counts.values()), float), first, second, len(sessions)
    )


def _fit(
    tally: _Tally, weights: Floats, centre: Floats, prior: _Prior, start: Floats | None = None
) -> Floats:
    """Return the most probable logarithms of strengths and ν, where the prior has this centre."""
    from scipy.optimize import minimize

    counts = tally.weighted(weights)
    n = counts.sum(axis=1)
    tight = 1 / prior.spread**2

    def cost(at: Floats) -> tuple[float, Floats]:
        half = (at[tally.first] - at[tally.second]) / 2
        logits = np.stack([half, -half, np.full_like(half, at[-1])], axis=1)
        top = logits.max(axis=1)
        chance = np.exp(logits - top[:, None])
        total = chance.sum(axis=1)
        chance *= (n / total)[:, None]
        off = at - centre
        value = float(n @ (top + np.log(total)) - (counts * logits).sum() + tight @ off**2 / 2)
        missed = chance - counts
        slope = tight * off
        pull = (missed[:, 0] - missed[:, 1]) / 2
        slope += np.bincount(tally.first, weights=pull, minlength=len(at))
        slope -= np.bincount(tally.second, weights=pull, minlength=len(at))
        slope[-1] += missed[:, 2].sum()
        return value, slope

    options = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7}
    begin = centre if start is None else start
    found: Floats = minimize(cost, begin, jac=True, method="L-BFGS-B", options=options).x
    return found


def _fit_again(
    tally: _Tally, prior: _Prior, best: Floats, resamples: int, seed: int
) -> Floats | None:
    """Return a fit for each time that the sessions were drawn; None where there are too few."""
    if tally.sessions < FEWEST_SESSIONS:
        return None
    generator = np.random.default_rng(seed)
    even = np.full(tally.sessions, 1 / tally.sessions)
    fits = np.empty((resamples, len(best)))
    for fit in fits:
        weights = generator.multinomial(tally.sessions, even).astype(float)
        fit[:] = _fit(tally, weights, prior.draw(generator), prior, best)
    return fits


def _ranking(
    battles: Sequence[Battle],
    names: Sequence[str],
    sessions: int,
    best: Floats,
    again: Floats | None,
    level: float,
) -> Ranking:
    # Of a fraction of a point nobody should speak, and the fit is only as exact as it stops.
    rating = np.round(CENTRE + POINTS * best[:-1], 2)
    rank = ranks_of(rating[None, :])[0]
    between: list[Interval | None] = [None] * len(names)
    ranges: list[RankRange | None] = [None] * len(names)
    if again is not None:
        ratings = CENTRE + POINTS * again[:, :-1]
        ends = np.round(np.stack(middle(ratings, level), axis=1), 2)
        between = [Interval(float(low), float(high)) for low, high in ends]
        ranges = list(rank_ranges(ranks_of(np.round(ratings, 2)), level))
    won, lost, tied = (dict.fromkeys(names, 0) for _ in range(3))
    for battle in battles:
        for name in (battle.one, battle.other):
            outcome = tied if battle.winner is None else won if name == battle.winner else lost
            outcome[name] += 1
    strengths = [
        Strength(
            model=name,
            rating=float(rating[n]),
            interval=between[n],
            rank=int(rank[n]),
            ranks=ranges[n],
            won=won[name],
            lost=lost[name],
            tied=tied[name],
        )
        for n, name in enumerate(names)
    ]
    strengths.sort(key=lambda each: (each.rank, each.model))
    return Ranking(tuple(strengths), float(np.exp(best[-1])), len(battles), sessions)
