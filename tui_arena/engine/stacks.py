"""Threads with room for XLA. Loads neither JAX nor Keras."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STACK = 64 << 20
"""Bytes of a thread's stack: XLA's lowering of deep models overflows the usual 8 MiB."""


@contextmanager
def deep_stacks() -> Iterator[None]:
    """Within it threads begin with room for XLA's lowering of deep models."""
    before = threading.stack_size(_STACK)
    try:
        yield
    finally:
        threading.stack_size(before)
