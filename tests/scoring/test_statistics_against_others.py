"""Our statistics beside statsmodels, choix and evalica, which know nothing of them.

These take seconds to import, so everything that needs them is here.
"""

import choix
import evalica
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa as their_kappa
from statsmodels.stats.proportion import proportion_confint

from tui_arena.scoring.agreement import cohens_kappa, confusion, nominal_alpha, ordinal_alpha
from tui_arena.scoring.bradley_terry import (
    CENTRE,
    POINTS,
    SPREAD,
    TIE_SPREAD,
    Battle,
    bradley_terry,
)
from tui_arena.scoring.exact_sign import sign_test
from tui_arena.scoring.intervals import wilson


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_intervals_of_shares_are_those_of_statsmodels(level: float) -> None:
    for n in range(1, 40):
        for k in range(n + 1):
            theirs = proportion_confint(k, n, alpha=1 - level, method="wilson")
            ours = wilson(k, n, level=level)
            assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-12)


def test_the_sign_test_is_that_of_scipy_and_the_exact_mcnemar_of_statsmodels() -> None:
    for b in range(12):
        for c in range(1, 12):
            ours = sign_test(b, c)
            assert ours == pytest.approx(binomtest(b, b + c).pvalue)
            assert ours == pytest.approx(mcnemar([[7, b], [c, 9]], exact=True).pvalue)
    assert sign_test(400, 500) == pytest.approx(binomtest(400, 900).pvalue)


def _some_battles(ties: float) -> list[tuple[int, int, int | None]]:
    generator = np.random.default_rng(3)
    strength = [1.2, 0.4, -0.1, -0.9]
    found: list[tuple[int, int, int | None]] = []
    for _ in range(400):
        one, other = generator.choice(4, size=2, replace=False).tolist()
        won = generator.random() < 1 / (1 + np.exp(strength[other] - strength[one]))
        drawn = generator.random() < ties
        found.append((one, other, None if drawn else one if won else other))
    return found


def _ratings(said: list[tuple[int, int, int | None]], **prior: float) -> np.ndarray:
    battles = [
        Battle("s", str(one), str(other), None if winner is None else str(winner))
        for one, other, winner in said
    ]
    found = {each.model: each.strength for each in bradley_terry(battles, resamples=2, **prior)}
    return np.array([found[str(n)] for n in range(4)])


def test_without_ties_and_a_prior_strengths_are_those_of_choix() -> None:
    said = _some_battles(ties=0)
    won = [(w, one + other - w) for one, other, w in said if w is not None]
    theirs = CENTRE + POINTS * choix.opt_pairwise(4, won, method="BFGS", tol=1e-8)
    ours = _ratings(said, spread=1e5, tie_spread=1e3)
    assert ours == pytest.approx(theirs, abs=0.5)
    # The prior pulls towards the middle, and of 400 battles it changes little.
    pulled = _ratings(said)
    assert np.abs(pulled - CENTRE).max() < np.abs(theirs - CENTRE).max()
    assert pulled == pytest.approx(theirs, abs=15)


def test_with_ties_strengths_are_where_davidsons_chances_with_the_prior_are_highest() -> None:
    said = _some_battles(ties=0.3)

    def cost(at: np.ndarray) -> float:
        strength, ties = np.exp(at[:4]), np.exp(at[4])
        total = 0.5 * (((at[:4] * POINTS / SPREAD) ** 2).sum() + (at[4] / TIE_SPREAD) ** 2)
        for one, other, winner in said:
            s, t = strength[one], strength[other]
            neither = ties * np.sqrt(s * t)
            chance = neither if winner is None else strength[winner]
            total -= np.log(chance / (s + t + neither))
        return float(total)

    theirs = minimize(cost, np.zeros(5), method="BFGS", options={"gtol": 1e-4}).x
    assert _ratings(said) == pytest.approx(CENTRE + POINTS * theirs[:4], abs=0.05)


def test_with_ties_the_order_and_nearly_the_distances_are_those_of_evalica() -> None:
    said = _some_battles(ties=0.3)
    sign = {None: evalica.Winner.Draw}
    winners = [
        sign.get(w, evalica.Winner.X if w == one else evalica.Winner.Y) for one, _, w in said
    ]
    names = [[str(each[n]) for each in said] for n in (0, 1)]
    theirs = evalica.bradley_terry(*names, winners).scores
    ours = _ratings(said, spread=1e5, tie_spread=1e3)
    log = np.log(theirs[[str(n) for n in range(4)]].to_numpy())
    log -= log.mean()
    assert np.argsort(ours).tolist() == np.argsort(log).tolist()
    # A tie is half a victory of each there, which makes all distances shorter, in proportion.
    assert np.corrcoef(ours, log)[0, 1] > 0.99


def _some_ratings() -> list[list[int | None]]:
    """Return grades of 40 things by 4 raters, of which a third is missing."""
    generator = np.random.default_rng(5)
    found = []
    for grade in generator.integers(0, 4, size=40):
        given = np.clip(grade + generator.integers(-1, 2, size=4), 0, 4)
        left_out = generator.random(4) < 1 / 3
        found.append([None if out else int(g) for g, out in zip(given, left_out, strict=True)])
    return found


def test_alpha_is_that_of_evalica_with_ratings_missing() -> None:
    grades = _some_ratings()
    units = [[grade for grade in unit if grade is not None] for unit in grades]
    assert any(len(unit) < 2 for unit in units)
    frame = pd.DataFrame(grades).T
    for ours, name in ((nominal_alpha, "nominal"), (ordinal_alpha, "ordinal")):
        theirs = evalica.alpha(frame, distance=name).alpha
        assert ours(units, resamples=10).value == pytest.approx(theirs, abs=1e-9)


def test_alphas_interval_is_near_that_of_evalica() -> None:
    grades = [[grade or 0 for grade in unit] for unit in _some_ratings()]
    ours = nominal_alpha(grades).interval
    theirs = evalica.alpha_bootstrap(pd.DataFrame(grades).T, n_resamples=500, random_state=1)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.08)


def test_kappa_is_that_of_statsmodels() -> None:
    generator = np.random.default_rng(7)
    first = generator.integers(0, 3, size=60).tolist()
    second = [x if generator.random() < 0.6 else int(generator.integers(0, 3)) for x in first]
    ours = cohens_kappa(first, second)
    theirs = their_kappa(np.array(confusion(first, second, [0, 1, 2])))
    assert ours.value == pytest.approx(theirs.kappa, abs=1e-12)
    assert ours.interval is not None
    bounds = (theirs.kappa_low, theirs.kappa_upp)
    assert (ours.interval.low, ours.interval.high) == pytest.approx(bounds, abs=0.05)
