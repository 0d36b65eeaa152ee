import jax
import numpy as np
import pytest

from tui_arena.engine.profile import Sampler
from tui_arena.engine.sampling import BROKEN, SamplerRows, sample

draw = jax.jit(sample)
LOGITS = np.random.default_rng(1).normal(0, 2, (1, 500)).astype(np.float32)


def tokens_drawn(sampler: Sampler, logits=LOGITS, *, count=400) -> list[int]:
    """Draw at many positions, as one batch: a position's draw does not depend on its row."""
    rows = SamplerRows.of([sampler] * count)
    positions = np.arange(count, dtype=np.int32)
    return np.asarray(draw(np.repeat(logits, count, axis=0), positions, rows)).tolist()


def nucleus(logits: np.ndarray, *, temperature: float, top_k: int, top_p: float) -> set[int]:
    """The allowed tokens, found the plain way: by sorting."""
    scores = logits.astype(np.float64) / temperature
    order = np.argsort(-scores)[: top_k or None]
    weights = np.exp(scores[order] - scores.max())
    before = np.cumsum(weights) - weights
    return set(order[before < top_p * weights.sum()].tolist())


def test_greedy_takes_the_best():
    assert set(tokens_drawn(Sampler())) == {int(LOGITS.argmax())}


@pytest.mark.parametrize(
    ("temperature", "top_k", "top_p"),
    [(1.0, 5, 1.0), (1.0, 0, 0.5), (0.7, 40, 0.9), (2.0, 1, 1.0), (1.0, 10_000, 1.0), (1, 0, 0.01)],
)
def test_only_allowed_tokens_and_all_of_them(temperature, top_k, top_p):
    settings = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    allowed = nucleus(LOGITS[0], **settings)
    drawn = set(tokens_drawn(Sampler(**settings), count=4000))
    assert drawn <= allowed
    if len(allowed) < 20:
        likely = nucleus(LOGITS[0], temperature=temperature, top_k=top_k, top_p=top_p * 0.9)
        assert likely <= drawn


def test_frequencies_follow_the_temperature():
    logits = np.log(np.array([[0.6, 0.3, 0.1]], np.float32))
    drawn = tokens_drawn(Sampler(temperature=1.0), logits, count=6000)
    shares = np.bincount(drawn, minlength=3) / len(drawn)
    assert np.abs(shares - [0.6, 0.3, 0.1]).max() < 0.03


def test_seed_and_position_decide_whatever_the_company():
    sampler = Sampler(temperature=1.0, seed=3)
    alone = [
        int(draw(LOGITS, np.array([at], np.int32), SamplerRows.of([sampler]))[0])
        for at in range(20)
    ]
    mixed = SamplerRows.of([Sampler(), Sampler(temperature=3.0, top_k=7, seed=9), sampler])
    beside = [
        int(draw(np.repeat(LOGITS, 3, 0), np.array([5, 9, at], np.int32), mixed)[2])
        for at in range(20)
    ]
    assert alone == beside
    assert len(set(alone)) > 5
    assert alone != tokens_drawn(Sampler(temperature=1.0, seed=4), count=20)


def test_settings_are_data_and_never_recompile():
    before = draw._cache_size()
    for seed in range(5):
        rows = SamplerRows.of([Sampler(temperature=seed / 2, top_k=seed, top_p=0.9, seed=seed)])
        draw(LOGITS, np.array([seed], np.int32), rows)
    assert draw._cache_size() <= before + 1


@pytest.mark.parametrize("sampler", [Sampler(), Sampler(temperature=1.0, top_p=0.9)])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_said_so(sampler, bad):
    logits = LOGITS.copy()
    logits[0, 7] = bad
    assert draw(logits, np.array([0], np.int32), SamplerRows.of([sampler]))[0] == BROKEN


def test_forbidden_tokens_are_never_drawn():
    logits = LOGITS.copy()
    logits[0, 100:] = -np.inf
    assert max(tokens_drawn(Sampler(temperature=50.0), logits, count=2000)) < 100
