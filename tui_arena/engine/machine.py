"""This machine as JAX sees it, and how one model's weights really lie on it."""

from __future__ import annotations

import os

from tui_arena.engine import runtime
from tui_arena.engine.layout import Audit
from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile


def this_machine(devices: int | None = None) -> Machine:
    """Return the devices that models would lie on here, of so many; imports JAX.

    Raises `ShardingError` where there are fewer.
    """
    runtime.prepare()
    from tui_arena.engine.sharding import placement_on

    found = placement_on(devices).devices
    first = found[0]
    cpu = first.platform == "cpu"
    told = None if cpu else first.memory_stats()
    memory = (
        told["bytes_limit"] if told else os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE")
    )
    return Machine(len(found), int(memory), kind=first.device_kind, cpu=cpu)


def loaded_audit(profile: Profile) -> Audit:
    """Load a model and say how its weights lie; raises `ArenaError` where that fails."""
    runtime.prepare()
    from tui_arena.engine.loading import load_model
    from tui_arena.engine.sharding import audit

    model = load_model(profile, lambda event: None, compiled=False)
    return audit(model.backbone.variables)
