"""What went wrong while a model was loaded, in one sentence."""

from __future__ import annotations

import re

from tui_arena.engine.hubs import explain
from tui_arena.engine.profile import Profile

_MISSING = re.compile(r"`([^`]+)` doesn't exist in preset directory")
"""How KerasHub 0.32 says that a preset lacks a file."""

_RATHER = {"model.weights.json": "model.weights.h5"}
"""The file to name instead of the one that was looked for last."""

_MOST_LETTERS = 300


def sentence(problem: BaseException, profile: Profile) -> str:
    """Say what a person can do about what KerasHub, a hub's client or a file format raised."""
    if (refusal := explain(problem, profile.preset)) is not None:
        return refusal
    reason = " ".join(str(problem).split()) or type(problem).__name__
    if isinstance(problem, FileNotFoundError) and (missing := _MISSING.search(reason)):
        file = _RATHER.get(missing[1], missing[1])
        return f"{profile.preset} is not whole: it has no {file}; fetch or copy the model again."
    return f"{profile.name} cannot be loaded: {reason[:_MOST_LETTERS]}"
