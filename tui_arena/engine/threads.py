"""The engine's threads: with room for XLA, and behind who draws. Loads neither JAX nor Keras."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)

_STACK = 64 << 20
"""Bytes of a thread's stack: XLA's lowering of deep models overflows the usual 8 MiB."""

_NICE = 10
"""How far the kernel puts a thread that gives way behind the others (nice(2))."""


@contextmanager
def deep_stacks() -> Iterator[None]:
    """Within it threads begin with room for XLA's lowering of deep models."""
    before = threading.stack_size(_STACK)
    try:
        yield
    finally:
        threading.stack_size(before)


def give_way() -> None:
    """Put this thread, and all that it will start, behind the other threads of the machine.

    On a CPU XLA computes on every core, and a key that is pressed would wait until the kernel takes
    one of them away. Linux keeps a niceness for each thread; elsewhere nothing happens.
    """
    if sys.platform != "linux":
        return
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    except OSError as problem:  # a container may forbid it
        _log.warning("the engine cannot give way to the screen: %s", problem)
