"""The scores of saved sessions as a program: one screen, no engine."""

from __future__ import annotations

from tui_arena.manner import USUAL, Manner
from tui_arena.screens.scores.score_screen import ScoreScreen
from tui_arena.screens.scores.showing import ScoreShowing
from tui_arena.terminal_app import TerminalApp, run_to_the_end


class ScoreApp(TerminalApp):
    """Opens the scores."""

    TITLE = "tui-arena score"

    def __init__(self, *, showing: ScoreShowing, manner: Manner = USUAL) -> None:
        super().__init__(manner)
        self.scores = ScoreScreen(showing)

    def get_default_screen(self) -> ScoreScreen:
        """Open the scores."""
        return self.scores


def open_scores(showing: ScoreShowing, manner: Manner = USUAL) -> int:
    """Show the scores until the person quits; returns the exit status of `run_to_the_end`."""
    return run_to_the_end(ScoreApp(showing=showing, manner=manner), save=list)
