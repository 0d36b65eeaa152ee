"""Statistics of scoring: known values, and the traps that few ratings set."""

import math
from itertools import combinations

import numpy as np
import pytest

from tui_arena.scoring.agreement import (
    Coefficient,
    cohens_kappa,
    confusion,
    nominal_alpha,
    ordinal_alpha,
)
from tui_arena.scoring.bradley_terry import (
    Battle,
    NeverMetError,
    NoRankingError,
    bradley_terry,
    groups_that_met,
)
from tui_arena.scoring.exact_sign import sign_test
from tui_arena.scoring.intervals import Interval, posterior_scores, ratio, wilson
from tui_arena.scoring.ranks import RankRange, rank_ranges, ranks_of

ARTICLE = {
    "Gemma 2 9B": (10, 7, 4, 0),
    "Llama-3.1 8B": (10, 8, 3, 1),
    "Codegemma 7B": (10, 9, 14, 0),
    "Mistral 7B": (8, 10, 11, 2),
    "Gemma 2B": (6, 11, 12, 3),
    "Llama 3.2 3B": (9, 5, 8, 5),
    "vicuna 7B": (6, 3, 6, 11),
    "Llama 3.2 1B": (2, 4, 5, 17),
}
WEIGHTS = (1, 1, 0, -1)
"""Of right, fixed, mistake and garbage."""


def battles(*said: str, session: str = "") -> list[Battle]:
    """Read battles such as `a>b` and `a=b`, each in a session of its own if none is named."""
    found = []
    for number, each in enumerate(said):
        one, sign, other = each
        found.append(Battle(session or f"s{number}", one, other, one if sign == ">" else None))
    return found


def a_league(sessions: int = 12) -> list[Battle]:
    """Let a beat b and c mostly, and b beat c mostly, with some ties."""
    found = []
    for number in range(sessions):
        said = ["a>b", "b>c", "a>c"] + [["b>a", "c>b"], ["a=c", "a=b"], ["b>c"]][number % 3]
        found += battles(*said, session=f"s{number}")
    return found


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(5, 5, 0.57, 1), (3, 5, 0.23, 0.88), (0, 5, 0, 0.43), (6, 9, 0.35, 0.88), (7, 9, 0.45, 0.94)],
)
def test_a_share_of_few_has_a_wide_interval(k: int, n: int, low: float, high: float) -> None:
    found = wilson(k, n)
    assert (round(found.low, 2), round(found.high, 2)) == (low, high)


def test_a_share_of_nothing_can_be_anything() -> None:
    assert wilson(0, 0) == Interval(0, 1)
    with pytest.raises(ValueError, match="3 out of 2"):
        wilson(3, 2)


def test_a_ratio_lies_where_the_bootstrap_puts_it() -> None:
    generator = np.random.default_rng(2)
    solved = generator.random(60) < 0.7
    corrections = np.where(solved, generator.integers(0, 3, 60), 3)
    found = ratio(corrections.tolist(), solved.tolist())
    assert found is not None
    drawn = generator.integers(0, 60, (4000, 60))
    ratios = corrections[drawn].sum(axis=1) / solved[drawn].sum(axis=1)
    assert found == pytest.approx(np.quantile(ratios, [0.025, 0.975]), rel=0.08)


def test_a_ratio_holds_the_truth_in_95_of_100_cases_of_few_prompts() -> None:
    generator = np.random.default_rng(3)
    solved = generator.random((2000, 13)) < 0.6
    spent = np.where(solved, generator.integers(0, 3, solved.shape), 3)
    truth = (0.6 * 1 + 0.4 * 3) / 0.6
    found = [ratio(*each) for each in zip(spent.tolist(), solved.tolist(), strict=True)]
    held = [each.low <= truth <= each.high for each in found if each is not None]
    assert 0.92 < np.mean(held) < 0.98


@pytest.mark.parametrize(
    ("over", "under"), [([], []), ([2], [1]), ([1, 1], [0, 0]), ([0, 0], [1, 1]), ([2, 2], [1, 1])]
)
def test_a_ratio_that_its_parts_do_not_tell_has_no_interval(
    over: list[int], under: list[int]
) -> None:
    assert ratio(over, under) is None


def test_the_first_two_of_the_article_cannot_be_told_apart() -> None:
    found = posterior_scores(ARTICLE, WEIGHTS)
    gemma, llama, mistral = (found[name] for name in ("Gemma 2 9B", "Llama-3.1 8B", "Mistral 7B"))
    assert (gemma.n, round(gemma.score, 2)) == (21, 0.81)
    assert gemma.interval.low == pytest.approx(0.58, abs=0.01)
    assert gemma.interval.high == pytest.approx(0.90, abs=0.01)
    assert str(gemma.ranks) == "1-3"
    assert gemma.first == pytest.approx(0.57, abs=0.01)
    assert llama.first > 0.3
    assert mistral.ranks == RankRange(2, 6)
    assert math.fsum(each.first for each in found.values()) == pytest.approx(1)


