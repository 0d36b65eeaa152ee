"""What the screen of error patterns is opened with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_arena.patterns.embed import Embedder
from tui_arena.screens.scores.showing import Showing


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternShowing(Showing):
    """What the screen of patterns needs besides."""

    models: Sequence[str] = ()
    """Those to look at; the first two are compared."""
    embedder: Callable[[], Embedder]
    """Returns what tells which prompts are alike; called in a thread."""
    names: Path
    """The file with the names of groups."""
