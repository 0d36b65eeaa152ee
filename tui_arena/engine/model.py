"""A loaded model: its compiled programs and its KV cache. Works on token ids alone.

A program is compiled ahead of time for each number of tokens in a step and never again: lengths,
positions, pages and sampler settings are all data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tui_arena.engine.attention import Attend, Pool, rows_attention, sequence_attention
from tui_arena.engine.pages import CONVERSATIONS, PAGE, Cached, PageBook
from tui_arena.engine.profile import Sampler
from tui_arena.engine.sampling import SamplerRows, sample
from tui_arena.engine.serving import cache_shape, flatten_projections, forward, next_scores
from tui_arena.engine.sharding import Placement
from tui_arena.engine.tokens import Codec

CHUNKS = (16, 64, 256)
"""Prompt tokens read in one step; a shorter rest is padded to the next size."""
ROWS = (1, 2, 4, 8)
"""Conversations that decode together; fewer are padded to the next size."""


@dataclass(slots=True)
class Row:
    """One conversation's part in a decode step."""

    cached: Cached
    position: int
    """Where the input token stands."""
    sampler: Sampler


class Model:
    """Weights on the device, compiled steps, and the pages of its conversations.

    Belongs to the engine thread: made, used and dropped there.
    """

    def __init__(
        self,
        backbone: Any,
        codec: Codec,
        *,
        context: int,
        trained: int | None = None,
        placement: Placement | None = None,
    ) -> None:
        self.backbone = backbone
        self.codec = codec
        self.placement = placement or Placement()
        """Where weights and cache lie."""
        if self.placement.whole is None:
            flatten_projections(backbone)
        self.trained = trained
        """Tokens that the model was made to hold, where that is known."""
        self.compilations = 0
        """Programs compiled so far."""
        self.prefilled = 0
        """Prompt tokens read so far, those reused from the cache not counted."""
        self.steps = 0
        """Decode steps run so far, whatever their number of rows."""
        self._values = [variable.value for variable in backbone.variables]
        self.weights_bytes = _bytes_of(self._values)
        """All devices together."""
        self._pools_lie = self.placement.pools(cache_shape(backbone)[1])
        self.resize(context)

    def resize(self, context: int) -> None:
        """Hold conversations of so many tokens; what the cache held is lost, programs too."""
        self.context = context
        """Most tokens of one conversation."""
        pages = CONVERSATIONS * -(-context // PAGE) + 1
        self.book = PageBook(pages=pages, context=context)
        self._pools: list[Pool] = []  # the old ones go before the new ones come
        self._pools = self._empty_pools(pages)
        self.cache_bytes = _bytes_of(self._pools)
        """All devices together."""
        self._programs: dict[tuple[str, int], Any] = {}

    @property
    def parameters(self) -> int:
        """How many numbers the model was trained to."""
        return sum(int(np.prod(value.shape)) for value in self._values)

    def warm_up(self, tell: Callable[[float], None]) -> None:
        """Compile the steps that every conversation needs; `tell` hears the share done, 0 to 1."""
        wanted = [("read", size) for size in CHUNKS] + [("rows", size) for size in ROWS[:2]]
        for done, (kind, size) in enumerate(wanted):
            tell(done / len(wanted))
            self._program(kind, size)
        tell(1.0)

    def read(
        self, cached: Cached, ids: Sequence[int], sampler: Sampler, *, chunk: int
    ) -> jax.Array:
        """Read the next chunk of a prompt into the cache.

        Args:
            cached: the conversation's cache; grows by the tokens read.
            ids: the whole prompt; reading goes on at `len(cached.ids)`.
            sampler: how the next token is chosen.
            chunk: most tokens to read, one of `CHUNKS`.

        Returns:
            (1,) int32 on the device: the token that follows what was read.
        """
        start = len(cached.ids)
        piece = list(ids[start : start + chunk])
        size = next(size for size in CHUNKS if size >= len(piece))
        self.book.reserve(cached, start + len(piece))
        padded = np.zeros(size, np.int32)
        padded[: len(piece)] = piece
        token, self._pools = self._program("read", size)(
            self._values,
            self._pools,
            padded,
            np.int32(start),
            np.int32(len(piece)),
            self._table(cached),
            SamplerRows.of([sampler]),
        )
        cached.ids += piece
        self.prefilled += len(piece)
        return token

    def step(self, tokens: jax.Array | np.ndarray, rows: Sequence[Row]) -> jax.Array:
        """Decode one token for each row; returns at once, while the device works.

        Args:
            tokens: (R,) int32 input token of each row, on the device or not; R from `padded_rows`.
            rows: the rows; fewer than R are padded.

        Returns:
            (R,) int32 on the device: the next token of each row.
        """
        size = tokens.shape[0]
        tables = np.zeros((size, self.book.table_length), np.int32)
        positions = np.zeros(size, np.int32)
        samplers = [Sampler()] * size
        for index, row in enumerate(rows):
            self.book.reserve(row.cached, row.position + 1)
            tables[index] = self._table(row.cached)
            positions[index] = row.position
            samplers[index] = row.sampler
        following, self._pools = self._program("rows", size)(
            self._values, self._pools, tokens, positions, tables, SamplerRows.of(samplers)
        )
        self.steps += 1
        return following

    def reset_cache(self) -> None:
        """Start over with an empty cache, after a step failed and took the pools with it."""
        self.book.forget_all()
        self._pools = self._empty_pools(self.book.pages)

    def close(self) -> None:
        """Free what the model holds on the devices, at once; it cannot be used any more."""
        self._programs.clear()
        for array in jax.tree.leaves((self._values, self._pools)):
            array.delete()
        self._values, self._pools, self.backbone = [], [], None

    def _empty_pools(self, pages: int) -> list[Pool]:
        layers, kv_heads, head_dim = cache_shape(self.backbone)
        shape = (pages, kv_heads, PAGE, head_dim)

        def zeros() -> jax.Array:
            return jnp.zeros(shape, self.backbone.compute_dtype, device=self._pools_lie)

        return [Pool(zeros(), zeros()) for _ in range(layers)]

    def _table(self, cached: Cached) -> np.ndarray:
        table = np.zeros(self.book.table_length, np.int32)
        table[: len(cached.pages)] = cached.pages
        return table

    def _program(self, kind: str, size: int) -> Any:
        program = self._programs.get((kind, size))
        if program is None:
            program = self._compile(kind, size)
            self._programs[kind, size] = program
            self.compilations += 1
        return program

    def _compile(self, kind: str, size: int) -> Any:
        whole = self.placement.whole

        def spec(shape: tuple[int, ...], dtype: Any) -> jax.ShapeDtypeStruct:
            return jax.ShapeDtypeStruct(shape, dtype, sharding=whole)

        def like(array: jax.Array) -> jax.ShapeDtypeStruct:
            return jax.ShapeDtypeStruct(array.shape, array.dtype, sharding=array.sharding)

        rows = 1 if kind == "read" else size
        samplers = SamplerRows(
            spec((rows,), np.float32),
            spec((rows,), np.int32),
            spec((rows,), np.float32),
            spec((rows,), np.uint32),
        )
        length = self.book.table_length
        ids = spec((size,), np.int32)
        if kind == "read":
            number = spec((), np.int32)
            rest = (ids, number, number, spec((length,), np.int32), samplers)
            step: Callable[..., tuple[jax.Array, list[Pool]]] = self._read_step
        else:
            rest = (ids, ids, spec((size, length), np.int32), samplers)  # type: ignore[assignment]
            step = self._rows_step
        weights, pools = jax.tree.map(like, (self._values, self._pools))
        # The cache comes out as it went in, so no step ever meets it cut in another way.
        out = None if whole is None else (whole, self._pools_lie)
        jitted = jax.jit(step, donate_argnums=1, out_shardings=out)
        return jitted.lower(weights, pools, *rest).compile()

    def _read_step(
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
        with self.placement.scope():
            hidden, pools = forward(self.backbone, values, ids, positions, pools, attend)
        last = lax.dynamic_slice_in_dim(hidden, real - 1, 1)
        scores = self.placement.gathered(next_scores(self.backbone, values, last))
        return sample(scores, jnp.reshape(start + real, (1,)), samplers), pools

    def _rows_step(
        self,
        values: Sequence[jax.Array],
        pools: Sequence[Pool],
        tokens: jax.Array,
        positions: jax.Array,
        tables: jax.Array,
        samplers: SamplerRows,
    ) -> tuple[jax.Array, list[Pool]]:
        attend: Attend = (
            sequence_attention(tables[0], positions[0], jnp.int32(1), lies=self._pools_lie)
            if tokens.shape[0] == 1
            else rows_attention(tables, positions, lies=self._pools_lie)
        )
        with self.placement.scope():
            hidden, pools = forward(self.backbone, values, tokens, positions, pools, attend)
        scores = self.placement.gathered(next_scores(self.backbone, values, hidden))
        return sample(scores, positions + 1, samplers), pools


def padded_rows(count: int) -> int:
    """Return the number of rows that a step for `count` conversations has."""
    return next(size for size in ROWS if size >= count)


def _bytes_of(arrays: Any) -> int:
    return sum(
        shard.data.nbytes for array in jax.tree.leaves(arrays) for shard in array.addressable_shards
    )