def test_draws_depend_on_the_seed_and_not_on_the_order_of_models() -> None:
    backwards = dict(reversed(ARTICLE.items()))
    once = posterior_scores(ARTICLE, WEIGHTS, draws=500)
    assert list(once) == list(ARTICLE)
    assert posterior_scores(backwards, WEIGHTS, draws=500) == once
    assert posterior_scores(ARTICLE, WEIGHTS, draws=500, seed=1) != once


def test_a_model_without_ratings_has_no_place_among_the_others() -> None:
    found = posterior_scores({"a": (3, 0, 0, 0), "b": (0, 0, 0, 0)}, WEIGHTS, draws=500)
    assert list(found) == ["a"]
    assert (found["a"].ranks, found["a"].first) == (RankRange(1, 1), 1.0)
    assert 0 < found["a"].interval.low < found["a"].interval.high == 1
    assert posterior_scores({}, WEIGHTS) == {}


@pytest.mark.parametrize("counts", [(1, 0, 0, 0), (5, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 400)])
def test_an_interval_reaches_to_a_score_at_the_end_of_the_scale(counts: tuple[int, ...]) -> None:
    [found] = posterior_scores({"a": counts}, WEIGHTS, draws=2000).values()
    low, high = found.interval
    good, score = (low, high) if counts[0] else (-high, -low)
    assert score == abs(found.score) == 1
    assert good < 1 - 1 / (2 * sum(counts))  # and says at the other end how little is known


def test_an_interval_that_holds_the_score_is_as_it_was_drawn() -> None:
    [found] = posterior_scores({"a": (3, 0, 2, 0)}, WEIGHTS, draws=2000).values()
    draws = np.random.default_rng(0).dirichlet([3.5, 0.5, 2.5, 0.5], size=2000) @ WEIGHTS
    assert found.interval == pytest.approx(np.quantile(draws, [0.05, 0.95]))


def test_equal_scores_share_the_better_rank() -> None:
    ranks = ranks_of(np.array([[0.1 + 0.2, 0.3, 0.5], [1.0, 2.0, 3.0]]))
    assert ranks.tolist() == [[2, 2, 1], [3, 2, 1]]
    assert rank_ranges(ranks, 0.9) == [RankRange(2, 3), RankRange(2, 2), RankRange(1, 1)]
    assert str(RankRange(2, 2)) == "2"


@pytest.mark.parametrize(
    ("b", "c", "p"), [(6, 0, 0.03125), (0, 5, 0.0625), (0, 0, 1), (3, 3, 1), (23, 2, 2e-5)]
)
def test_one_dialog_of_six_turns_almost_never_decides(b: int, c: int, p: float) -> None:
    assert sign_test(b, c) == pytest.approx(p, rel=0.05)
    assert sign_test(c, b) == sign_test(b, c)


def test_a_ranking_has_the_strongest_first_and_says_how_sure_it_is() -> None:
    found = bradley_terry(a_league())
    assert [(each.rank, each.model) for each in found] == [(1, "a"), (2, "b"), (3, "c")]
    assert sum(each.strength for each in found) == pytest.approx(3000, abs=0.1)
    assert [each.battles for each in found] == [36, 40, 36]
    for each in found:
        assert each.interval[0] < each.strength < each.interval[1]
        assert each.rank_range[0] <= each.rank <= each.rank_range[1]


def test_a_ranking_depends_on_the_seed_and_not_on_the_order_of_battles() -> None:
    once = bradley_terry(a_league(), resamples=20)
    assert bradley_terry(reversed(a_league()), resamples=20) == once
    other = bradley_terry(a_league(), resamples=20, seed=1)
    assert [each.strength for each in other] == [each.strength for each in once]
    assert [each.interval for each in other] != [each.interval for each in once]


def test_a_model_that_never_lost_is_far_ahead_and_not_certain() -> None:
    said = [f"a>{other}" for other in "bcd"] * 5 + ["b>c", "c>d", "b>d", "c>b", "d>c"] * 3
    best, *others = bradley_terry(battles(*said), resamples=100)
    assert (best.model, best.rank_range) == ("a", (1, 1))
    assert 1300 < best.strength < 1700
    assert best.interval[1] - best.interval[0] > 100
    assert all(700 < each.strength < 1000 for each in others)


def test_models_that_always_tie_are_equal_and_their_ranks_open() -> None:
    found = bradley_terry(battles(*["a=b", "b=c", "c=a"] * 4), resamples=100)
    assert [(each.rank, each.strength) for each in found] == [(1, 1000)] * 3
    assert {each.rank_range for each in found} == {(1, 3)}


