"""What this engine is held against on the same weights, each ready to be called."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path

from benchmarks.answers import story
from benchmarks.child import NEEDS, Child, is_installed
from benchmarks.machine import bandwidth, floor_seconds, weight_bytes
from benchmarks.others import generate_rate
from tui_arena.engine.loading import load_model
from tui_arena.engine.profile import Profile
from tui_arena.engine.sources import files_of
from tui_arena.engine.template import render

CONTEXT = 8192
"""Tokens that llama.cpp's cache holds, as this engine's does."""


def prepared(
    profile: Profile, ids: list[int], *, folder: Path, tokens: int
) -> dict[str, Callable[[], float | None]]:
    """Return calls that give tokens a second; those that are not installed are left out.

    Args:
        profile: whose weights to use.
        ids: what this engine answers to `story`, greedily.
        folder: where weights may be written out at float32.
        tokens: how many to decode.
    """
    model = load_model(profile, lambda event: None, compiled=False)
    prompt = render(profile.template, model.codec, story(profile, tokens=1).messages)
    backbone = model.backbone
    calls: dict[str, Callable[[], float | None]] = {
        "limit": lambda: bandwidth() / weight_bytes(backbone),
        "bare_products": lambda: 1 / statistics.median(floor_seconds(backbone)),
        "generate_256": generate_rate(backbone, prompt, ids, length=256),
        "generate_2048": generate_rate(backbone, prompt, ids, length=2048),
    }
    gguf = files_of(profile)
    if gguf is not None and gguf.suffix == ".gguf":
        for name in filter(is_installed, NEEDS):
            child = Child(
                name, gguf=gguf, folder=folder, prompt=prompt, tokens=tokens, context=CONTEXT
            )
            calls[name] = child.rate
    return calls
