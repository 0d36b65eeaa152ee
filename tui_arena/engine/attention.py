"""Attention over a paged KV cache, paying for the conversation and not for the capacity.

The cache of a layer is one pool of pages; a conversation owns a table of page numbers, so rows of
different conversations and lengths share one step. A loop over pages with a dynamic trip count
keeps a running maximum and sum (online softmax: Milakov and Gimelshein 2018, as in FlashAttention),
so a growing conversation needs no recompilation. Paging: Kwon et al. 2023 (PagedAttention).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.sharding import Sharding

from tui_arena.engine.pages import PAGE, SPARE

_LOWEST = -1e30


class Pool(NamedTuple):
    """The KV cache of one layer."""

    keys: jax.Array
    """(pages, KV heads, head_dim, PAGE): scores of a page are then a plain product, without the
    transposition that XLA on CPU would write out for each page."""
    values: jax.Array
    """(pages, KV heads, PAGE, head_dim)."""


Attend = Callable[..., tuple[Pool, jax.Array]]
"""The function that KerasHub's attention layers call, see `serving.forward`."""


class _Shape(NamedTuple):
    scale: float
    kv_heads: int
    group: int
    """Query heads a KV head."""
    head_dim: int
    window: int | None
    soft_cap: float | None


class _New(NamedTuple):
    """What T tokens bring: (T, heads * head_dim), and twice (T, KV heads * head_dim)."""

    query: jax.Array
    key: jax.Array
    value: jax.Array


def sequence_attention(
    table: jax.Array, start: jax.Array, real: jax.Array, *, lies: Sharding | None = None
) -> Attend:
    """Attend for T consecutive tokens of one conversation.

    Args:
        table: (M,) int32 page numbers of the conversation, in order.
        start: () int32, position of the first token.
        real: () int32, how many of the T tokens are real; the rest is padding.
        lies: how the pools lie over several devices.
    """

    def work(pool: Pool, new: _New, shape: _Shape) -> tuple[Pool, jax.Array]:
        pool = _held(_write(pool, new, table, start, real, shape), lies)
        return pool, _read(pool, new.query, table, start, shape)

    return _as_serving_calls(work)


class Together(NamedTuple):
    """Rows that begin with the same pages, such as attempts at one prompt."""

    table: jax.Array
    """(M,) int32: the page numbers of one of them."""
    pages: jax.Array
    """() int32: how many pages they have in common; 0 where no rows have any."""
    rows: jax.Array
    """(R,) bool: which rows they are."""


def rows_attention(
    tables: jax.Array,
    positions: jax.Array,
    together: Together,
    *,
    lies: Sharding | None = None,
) -> Attend:
    """Attend for R tokens, one each of R conversations.

    Args:
        tables: (R, M) int32 page numbers of each conversation.
        positions: (R,) int32, where each token stands.
        together: which rows share pages; those pages are read once for all of them.
        lies: how the pools lie over several devices.
    """
    one = jnp.int32(1)
    stand = list(zip(tables, positions, strict=True))

    def work(pool: Pool, new: _New, shape: _Shape) -> tuple[Pool, jax.Array]:
        # Row by row: each loop runs as long as its own conversation, and XLA's batched dot on CPU
        # is several times slower than a few small ones.
        for row, (table, position) in enumerate(stand):
            brings = _New(*(part[row : row + 1] for part in new))
            pool = _write(pool, brings, table, position, one, shape)
        pool = _held(pool, lies)
        return pool, _read_rows(pool, new.query, tables, positions, together, shape)

    return _as_serving_calls(work)


