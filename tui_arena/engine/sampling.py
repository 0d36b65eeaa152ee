"""The next token, chosen on the device.

Every setting is data, not code: changing temperature, top-k, top-p or seed never recompiles. Top-k
and top-p are exact over the whole vocabulary without sorting it: their cut-off is found by
bisection on the bits of the float32 scores, 33 passes that only compare and sum. Tokens that tie
at the cut-off are all allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tui_arena.engine.profile import Sampler

BROKEN = -1
"""Stands for a token where the scores were not numbers."""


class SamplerRows(NamedTuple):
    """Settings of R rows that are sampled together, each an array of shape (R,)."""

    temperature: jax.Array
    """float32; 0 is greedy."""
    top_k: jax.Array
    """int32; 0 allows all."""
    top_p: jax.Array
    """float32; 1 allows all."""
    seed: jax.Array
    """uint32."""

    @staticmethod
    def of(samplers: list[Sampler]) -> SamplerRows:
        """Stack settings, one row each."""
        return SamplerRows(
            np.array([s.temperature for s in samplers], np.float32),
            np.array([s.top_k for s in samplers], np.int32),
            np.array([s.top_p for s in samplers], np.float32),
            np.array([s.seed for s in samplers], np.uint32),
        )


def sample(logits: jax.Array, positions: jax.Array, rows: SamplerRows) -> jax.Array:
    """Choose one token a row.

    Args:
        logits: (R, vocabulary), any float type.
        positions: (R,) int32, where the chosen token will stand. The random choice depends on seed
            and position alone, so it is the same in whatever company a row is decoded.
        rows: the settings.

    Returns:
        (R,) int32 token ids; `BROKEN` where a row's scores are NaN or all infinite.
    """
    logits = logits.astype(jnp.float32)
    greedy = jnp.argmax(logits, axis=-1).astype(jnp.int32)
    best = jnp.max(logits, axis=-1)
    tokens = lax.cond(
        jnp.any(rows.temperature > 0),
        lambda: jnp.where(rows.temperature > 0, _draw(logits, positions, rows), greedy),
        lambda: greedy,
    )
    return jnp.where(jnp.isfinite(best), tokens, BROKEN)


def _draw(logits: jax.Array, positions: jax.Array, rows: SamplerRows) -> jax.Array:
    """Draw a token for each row; a cut-off that no row asks for is not looked for."""
    size = logits.shape[-1]
    warmth = jnp.maximum(rows.temperature, 1e-6)[:, None]
    scores = (logits - jnp.max(logits, axis=-1, keepdims=True)) / warmth
    scores = jnp.maximum(scores, jnp.finfo(jnp.float32).min)
    keys = _ordered(scores)
    all_allowed = jnp.zeros(logits.shape[0], jnp.uint32)

    def kth() -> jax.Array:
        wanted = jnp.where(rows.top_k > 0, rows.top_k, size)
        return _least_keys(lambda key: jnp.sum(keys > key[:, None], axis=-1) < wanted, wanted)

    def nucleus() -> jax.Array:
        weights = jnp.where(keys >= least[:, None], jnp.exp(scores), 0.0)
        mass = rows.top_p * jnp.sum(weights, axis=-1)

        def enough(key: jax.Array) -> jax.Array:
            return jnp.sum(jnp.where(keys > key[:, None], weights, 0.0), axis=-1) < mass

        return jnp.where(rows.top_p < 1, _least_keys(enough, rows.top_k), 0)

    least = lax.cond(jnp.any(rows.top_k > 0), kth, lambda: all_allowed)
    least = jnp.maximum(least, lax.cond(jnp.any(rows.top_p < 1), nucleus, lambda: all_allowed))

    def noise(seed: jax.Array, position: jax.Array) -> jax.Array:
        key = jax.random.fold_in(jax.random.key(seed), position)
        return jax.random.gumbel(key, (size,), jnp.float32)

    noisy = scores + jax.vmap(noise)(rows.seed, positions)
    return jnp.argmax(jnp.where(keys >= least[:, None], noisy, -jnp.inf), axis=-1).astype(jnp.int32)


def _ordered(values: jax.Array) -> jax.Array:
    """Map float32 to uint32 so that the integers stand in the floats' order."""
    bits = lax.bitcast_convert_type(values, jnp.uint32)
    sign = jnp.uint32(1 << 31)
    return jnp.where(bits & sign, ~bits, bits | sign)


def _least_keys(enough: Callable[[jax.Array], jax.Array], like: jax.Array) -> jax.Array:
    """Find for each row the least uint32 key for which `enough(keys)` holds.

    It holds for all keys above it. `like` has the rows' shape.
    """

    def halve(_: int, bounds: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        low, high = bounds
        middle = low + (high - low) // 2
        holds = enough(middle)
        return jnp.where(holds, low, middle + 1), jnp.where(holds, middle, high)

    first = (
        jnp.zeros(like.shape, jnp.uint32),
        jnp.full(like.shape, (1 << 32) - 1, jnp.uint32),
    )
    return lax.fori_loop(0, 33, halve, first)[1]
