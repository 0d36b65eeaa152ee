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
        lambda: jnp.where(rows.temperature > 0, jax.vmap(_draw)(logits, positions, rows), greedy),
        lambda: greedy,
    )
    return jnp.where(jnp.isfinite(best), tokens, BROKEN)


def _draw(logits: jax.Array, position: jax.Array, row: SamplerRows) -> jax.Array:
    scores = (logits - jnp.max(logits)) / jnp.maximum(row.temperature, 1e-6)
    scores = jnp.maximum(scores, jnp.finfo(jnp.float32).min)
    keys = _ordered(scores)

    wanted = jnp.where(row.top_k > 0, row.top_k, logits.shape[-1])
    kth = _least_key(lambda key: jnp.sum(keys > key) < wanted)
    weights = jnp.where(keys >= kth, jnp.exp(scores), 0.0)

    mass = row.top_p * jnp.sum(weights)
    nucleus = _least_key(lambda key: jnp.sum(jnp.where(keys > key, weights, 0.0)) < mass)
    allowed = (keys >= kth) & ((keys >= nucleus) | (row.top_p >= 1.0))

    key = jax.random.fold_in(jax.random.key(row.seed), position)
    noise = jax.random.gumbel(key, scores.shape, jnp.float32)
    return jnp.argmax(jnp.where(allowed, scores + noise, -jnp.inf)).astype(jnp.int32)


def _ordered(values: jax.Array) -> jax.Array:
    """Map float32 to uint32 so that the integers stand in the floats' order."""
    bits = lax.bitcast_convert_type(values, jnp.uint32)
    sign = jnp.uint32(1 << 31)
    return jnp.where(bits & sign, ~bits, bits | sign)


def _least_key(enough: Callable[[jax.Array], jax.Array]) -> jax.Array:
    """Find the least uint32 key for which `enough(key)` holds; it holds for all above it."""

    def halve(_: int, bounds: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        low, high = bounds
        middle = low + (high - low) // 2
        holds = enough(middle)
        return jnp.where(holds, low, middle + 1), jnp.where(holds, middle, high)

    first = (jnp.uint32(0), jnp.uint32((1 << 32) - 1))
    return lax.fori_loop(0, 33, halve, first)[1]
