"""The error patterns of saved sessions as a program: one screen, and no engine of its own."""

from __future__ import annotations

from tui_arena.manner import USUAL, Manner
from tui_arena.screens.patterns.pattern_screen import PatternScreen
from tui_arena.screens.patterns.showing import PatternShowing
from tui_arena.terminal_app import TerminalApp, run_to_the_end


class PatternApp(TerminalApp):
    """Opens the patterns."""

    TITLE = "tui-arena patterns"

    def __init__(self, *, showing: PatternShowing, manner: Manner = USUAL) -> None:
        super().__init__(manner)
        self.patterns = PatternScreen(showing)

    def get_default_screen(self) -> PatternScreen:
        """Open the patterns."""
        return self.patterns


def open_patterns(showing: PatternShowing, *, manner: Manner = USUAL) -> int:
    """Show patterns until the person quits; returns the exit status of `run_to_the_end`."""
    return run_to_the_end(PatternApp(showing=showing, manner=manner), save=list)
