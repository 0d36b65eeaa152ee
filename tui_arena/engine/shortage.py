"""The sentence for a model that finds too little memory: how much, and what would make room."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tui_arena.errors import ArenaError


class NoMemory(ArenaError):
    """A model that finds no room beside the others."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that a person can do to make room."""

    verb: str
    """For example "unload"."""
    name: str
    """Of the profile that it is done to."""
    frees: int
    """Bytes of each device."""
    model: Any
    """What it is done to."""
    unloads: bool = True
    """Whether its weights go; else only its cache does."""


Lacking = Callable[[Collection[Remedy]], int]
"""Bytes of each device that are still missing after some remedies."""


def too_little(name: str, needed: int, lacking: Lacking, *steps: Sequence[Remedy]) -> NoMemory:
    """Say what a model needs, what is free, and what to do.

    Args:
        name: the profile that finds no room.
        needed: bytes of each device.
        lacking: how much is missing.
        steps: what can be done, the mildest first; later ones only where those do not suffice.
    """
    free = max(0, needed - lacking(()))
    start = f"{name} needs {_size(needed, up=True)} on each device"
    remedies: list[Remedy] = []
    for step in steps:
        remedies += sorted(step, key=lambda remedy: -remedy.frees)
        if chosen := _enough(remedies, lacking):
            return NoMemory(f"{start} and {_size(free)} are free; {chosen} first.")
    most = max(0, needed - lacking(remedies))
    return NoMemory(
        f"{start}, and no more than {_size(most)} can be had; choose a smaller model, or a shorter "
        "`context` in its profile."
    )


def refused(name: str, what: str, remedies: Sequence[Remedy]) -> NoMemory:
    """Say that a device had less than it should have, for example "while it was loaded"."""
    largest_first = sorted(remedies, key=lambda remedy: -remedy.frees)
    todo = f"{_joined(largest_first, 'or')} first" if remedies else "choose a smaller model"
    return NoMemory(f"The device ran out of memory for {name} {what}; {todo}.")


def _enough(remedies: Sequence[Remedy], lacking: Lacking) -> str | None:
    """Name the remedies of which each is enough, else as few as are enough together."""
    alone = [remedy for remedy in remedies if lacking([remedy]) <= 0]
    if alone:
        return _joined(alone, "or")
    together = list(remedies)
    if lacking(together) > 0:
        return None
    for remedy in reversed(remedies):
        rest = [other for other in together if other is not remedy]
        if lacking(rest) <= 0:
            together = rest
    return _joined(together, "and")


def _joined(remedies: Sequence[Remedy], word: str) -> str:
    said: list[str] = []
    for index, remedy in enumerate(remedies):
        verb = "" if index and remedies[index - 1].verb == remedy.verb else f"{remedy.verb} "
        said.append(f"{verb}{remedy.name} ({_size(remedy.frees)})")
    return f" {word} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _size(size: int, *, up: bool = False) -> str:
    """Write bytes in two decimals; what is needed is rounded up, so that it never seems to fit."""
    unit, name = (10**9, "GB") if size >= 10**7 else (10**6, "MB")
    hundredths = (math.ceil if up else math.floor)(size * 100 / unit)
    return f"{hundredths / 100:.2f} {name}"
