"""Whether a prompt was ever sent on this machine: until then the arena says how to begin."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tui_arena.folders import state_folder


def _note() -> Path:
    return state_folder() / "first-prompt-sent"


def is_first_run() -> bool:
    """Whether no prompt was sent yet."""
    return not _note().exists()


def remember_first_prompt() -> None:
    """Remember that one was sent; where that cannot be, the arena says again how to begin."""
    with contextlib.suppress(OSError):
        _note().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _note().touch(mode=0o600)
