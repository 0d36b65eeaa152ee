"""The screen of error patterns: its pages, and what carries out the commands on them."""

from __future__ import annotations

from tui_arena.screens.patterns.pattern_pages import PatternPages
from tui_arena.screens.patterns.seeking import Seeking


class PatternScreen(PatternPages):
    """Hands keys on; what they do is in `Seeking`."""

    def _commands(self) -> Seeking:
        return Seeking(self)
