"""The devices' memory: what arrays take of it, and what it looks like when there is none left."""

from __future__ import annotations

import contextlib
import gc
import math
import traceback
from types import FrameType
from typing import Any

import jax

FAULTS = (jax.errors.JaxRuntimeError, MemoryError)
"""What a device raises in the middle of its work, out of memory above all."""


def out_of_memory(fault: Exception) -> bool:
    """Say whether memory ran out, of a device or of the machine.

    Keras gathers what fails while weights are loaded into one `ValueError`: its text must do.
    """
    signs = ("RESOURCE_EXHAUSTED", "Unable to allocate")
    return isinstance(fault, MemoryError) or any(sign in str(fault) for sign in signs)


def device_bytes(arrays: Any) -> int:
    """Return the bytes on each device of a tree of arrays, or of their specifications."""
    total = 0
    for array in jax.tree.leaves(arrays):
        lies = array.sharding
        part = array.shape if lies is None else lies.shard_shape(array.shape)
        total += math.prod(part) * array.dtype.itemsize
    return total


def all_bytes(arrays: Any) -> int:
    """Return the bytes on all devices together of a tree of arrays."""
    leaves = jax.tree.leaves(arrays)
    return sum(device_bytes(array) * len(array.sharding.device_set) for array in leaves)


def let_go(problem: BaseException) -> None:
    """Free what the frames that a problem came through still hold, such as half-loaded weights.

    Whoever keeps the problem, as handlers of the log may, would keep all of it. The problem has no
    traceback afterwards, for a frame that is cleared still holds what its function closes over.
    """
    link: BaseException | None = problem
    while link is not None:
        for frame, _ in traceback.walk_tb(link.__traceback__):
            _clear(frame)
        link.__traceback__ = None
        link = link.__cause__ or link.__context__
    gc.collect()  # layers and their variables point at each other


def _clear(frame: FrameType | None) -> None:
    """Clear a frame and those that called it: Keras hides some of its own from the traceback."""
    while frame is not None:
        with contextlib.suppress(RuntimeError):  # it is still running
            frame.clear()
        frame = frame.f_back
