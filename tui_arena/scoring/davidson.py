"""The strengths that battles make most probable, by Newton's method for many draws at a time.

Of two models with strengths s and t the first one wins with a chance of s, the other with one of t,
and neither with one of ν√(st), each divided by the sum of the three. In the logarithms of strengths
and of ν the likelihood is concave, and normal priors make it strictly so: there is one best fit to
any battles, also where a model never lost, or all of them tie.

No general optimizer: those that call a threaded BLAS for a handful of numbers wait for its threads
wherever models compute beside them.

Sources: R. A. Bradley and M. E. Terry, Rank Analysis of Incomplete Block Designs, Biometrika 39
(1952); R. R. Davidson, On Extending the Bradley-Terry Model to Accommodate Ties in Paired
Comparison Experiments, JASA 65 (1970).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]

_STEPS = 200
_HALVES = 40
_NEAR = 1e-9
"""Fits that move less than this have arrived."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The models that met, two by two, each pair once."""

    first: Ints
    second: Ints
    models: int


def fit(pairs: Pairs, counts: Floats, centre: Floats, spread: Floats) -> Floats:
    """Return the logarithms of all strengths, and that of ν at the end, for each draw.

    `counts` says how often of each pair the first model won, the second one, and neither, with the
    shape (draws, pairs, 3). `centre`, with the shape (draws, models + 1), and `spread`, with that
    of one row of it, are the means and standard deviations of the prior.
    """
    at = centre.copy()
    tight = 1 / spread**2
    cost = _cost(pairs, counts, centre, tight, at)
    for _ in range(_STEPS):
        step = _step(pairs, counts, centre, tight, at)
        length = np.ones(len(at))
        for _ in range(_HALVES):
            there = at - length[:, None] * step
            costs = _cost(pairs, counts, centre, tight, there)
            too_far = costs > cost + 1e-12 * np.abs(cost)
            if not too_far.any():
                break
            length[too_far] /= 2
        at, cost = there, costs
        if np.abs(length[:, None] * step).max() < _NEAR:
            break
    return at


def _logits(pairs: Pairs, at: Floats) -> Floats:
    half = (at[:, pairs.first] - at[:, pairs.second]) / 2
    return np.stack([half, -half, np.broadcast_to(at[:, -1:], half.shape)], axis=2)


def _cost(pairs: Pairs, counts: Floats, centre: Floats, tight: Floats, at: Floats) -> Floats:
    """Return the negative logarithm of the posterior, for each draw."""
    logits = _logits(pairs, at)
    top = logits.max(axis=2)
    total = top + np.log(np.exp(logits - top[:, :, None]).sum(axis=2))
    likelihood = (counts * (logits - total[:, :, None])).sum(axis=(1, 2))
    found: Floats = (tight * (at - centre) ** 2).sum(axis=1) / 2 - likelihood
    return found


def _step(pairs: Pairs, counts: Floats, centre: Floats, tight: Floats, at: Floats) -> Floats:
    """Return the slope of the cost divided by its curvature, for each draw."""
    logits = _logits(pairs, at)
    chance = np.exp(logits - logits.max(axis=2)[:, :, None])
    chance /= chance.sum(axis=2)[:, :, None]
    n = counts.sum(axis=2)
    missed = n[:, :, None] * chance - counts
    lead = (chance[:, :, 0] - chance[:, :, 1]) / 2
    ties = chance[:, :, 2]

    slope = tight * (at - centre)
    slope[:, :-1] += _between(pairs, (missed[:, :, 0] - missed[:, :, 1]) / 2, -1).sum(axis=2)
    slope[:, -1] += missed[:, :, 2].sum(axis=1)

    curve = np.zeros((len(at), len(tight), len(tight)))
    apart = _between(pairs, n * ((1 - ties) / 4 - lead**2), 1)
    curve[:, :-1, :-1] = -apart
    each = np.arange(pairs.models)
    curve[:, each, each] += apart.sum(axis=2)
    cross = _between(pairs, -n * ties * lead, -1).sum(axis=2)
    curve[:, :-1, -1] = curve[:, -1, :-1] = cross
    curve[:, -1, -1] = (n * ties * (1 - ties)).sum(axis=1)
    whole = np.arange(len(tight))
    curve[:, whole, whole] += tight
    found: Floats = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
    return found


def _between(pairs: Pairs, values: Floats, sign: int) -> Floats:
    """Return the values of pairs as tables of models by models; `sign` is for the second one."""
    table = np.zeros((len(values), pairs.models, pairs.models))
    table[:, pairs.first, pairs.second] = values
    table[:, pairs.second, pairs.first] = sign * values
    return table
