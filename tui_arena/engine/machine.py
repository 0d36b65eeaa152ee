"""This machine as JAX sees it, and how one model's weights really lie on it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from tui_arena.engine import runtime
from tui_arena.engine.layout import Audit
from tui_arena.engine.plan import KEPT_FREE, Machine
from tui_arena.engine.profile import Profile


def this_machine(devices: int | None = None) -> Machine:
    """Return the devices that models would lie on here, of so many; imports JAX.

    Raises `ShardingError` where there are fewer.
    """
    runtime.prepare()
    from tui_arena.engine.sharding import placement_on

    found = placement_on(devices).devices
    cpu = found[0].platform == "cpu"
    return Machine(len(found), _memory_of(found), kind=found[0].device_kind, cpu=cpu)


def budget_of(devices: Sequence[Any]) -> int:
    """Return the bytes of each device that weights and caches may take, were nothing else said."""
    return max(0, _memory_of(devices) - KEPT_FREE)


def free_on(devices: Sequence[Any]) -> int | None:
    """Return the free bytes of the fullest device, None where devices do not tell."""
    told = [device.memory_stats() for device in devices]
    free = [stats["bytes_limit"] - stats["bytes_in_use"] for stats in told if stats]
    return min(free, default=None)


def _memory_of(devices: Sequence[Any]) -> int:
    """Return the bytes of each device; several that are one processor share its memory."""
    told = None if devices[0].platform == "cpu" else devices[0].memory_stats()
    if told:
        return int(told["bytes_limit"])
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // len(devices)


def loaded_audit(profile: Profile) -> Audit:
    """Load a model and say how its weights lie; raises `ArenaError` where that fails."""
    runtime.prepare()
    from tui_arena.engine.loading import load_model
    from tui_arena.engine.sharding import audit

    model = load_model(profile, lambda event: None, compiled=False)
    return audit(model.backbone.variables)
