"""The score screen: its pages, and what carries out the commands on them."""

from __future__ import annotations

from tui_arena.screens.scores.checking import Checking
from tui_arena.screens.scores.score_pages import ScorePages


class ScoreScreen(ScorePages):
    """Hands keys on; what they do is in `Checking`."""

    def _commands(self) -> Checking:
        return Checking(self)
