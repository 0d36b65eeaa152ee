"""What fits on a machine: arithmetic alone, loading neither JAX nor Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_arena.engine.layout import Audit
from tui_arena.engine.profile import Profile
from tui_arena.engine.shapes import Shape

DEFAULT_CONTEXT = 8192
"""Most tokens of a conversation where a profile does not say."""

KEPT_FREE = 500_000_000
"""Bytes of each device that stay free for programs and what they compute: an estimate."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What models are to lie on."""

    devices: int
    memory: int
    """Bytes of each device."""
    kind: str = ""
    """What the devices are; empty where the machine is only planned for."""
    cpu: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What one model needs of each device."""

    names: tuple[str, ...]
    """The profiles that share its weights."""
    dtype: str
    """Of its weights."""
    audit: Audit
    parameters: int
    token_bytes: int
    """KV cache of a token, on all devices together."""
    cache_bytes: int
    """KV cache on each device, for the conversations that it should hold."""
    least_cache: int
    """KV cache on each device for one conversation alone, where memory is short."""

    @property
    def bytes(self) -> int:
        """On each device, weights and cache."""
        return self.audit.device_bytes + self.cache_bytes

    @property
    def least_bytes(self) -> int:
        """On each device, weights and the smallest cache: what it must have to be loaded."""
        return self.audit.device_bytes + self.least_cache


def need_of(profiles: Sequence[Profile], shape: Shape, machine: Machine) -> Need:
    """Say what profiles of the same weights need together."""
    first = profiles[0]
    auto = "float32" if machine.cpu else "bfloat16"
    floats = auto if first.dtype in ("auto", "int8") else first.dtype
    int8 = shape.int8 or first.dtype == "int8"
    usual = min(shape.trained or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
    context = max(profile.context or usual for profile in profiles)
    return Need(
        names=tuple(profile.name for profile in profiles),
        dtype="int8" if int8 else floats,
        audit=shape.planned(floats, machine.devices, int8=int8),
        parameters=shape.parameters,
        token_bytes=shape.token_bytes(floats),
        cache_bytes=shape.cache_bytes(floats, machine.devices, context),
        least_cache=shape.cache_bytes(floats, machine.devices, context, 1),
    )


def fitting(needs: Sequence[Need], memory: int) -> list[Need]:
    """Return as many models as fit on devices of so many bytes, the smallest first."""
    room = memory - KEPT_FREE
    chosen: list[Need] = []
    for need in sorted(needs, key=lambda need: need.bytes):
        if need.bytes > room:
            break
        room -= need.bytes
        chosen.append(need)
    return chosen
