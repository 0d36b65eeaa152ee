"""Counting what XLA compiles in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import jax

from tui_arena.engine.engine import KerasEngine

_EVENT = "/jax/core/compile/backend_compile_duration"


class Compilations:
    """Counts compilations while it is asked to."""

    def __init__(self) -> None:
        self.count = 0
        self._counting = False
        jax.monitoring.register_event_duration_secs_listener(self._heard)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Within it compilations count."""
        self._counting = True
        try:
            yield
        finally:
            self._counting = False

    def _heard(self, event: str, seconds: float, **more: object) -> None:
        self.count += self._counting and event == _EVENT


async def settled(engine: KerasEngine) -> None:
    """Wait until nothing is compiled beside the work any more."""
    models = list(engine._models.values())
    while any(model.padded_rows(8) < 8 for model in models):
        await asyncio.sleep(0.1)
