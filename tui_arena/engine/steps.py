"""The steps of a model as JAX traces them: reading a piece of a prompt, decoding a token a row.

Everything that changes from step to step is data: lengths, positions, pages, sampler settings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.sharding import Sharding

from tui_arena.engine.attention import (
    Attend,
    Pool,
    Together,
    rows_attention,
    sequence_attention,
)
from tui_arena.engine.programs import Name
from tui_arena.engine.sampling import SamplerRows, sample
from tui_arena.engine.serving import forward, next_scores
from tui_arena.engine.sharding import Placement

Specs = Any
"""Arrays, or the shapes, dtypes and shardings of arrays."""


class Steps:
    """Traces the steps of one model; holds shapes alone, never what lies on a device."""

    def __init__(
        self,
        backbone: Any,
        *,
        weights: Specs,
        pools: Specs,
        table_length: int,
        placement: Placement,
        pools_lie: Sharding | None,
    ) -> None:
        self._backbone = backbone
        self._weights, self._pools = jax.tree.map(_spec_of, (weights, pools))
        self._table_length = table_length
        self._placement, self._pools_lie = placement, pools_lie

    def made_from(self) -> object:
        """Return all that decides what a step computes, besides this program's own code."""
        backbone = self._backbone

        def lies(spec: jax.ShapeDtypeStruct) -> list[str]:
            return [str(spec.shape), str(spec.dtype), str(spec.sharding)]

        return {
            "backbone": [type(backbone).__name__, backbone.get_config()],
            "weights": [
                [variable.path, *lies(spec)]
                for variable, spec in zip(backbone.variables, self._weights, strict=True)
            ],
            "cache": [lies(spec) for spec in jax.tree.leaves(self._pools)],
            "table": self._table_length,
        }

    def lower(self, name: Name) -> jax.stages.Lowered:
        """Trace a step: ("read", tokens), ("rows", conversations) or ("copy", 2)."""
        kind, size = name
        whole = self._placement.whole

        def spec(shape: tuple[int, ...], dtype: Any) -> jax.ShapeDtypeStruct:
            return jax.ShapeDtypeStruct(shape, dtype, sharding=whole)

        if kind == "copy":
            copying = jax.jit(_copy_page, donate_argnums=0, out_shardings=self._pools_lie)
            return copying.lower(self._pools, spec((size,), np.int32))
        rows = 1 if kind == "read" else size
        samplers = SamplerRows(
            spec((rows,), np.float32),
            spec((rows,), np.int32),
            spec((rows,), np.float32),
            spec((rows,), np.uint32),
        )
        length = self._table_length
        ids = spec((size,), np.int32)
        if kind == "read":
            number = spec((), np.int32)
            rest: tuple[Any, ...] = (ids, number, number, spec((length,), np.int32), samplers)
            step: Callable[..., tuple[jax.Array, list[Pool]]] = self._read
        else:
            together = Together(
                spec((length,), np.int32), spec((), np.int32), spec((size,), np.bool_)
            )
            rest = (ids, ids, spec((size, length), np.int32), together, samplers)
            step = self._rows
        # The cache comes out as it went in, so no step ever meets it cut in another way.
        out = None if whole is None else (whole, self._pools_lie)
        jitted = jax.jit(step, donate_argnums=1, out_shardings=out)
        return jitted.lower(self._weights, self._pools, *rest)

    def _read(
        self,
        values: Sequence[jax.Array],
        pools: Sequence[Pool],
        ids: jax.Array,
        start: jax.Array,
        real: jax.Array,
        table: jax.Array,
        samplers: SamplerRows,
    ) -> tuple[jax.Array, list[Pool]]:
        positions = start + jnp.arange(ids.shape[0], dtype=jnp.int32)
        attend = sequence_attention(table, start, real, lies=self._pools_lie)
        with self._placement.scope():
            hidden, pools = forward(self._backbone, values, ids, positions, pools, attend)
        last = lax.dynamic_slice_in_dim(hidden, real - 1, 1)
        scores = self._placement.gathered(next_scores(self._backbone, values, last))
        return sample(scores, jnp.reshape(start + real, (1,)), samplers), pools

    def _rows(
        self,
        values: Sequence[jax.Array],
        pools: Sequence[Pool],
        tokens: jax.Array,
        positions: jax.Array,
        tables: jax.Array,
        together: Together,
        samplers: SamplerRows,
    ) -> tuple[jax.Array, list[Pool]]:
        attend: Attend = (
            sequence_attention(tables[0], positions[0], jnp.int32(1), lies=self._pools_lie)
            if tokens.shape[0] == 1
            else rows_attention(tables, positions, together, lies=self._pools_lie)
        )
        with self._placement.scope():
            hidden, pools = forward(self._backbone, values, tokens, positions, pools, attend)
        scores = self._placement.gathered(next_scores(self._backbone, values, hidden))
        return sample(scores, positions + 1, samplers), pools


def _copy_page(pools: Sequence[Pool], pages: jax.Array) -> list[Pool]:
    """Copy one page of every layer; `pages` is (2,) int32, from which to which."""

    def copied(pool: jax.Array) -> jax.Array:
        page = lax.dynamic_index_in_dim(pool, pages[0])
        return lax.dynamic_update_index_in_dim(pool, page, pages[1], 0)

    return [Pool(copied(pool.keys), copied(pool.values)) for pool in pools]


def _spec_of(array: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(array.shape, array.dtype, sharding=array.sharding)
