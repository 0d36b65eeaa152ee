"""What this machine could do at best: reading all weights of a model once for each token."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

_READ = 512 << 20
"""Bytes that are read to see how fast that goes: far more than any cache holds."""


def bandwidth(*, times: int = 10) -> float:
    """Bytes a second that all cores together read from memory, each its own part; the best time."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    parts = np.array_split(np.ones(_READ // 4, np.float32), cores)
    with ThreadPoolExecutor(cores) as threads:
        best = min(_seconds(lambda: list(threads.map(np.max, parts))) for _ in range(times))
    return _READ / best


def floor_seconds(backbone: Any, *, times: int = 10) -> list[float]:
    """Seconds to multiply one vector with each of a model's matrices, one after the other.

    Every number of the weights is read once, as for a token, and nothing else is done.
    """
    matrices = [_as_matrix(variable.value) for variable in backbone.variables if _big(variable)]
    width = max(max(matrix.shape) for matrix in matrices)
    vector = jnp.ones((1, width), jnp.float32)

    @jax.jit
    def chain(vector: jax.Array, matrices: Sequence[jax.Array]) -> jax.Array:
        for matrix in matrices:
            # Contract the shorter axis of the vocabulary's table, as the output head does.
            axis = 1 if matrix.shape[0] > 8 * matrix.shape[1] else 0
            part = vector[:, : matrix.shape[axis]]
            product = lax.dot_general(part, matrix, (((1,), (axis,)), ((), ())))
            vector = vector + product[:, :1] * 1e-9
        return vector

    return [
        _seconds(lambda: chain(vector, matrices).block_until_ready()) for _ in range(times + 1)
    ][1:]


def weight_bytes(backbone: Any) -> int:
    """Bytes of weights that a token reads."""
    return sum(variable.value.nbytes for variable in backbone.variables if _big(variable))


def _big(variable: Any) -> bool:
    return len(variable.shape) > 1


def _as_matrix(array: jax.Array) -> jax.Array:
    """Flatten (hidden, heads, head_dim) and (heads, head_dim, hidden) kernels to two axes."""
    if array.ndim == 2:
        return array
    first, *_, last = array.shape
    return array.reshape(first, -1) if first > last else array.reshape(-1, last)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