def _as_serving_calls(work: Callable[[Pool, _New, _Shape], tuple[Pool, jax.Array]]) -> Attend:
    """Give attention the signature that KerasHub's layers call."""

    def attend(
        pool: Pool,
        query: jax.Array,
        key: jax.Array,
        value: jax.Array,
        scale: float,
        head_dim: int,
        heads: int,
        kv_heads: int,
        *,
        sliding_window: int | None = None,
        soft_cap: float | None = None,
    ) -> tuple[Pool, jax.Array]:
        shape = _Shape(scale, kv_heads, heads // kv_heads, head_dim, sliding_window, soft_cap)
        return work(pool, _New(query, key, value), shape)

    return attend


# Traced once for all layers and rows alike, hence the jit within the program.
_traced_once = partial(jax.jit, static_argnames="shape")


@_traced_once
def _write(
    pool: Pool,
    new: _New,
    table: jax.Array,
    start: jax.Array,
    real: jax.Array,
    shape: _Shape,
) -> Pool:
    """Put K and V of T tokens where they belong."""
    count = new.key.shape[0]
    key = new.key.reshape(count, shape.kv_heads, shape.head_dim).astype(pool.keys.dtype)
    value = new.value.reshape(count, shape.kv_heads, shape.head_dim).astype(pool.values.dtype)
    if count == 1:
        page, offset = table[start // PAGE], start % PAGE
        return Pool(
            lax.dynamic_update_slice(pool.keys, key[0, None, :, :, None], (page, 0, 0, offset)),
            lax.dynamic_update_slice(pool.values, value[0, None, :, None], (page, 0, offset, 0)),
        )
    positions = start + jnp.arange(count, dtype=jnp.int32)
    pages = jnp.where(jnp.arange(count) < real, table[positions // PAGE], SPARE)
    offsets = positions % PAGE
    return Pool(
        pool.keys.at[pages, :, :, offsets].set(key),
        pool.values.at[pages, :, offsets].set(value),
    )


def _held(pool: Pool, lies: Sharding | None) -> Pool:
    """Keep XLA from cutting a pool anew for the heads that read it, and gathering it after."""
    return pool if lies is None else lax.with_sharding_constraint(pool, lies)


@_traced_once
def _read(
    pool: Pool, query: jax.Array, table: jax.Array, start: jax.Array, shape: _Shape
) -> jax.Array:
    """Attend from T consecutive tokens, (T, heads * head_dim), to all tokens up to each of them."""
    count = query.shape[0]
    kv_heads, group, head_dim = shape.kv_heads, shape.group, shape.head_dim
    # Heads before tokens: where heads are cut over devices, merging the axes keeps the cut.
    query = query.reshape(count, kv_heads, group, head_dim).transpose(1, 2, 0, 3)
    query = query.reshape(kv_heads, group * count, head_dim)
    positions = jnp.tile(start + jnp.arange(count, dtype=jnp.int32), group)
    end = (start + count + PAGE - 1) // PAGE
    carry = _walk(
        pool, query, table, positions, (_first_page(start, shape), end), _nothing(query), shape
    )
    out = _out(carry, query).reshape(kv_heads, group, count, head_dim).transpose(2, 0, 1, 3)
    return out.reshape(count, kv_heads * group * head_dim)


@_traced_once
def _read_rows(
    pool: Pool,
    query: jax.Array,
    tables: jax.Array,
    positions: jax.Array,
    together: Together,
    shape: _Shape,
) -> jax.Array:
    """Attend from one token of each row: first to the pages in common, then to each row's own."""
    count = query.shape[0]
    kv_heads, group, head_dim = shape.kv_heads, shape.group, shape.head_dim
    query = query.reshape(count, kv_heads, group, head_dim).swapaxes(0, 1)
    query = query.reshape(kv_heads, count * group, head_dim)
    # A row that shares nothing stands before all pages here, and so sees none of them.
    standing = jnp.repeat(jnp.where(together.rows, positions, -1), group)
    most = jnp.iinfo(jnp.int32).max
    first = _first_page(jnp.where(together.rows, positions, most).min(), shape)
    pages = (first, together.pages)
    common = _walk(pool, query, together.table, standing, pages, _nothing(query), shape)
    outs = []
    for row in range(count):
        at = slice(row * group, (row + 1) * group)
        own = jnp.where(together.rows[row], together.pages, 0)
        first = jnp.maximum(own, _first_page(positions[row], shape))
        carry = _walk(
            pool,
            query[:, at],
            tables[row],
            jnp.repeat(positions[row], group),
            (first, positions[row] // PAGE + 1),
            _Seen(*(part[:, at] for part in common)),
            shape,
        )
        outs.append(_out(carry, query).reshape(1, kv_heads * group * head_dim))
    return jnp.concatenate(outs)


class _Seen(NamedTuple):
    """What Q queries of each KV head have seen so far, float32."""

    top: jax.Array
    """(KV heads, Q): the highest score."""
    total: jax.Array
    """(KV heads, Q): the sum of all weights."""
    out: jax.Array
    """(KV heads, Q, head_dim): the weighted sum of values."""


def _nothing(query: jax.Array) -> _Seen:
    return _Seen(
        jnp.full(query.shape[:2], _LOWEST, jnp.float32),
        jnp.zeros(query.shape[:2], jnp.float32),
        jnp.zeros(query.shape, jnp.float32),
    )


def _out(seen: _Seen, query: jax.Array) -> jax.Array:
    return (seen.out / seen.total[..., None]).astype(query.dtype)


def _first_page(position: jax.Array, shape: _Shape) -> jax.Array:
    """Return the first page that a token at a position can see."""
    if shape.window is None:
        return jnp.int32(0)
    return jnp.maximum(position - shape.window + 1, 0) // PAGE


@_traced_once
def _walk(
    pool: Pool,
    query: jax.Array,
    table: jax.Array,
    positions: jax.Array,
    pages: tuple[jax.Array, jax.Array],
    seen_before: _Seen,
    shape: _Shape,
) -> _Seen:
    """Attend from Q queries a KV head, each standing at its position, to a range of pages."""

    def block(index: jax.Array, carry: _Seen) -> _Seen:
        top, total, out = carry
        keys = lax.dynamic_index_in_dim(pool.keys, table[index], keepdims=False)
        values = lax.dynamic_index_in_dim(pool.values, table[index], keepdims=False)
        scores = jnp.einsum("kqd,kds->kqs", query, keys, preferred_element_type=jnp.float32)
        scores = scores * shape.scale
        if shape.soft_cap is not None:
            scores = shape.soft_cap * jnp.tanh(scores / shape.soft_cap)
        behind = positions[:, None] - (index * PAGE + jnp.arange(PAGE, dtype=jnp.int32))[None, :]
        seen = behind >= 0
        if shape.window is not None:
            seen &= behind < shape.window
        scores = jnp.where(seen[None], scores, _LOWEST)
        new_top = jnp.maximum(top, scores.max(axis=-1))
        weights = jnp.where(seen[None], jnp.exp(scores - new_top[..., None]), 0.0)
        shrink = jnp.exp(top - new_top)
        total = total * shrink + weights.sum(axis=-1)
        out = out * shrink[..., None] + jnp.einsum(
            "kqs,ksd->kqd",
            weights.astype(values.dtype),
            values,
            preferred_element_type=jnp.float32,
        )
        return _Seen(new_top, total, out)

    seen: _Seen = lax.fori_loop(*pages, block, seen_before)
    return seen
