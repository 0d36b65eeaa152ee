"""How far counts can be trusted: an interval for a share, and for a mean score with its rank."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from tui_arena.scoring.ranks import RankRange, middle, rank_ranges, ranks_of

DRAWS = 20_000
SEED = 0
_BARELY = 0.5
"""Added to each count: Jeffreys' prior, half an observation of each category."""


class Interval(NamedTuple):
    """Both ends of an interval."""

    low: float
    high: float


def wilson(k: int, n: int, *, level: float = 0.95) -> Interval:
    """Return the score interval of a share of `k` out of `n`; 0 to 1 where `n` is 0.

    Unlike the one by the normal approximation it stays between 0 and 1, and 5 of 5 is not
    certain. Raises ValueError where `k` is not between 0 and `n`.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    JASA 22 (1927).
    """
    if not 0 <= k <= n:
        raise ValueError(f"A share of {k} out of {n} cannot be.")
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, grown = k / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / grown
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / grown
    return Interval(
        0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half)
    )


def ratio(over: Sequence[float], under: Sequence[float], *, level: float = 0.95) -> Interval | None:
    """Return where the ratio of two sums lies whose parts belong together, two by two.

    The logarithm of the ratio is taken as normal, so that the interval stays above 0. None where
    the parts do not tell: fewer than two, a sum that is 0, or the same ratio everywhere.

    Source: W. G. Cochran, Sampling Techniques (3rd ed., 1977), 6.4.
    """
    n, most, least = len(over), sum(over), sum(under)
    if n < 2 or not most or not least:
        return None
    off = (part - most / least * of for part, of in zip(over, under, strict=True))
    spread = math.sqrt(n / (n - 1) * sum(each * each for each in off)) / most
    if spread < 1e-9:
        return None
    reach = math.exp(min(NormalDist().inv_cdf((1 + level) / 2) * spread, 100.0))
    return Interval(most / least / reach, most / least * reach)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What counts tell of one model's mean score, beside that of others."""

    n: int
    score: float
    """The mean as it was counted."""
    interval: Interval
    ranks: RankRange
    """1 is the best."""
    first: float
    """How probable it is that no other model is better."""


def posterior_scores(
    counts: Mapping[str, Sequence[int]],
    weights: Sequence[float],
    *,
    level: float = 0.9,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, Posterior]:
    """Return the posterior of each model's mean score, in the order of `counts`.

    A model has a count for each category, and a category a weight; the mean score is the sum of
    counts times weights over the number of all. Shares of categories are drawn from a Dirichlet
    distribution with the counts and a half, which takes ratings as independent: those of one
    dialog are not quite, so the intervals are rather too narrow than too wide. A model without
    any count is left out. Draws do not depend on the order of the models.

    Where all counts of a model are in the best category, or in the worst one, every draw lies short
    of its mean score. The interval reaches to the score then, as that for a share by the same prior
    reaches to 0 where there was no success, and to 1 where there was nothing else.

    Source: H. Jeffreys, An Invariant Form for the Prior Probability in Estimation Problems,
    Proc. R. Soc. A 186 (1946); for several categories, A. Gelman et al., Bayesian Data Analysis
    (3rd ed., 2013), 3.4; for the ends, L. D. Brown, T. T. Cai and A. DasGupta, Interval Estimation
    for a Binomial Proportion, Statistical Science 16 (2001), on Jeffreys' interval.
    """
    names = sorted(name for name, each in counts.items() if sum(each))
    if not names:
        return {}
    weight = np.asarray(weights, dtype=float)
    generator = np.random.default_rng(seed)
    drawn = np.empty((draws, len(names)))
    for column, name in enumerate(names):
        alpha = np.asarray(counts[name], dtype=float) + _BARELY
        drawn[:, column] = (generator.dirichlet(alpha, size=draws) * weight).sum(axis=1)
    low, high = middle(drawn, level)
    ranks = ranks_of(drawn)
    found = {}
    for column, (name, between) in enumerate(zip(names, rank_ranges(ranks, level), strict=True)):
        each = np.asarray(counts[name])
        score = float(each @ weight / each.sum())
        ends = Interval(min(float(low[column]), score), max(float(high[column]), score))
        found[name] = Posterior(
            n=int(each.sum()),
            score=score,
            interval=ends,
            ranks=between,
            first=float(np.mean(ranks[:, column] == 1)),
        )
    return {name: found[name] for name in counts if name in found}
