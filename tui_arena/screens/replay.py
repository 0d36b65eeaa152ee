"""The replay of a session: its stage, and every key and click on it handed to its command."""

from __future__ import annotations

from textual.actions import parse
from textual.binding import Binding, BindingsMap

from tui_arena.keymap.replaying import BY_ID, REPLAYING
from tui_arena.screens.replay_stage import ReplayStage, Showing
from tui_arena.screens.replaying import Replaying
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.scrub_bar import ScrubBar


class ReplayScreen(ReplayStage):
    """Hands keys and clicks on; what keys do is in `Replaying`."""

    def __init__(self, showing: Showing) -> None:
        super().__init__(showing)
        self._bindings = BindingsMap(
            Binding(",".join(c.keys), f"command('{c.id}')", c.words, show=False, priority=True)
            for c in REPLAYING
        )
        self._replaying = Replaying(self)

    def action_command(self, command: str) -> None:
        """Carry out a command of the key table."""
        self.notice = ""
        _, name, arguments = parse(BY_ID[command].action)
        getattr(self._replaying, name)(*arguments)
        self.show_soon()

    def on_scrub_bar_sought(self, message: ScrubBar.Sought) -> None:
        """The mouse asked for another place."""
        self.notice = ""
        self.go(message.at)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """The mouse chose a side."""
        self.chosen = message.side
        self.show_soon()

    def on_mark_bar_pressed(self, message: MarkBar.Pressed) -> None:
        """The mouse wanted to give a mark."""
        self.notice = "A replay shows marks; give them in the arena, with --resume."
        self.show_soon()