def test_thousands_of_battles_one_way_have_an_end() -> None:
    said = [Battle(f"s{n % 9}", *pair, pair[0]) for n in range(3000) for pair in ("ab", "bc", "ac")]
    found = bradley_terry(said, resamples=20)
    assert [each.model for each in found] == ["a", "b", "c"]
    for each in found:
        assert abs(each.strength - 1000) < 2500
        assert math.isfinite(each.interval[0] + each.interval[1])
        assert each.rank_range == (each.rank, each.rank)


def test_sessions_count_for_the_intervals_and_not_battles() -> None:
    copied = [
        Battle(f"{battle.session}-{n}", battle.one, battle.other, battle.winner)
        for n in range(9)
        for battle in a_league()
    ]
    few = bradley_terry(a_league() * 9, resamples=80)
    many = bradley_terry(copied, resamples=80)
    for one, other in zip(few, many, strict=True):
        assert one.strength == pytest.approx(other.strength, abs=0.02)
        wide, narrow = (each[1] - each[0] for each in (one.interval, other.interval))
        assert wide > 1.5 * narrow


def test_one_session_does_not_make_certain() -> None:
    said = [Battle("s", each.one, each.other, each.winner) for each in a_league()]
    for one, other in zip(bradley_terry(said), bradley_terry(a_league()), strict=True):
        assert one.strength == other.strength
        assert one.interval[1] - one.interval[0] > 0.7 * (other.interval[1] - other.interval[0])


def test_a_ranking_of_fewer_than_three_models_is_refused() -> None:
    with pytest.raises(NoRankingError, match="three models that met; there are 0"):
        bradley_terry([])
    with pytest.raises(NoRankingError, match="three models that met; there are 2"):
        bradley_terry(battles("a>b", "a=b"))


def test_groups_that_never_met_are_named() -> None:
    apart = battles("a>b", "x>y", "b=c", "y>z", "q>p", "z>x")
    with pytest.raises(NeverMetError, match=r"never met.*: a, b, c; x, y, z; p, q") as refused:
        bradley_terry(apart)
    assert refused.value.groups == [["a", "b", "c"], ["x", "y", "z"], ["p", "q"]]
    assert groups_that_met([*apart, *battles("z=p", "a>q")]) == [list("abcpqxyz")]


def test_raters_who_say_the_same_agree_perfectly() -> None:
    units = [("ok", "ok"), ("bad", "bad", "bad"), ("ok",)]
    assert nominal_alpha(units) == Coefficient(1.0, None, None, 2, 5)


def test_agreement_is_undefined_where_nothing_can_be_told() -> None:
    assert nominal_alpha([]).undefined == "nothing rated twice"
    assert ordinal_alpha([(1,), (2,), ()]) == Coefficient(None, "nothing rated twice", None, 0, 0)
    assert nominal_alpha([(1, 1), (1, 1, 1)]) == Coefficient(None, "no variation", None, 2, 5)
    assert cohens_kappa([], []).undefined == "nothing rated twice"
    assert cohens_kappa(["x"] * 3, ["x"] * 3) == Coefficient(None, "no variation", None, 3, 6)


def test_grades_further_apart_are_less_agreement() -> None:
    near = ordinal_alpha([(0, 0), (1, 1), (2, 2), (0, 1), (2, 2)])
    far = ordinal_alpha([(0, 0), (1, 1), (2, 2), (0, 2), (1, 1)])
    assert near.value is not None
    assert far.value is not None
    assert near.value > far.value
    assert (near.units, near.ratings) == (5, 10)


def test_the_interval_of_an_agreement_narrows_with_its_units() -> None:
    units = [*combinations([0, 0, 0, 1, 1, 2], 2)] + [(0, 0), (1, 1), (2, 2)] * 5
    few, many = ordinal_alpha(units), ordinal_alpha(units * 9)
    assert few.interval is not None
    assert many.interval is not None
    assert few.value is not None
    assert few.interval.low < few.value < few.interval.high
    assert many.interval.high - many.interval.low < (few.interval.high - few.interval.low) / 2


def test_kappa_is_zero_where_one_rater_always_says_the_same() -> None:
    found = cohens_kappa(["x"] * 4, ["x", "y", "x", "y"])
    assert (found.value, found.units) == (0.0, 4)


def test_a_confusion_has_a_row_for_each_label_of_the_first() -> None:
    assert confusion("xxyz", "xyyy", "xyz") == [[1, 1, 0], [0, 1, 0], [0, 1, 0]]
    with pytest.raises(ValueError, match="shorter"):
        confusion("xx", "x", "xy")
