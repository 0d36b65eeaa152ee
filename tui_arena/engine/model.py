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

from tui_arena.engine.attention import Pool, Together
from tui_arena.engine.memory import FAULTS, all_bytes, device_bytes
from tui_arena.engine.pages import CONVERSATIONS, PAGE, SPARE, Cached, PageBook, pages_for
from tui_arena.engine.profile import Sampler
from tui_arena.engine.programs import Name, Programs
from tui_arena.engine.sampling import SamplerRows
from tui_arena.engine.serving import cache_shape, flatten_projections
from tui_arena.engine.sharding import Placement
from tui_arena.engine.steps import Steps
from tui_arena.engine.tokens import Codec

CHUNKS = (16, 64, 256)
"""Prompt tokens read in one step; a shorter rest is padded to the next size."""
ROWS = (1, 2, 3, 5, 8)
"""Conversations that decode together; fewer are padded to the next size. Five have a size of their
own: they are what the experiment asks for, and padded to eight they cost a third more."""
WARM: tuple[Name, ...] = (
    *(("read", size) for size in CHUNKS),
    *(("rows", size) for size in ROWS[:2]),
    ("copy", 2),
)
"""Programs that every conversation needs."""


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
        self.prefilled = 0
        """Prompt tokens read in chunks so far, those reused from the cache not counted."""
        self.steps = 0
        """Decode steps run so far, whatever their number of rows."""
        self._values = [variable.value for variable in backbone.variables]
        self.weights_bytes = all_bytes(self._values)
        """All devices together."""
        self.device_bytes = device_bytes(self._values)
        """Bytes of the weights on each device."""
        self._pools_lie = self.placement.pools(cache_shape(backbone)[1])
        self._pools: list[Pool] = []
        """The KV cache of each layer; empty until a conversation needs it."""
        self._wide = False
        self._hold(context, CONVERSATIONS)

    def resize(self, context: int, conversations: int = CONVERSATIONS) -> None:
        """Hold conversations of so many tokens, and so many of that length, in the next cache.

        What the present one holds is lost; programs too, where the next one has another size.
        """
        self.drop_cache()
        if (context, pages_for(context, conversations)) != (self.context, self.book.pages):
            self._programs.close()
            self._hold(context, conversations)
            if self._wide:
                self.widen()

    def _hold(self, context: int, conversations: int) -> None:
        self.context = context
        """Most tokens of one conversation."""
        self.book = PageBook(pages=pages_for(context, conversations), context=context)
        self.cache_bytes = 0
        """Of the KV cache, all devices together; 0 while there is none."""
        steps = Steps(
            self.backbone,
            weights=self._values,
            pools=self._pool_specs(self.book.pages),
            table_length=self.book.table_length,
            placement=self.placement,
            pools_lie=self._pools_lie,
        )
        self._programs = Programs(
            steps.lower, made_from=steps.made_from(), devices=self.placement.devices
        )

    @property
    def has_cache(self) -> bool:
        """Whether conversations can be held now."""
        return bool(self._pools)

    def cache_size(self, conversations: int | None = None, context: int | None = None) -> int:
        """Return the bytes of a KV cache on each device: of the present one, or of another size."""
        pages = self.book.pages
        if conversations is not None:
            pages = pages_for(context or self.context, conversations)
        return device_bytes(self._pool_specs(pages))

    def padded_rows(self, count: int) -> int:
        """Return the rows of a step for so many conversations; fewer where it is not there yet."""
        there = [size for size in ROWS if ("rows", size) in self._programs] or [1]
        return next((size for size in there if size >= count), there[-1])

    @property
    def compilations(self) -> int:
        """Programs compiled since the model was made or last resized."""
        return self._programs.compilations

    @property
    def parameters(self) -> int:
        """How many numbers the model was trained to."""
        return sum(int(np.prod(value.shape)) for value in self._values)

    def warm_up(self, tell: Callable[[float], None]) -> None:
        """Compile the steps that every conversation needs; `tell` hears the share done, 0 to 1."""
        self._programs.make(WARM, tell)

    def widen(self) -> None:
        """Have wider steps compiled beside the work, for when more answers come together."""
        self._wide = True
        self._programs.make_later([("rows", size) for size in ROWS])

    def stop(self) -> None:
        """Compile nothing more beside the work."""
        self._programs.stop()

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
        self._copy_pages()
        padded = np.zeros(size, np.int32)
        padded[: len(piece)] = piece
        token, self._pools = self._programs.get(("read", size))(
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
        self._copy_pages()
        following, self._pools = self._programs.get(("rows", size))(
            self._values,
            self._pools,
            tokens,
            positions,
            tables,
            _together(tables),
            SamplerRows.of(samplers),
        )
        self.steps += 1
        return following

    def reset_cache(self, conversations: int = CONVERSATIONS) -> None:
        """Make the cache, empty, for so many conversations of full length; an older one goes.

        Conversations must be opened anew. Where its size changes, so do the programs.
        """
        self.resize(self.context, conversations)
        try:
            for spec in self._pool_specs(self.book.pages):
                keys, values = (
                    jnp.zeros(part.shape, part.dtype, device=part.sharding) for part in spec
                )
                self._pools.append(Pool(keys, values))
            jax.block_until_ready(self._pools)
        except FAULTS:
            self.drop_cache()
            raise
        self.cache_bytes = all_bytes(self._pools)

    def drop_cache(self) -> None:
        """Give the cache's memory back; conversations must be opened anew, and are read anew."""
        for array in jax.tree.leaves(self._pools):
            array.delete()
        self._pools = []
        self.cache_bytes = 0
        self.book = PageBook(pages=self.book.pages, context=self.context)

    def close(self) -> None:
        """Free what the model holds on the devices, at once; it cannot be used any more."""
        self._programs.close()
        self.drop_cache()
        for array in self._values:
            array.delete()
        self._values, self.backbone = [], None

    def _copy_pages(self) -> None:
        """Give branches that share pages their own copies of those that they will write to."""
        for source, target in self.book.take_copies():
            pages = np.array([source, target], np.int32)
            self._pools = self._programs.get(("copy", 2))(self._pools, pages)

    def _pool_specs(self, pages: int) -> list[Pool]:
        """Say what the KV cache with so many pages is, without making it."""
        layers, kv_heads, head_dim = cache_shape(self.backbone)
        dtype = jnp.dtype(self.backbone.compute_dtype)

        def spec(*page: int) -> Any:
            shape = (pages, kv_heads, *page)
            return jax.ShapeDtypeStruct(shape, dtype, sharding=self._pools_lie)

        return [Pool(spec(head_dim, PAGE), spec(PAGE, head_dim))] * layers

    def _table(self, cached: Cached) -> np.ndarray:
        table = np.zeros(self.book.table_length, np.int32)
        table[: len(cached.pages)] = cached.pages
        return table


def _together(tables: np.ndarray) -> Together:
    """Find the rows that begin with the same page as most do, and how far they go together."""
    firsts, counts = np.unique(tables[:, 0], return_counts=True)
    counts[firsts == SPARE] = 0
    rows = tables[:, 0] == firsts[counts.argmax()]
    table = tables[rows][0]
    if counts.max() < 2:
        return Together(table, np.int32(0), np.zeros(len(tables), np.bool_))
    common = (tables[rows] == table).all(axis=0) & (table != SPARE)
    return Together(table, np.int32(common.cumprod().sum()), rows)
