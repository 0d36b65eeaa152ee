"""How far raters agree, beyond what chance would bring about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tui_arena.scoring.intervals import SEED, Interval

Undefined = Literal["nothing rated twice", "no variation"]
"""Why agreement cannot be told: it takes two ratings of one thing, and two values among all."""
RESAMPLES = 1000
_SELDOM = 0.05
"""How many resamples may be undefined without the interval being so."""
Label = TypeVar("Label", bound=Hashable)
Floats = NDArray[np.floating[Any]]
_Distance = Callable[[Floats], Floats]
"""How far values are apart, squared, by how often each was given: (..., V) to (..., V, V)."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """1 is perfect agreement, 0 as much as by chance; below 0 raters disagree more than that."""

    value: float | None
    """None where it is undefined."""
    undefined: Undefined | None
    interval: Interval | None
    """By resampling; None where that is undefined as well, or gives the same value every time."""
    units: int
    """How many things were rated twice or more often."""
    ratings: int
    """How many ratings these have."""


def nominal_alpha(
    units: Iterable[Sequence[Label]],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Coefficient:
    """Return Krippendorff's alpha of labels, which are the same or not.

    A unit is the ratings that one thing has, in any order; raters may have left out any of them.

    Source: K. Krippendorff, Content Analysis (4th ed., 2018), chapter 12; the interval has the
    percentiles of a bootstrap over units.
    """
    met = [unit for unit in units if len(unit) > 1]
    labels = list(dict.fromkeys(label for unit in met for label in unit))
    return _alpha(met, labels, _alike_or_not, level, resamples, seed)


def ordinal_alpha(
    units: Iterable[Sequence[int]],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Coefficient:
    """Return Krippendorff's alpha of grades, whose order counts and not how far apart they are.

    Two grades are as far from each other as there are ratings between them. Units and source as
    for `nominal_alpha`.
    """
    met = [unit for unit in units if len(unit) > 1]
    grades = sorted({grade for unit in met for grade in unit})
    return _alpha(met, grades, _ratings_between, level, resamples, seed)


def cohens_kappa(
    first: Sequence[Label],
    second: Sequence[Label],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Coefficient:
    """Return Cohen's kappa of two lists of labels of the same things.

    Source: J. Cohen, A Coefficient of Agreement for Nominal Scales, Educ. Psychol. Meas. 20
    (1960); the interval has the percentiles of a bootstrap over things.
    """
    labels = list(dict.fromkeys([*first, *second]))
    table = np.array(confusion(first, second, labels), dtype=float).reshape(-1)
    n = len(first)
    if n == 0:
        return Coefficient(None, "nothing rated twice", None, 0, 0)
    if len(labels) == 1:
        return Coefficient(None, "no variation", None, n, 2 * n)

    def kappa(tables: Floats) -> Floats:
        share = tables.reshape(-1, len(labels), len(labels)) / n
        agreed = np.trace(share, axis1=1, axis2=2)
        by_chance = (share.sum(axis=1) * share.sum(axis=2)).sum(axis=1)
        return _ratio(agreed - by_chance, 1 - by_chance)

    again = np.random.default_rng(seed).multinomial(n, table / n, size=resamples).astype(float)
    value = float(kappa(table)[0])
    return Coefficient(value, None, _between(kappa(again), level), n, 2 * n)


def confusion(
    first: Sequence[Label], second: Sequence[Label], labels: Sequence[Label]
) -> list[list[int]]:
    """Count which labels two lists give to the same things: a row for each label of the first.

    Raises ValueError where one list is longer.
    """
    met = Counter(zip(first, second, strict=True))
    return [[met[one, other] for other in labels] for one in labels]


def _alpha(
    met: Sequence[Sequence[Label]],
    labels: Sequence[Label],
    distance: _Distance,
    level: float,
    resamples: int,
    seed: int,
) -> Coefficient:
    if not met:
        return Coefficient(None, "nothing rated twice", None, 0, 0)
    units, ratings = len(met), sum(len(unit) for unit in met)
    if len(labels) == 1:
        return Coefficient(None, "no variation", None, units, ratings)
    place = {label: n for n, label in enumerate(labels)}
    # Units with the same ratings tell the same: most of thousands have one of a few patterns.
    patterns = Counter(tuple(sorted(place[label] for label in unit)) for unit in met)
    values = len(labels)
    table = np.array([np.bincount(pattern, minlength=values) for pattern in patterns], dtype=float)
    pairs = table[:, :, None] * table[:, None, :] - table[:, :, None] * np.eye(values)
    pairs /= (table.sum(axis=1) - 1)[:, None, None]

    def alpha(times: Floats) -> Floats:
        found = np.einsum("tp,pcd->tcd", times, pairs)
        given = found.sum(axis=2)
        far = distance(given)
        chance = given[:, :, None] * given[:, None, :] * far
        expected = chance.sum(axis=(1, 2)) / (given.sum(axis=1) - 1)
        observed = (found * far).sum(axis=(1, 2))
        return _ratio(expected - observed, expected)

    times = np.array(list(patterns.values()), dtype=float)
    again = (
        np.random.default_rng(seed).multinomial(units, times / units, size=resamples).astype(float)
    )
    value = float(alpha(times[None, :])[0])
    return Coefficient(value, None, _between(alpha(again), level), units, ratings)


def _alike_or_not(given: Floats) -> Floats:
    return 1 - np.eye(given.shape[-1])


def _ratings_between(given: Floats) -> Floats:
    middle: Floats = given.cumsum(axis=-1) - given / 2
    return (middle[..., :, None] - middle[..., None, :]) ** 2


def _ratio(over: Floats, under: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    return np.divide(over, under, out=np.full_like(under, np.nan), where=under > 1e-12)


def _between(found: Floats, level: float) -> Interval | None:
    defined = found[~np.isnan(found)]
    if len(defined) < (1 - _SELDOM) * len(found) or np.ptp(defined) < 1e-12:
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high))
