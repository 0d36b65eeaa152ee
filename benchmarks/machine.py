"""What this machine could do at best: reading all weights of a model once for each token."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax


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
