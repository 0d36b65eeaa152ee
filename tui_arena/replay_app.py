"""The replay as a program: one screen, no engine."""

from __future__ import annotations

from tui_arena.manner import Manner
from tui_arena.screens.replay import ReplayScreen
from tui_arena.screens.replay_stage import Showing
from tui_arena.terminal_app import TerminalApp, run_to_the_end


class ReplayApp(TerminalApp):
    """Opens the replay."""

    TITLE = "tui-arena replay"

    def __init__(self, *, showing: Showing, manner: Manner) -> None:
        super().__init__(manner)
        self.replay = ReplayScreen(showing)

    def get_default_screen(self) -> ReplayScreen:
        """Open the replay."""
        return self.replay


def open_replay(showing: Showing, manner: Manner) -> int:
    """Play a session on the terminal until the person quits; returns the exit status.

    The status is that of `run_to_the_end`; there is nothing to save.
    """
    return run_to_the_end(ReplayApp(showing=showing, manner=manner), save=list)
