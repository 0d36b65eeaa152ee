"""The replay of a session: its stage, and every key and click on it handed to its command."""

from __future__ import annotations

from textual import events
from textual.actions import parse
from textual.binding import Binding, BindingsMap

from tui_arena.keyboard import without_alt
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
            for c in showing.commands
        )
        self._actions = {command.id: command.action for command in showing.commands}
        self._replaying = Replaying(self)

    def action_command(self, command: str) -> None:
        """Carry out a command of the key table."""
        self.notice = ""
        _, name, arguments = parse(self._actions[command])
        getattr(self._replaying, name)(*arguments)
        self.show_soon()

    def on_key(self, event: events.Key) -> None:
        """Go back, and pass on a key that arrived as one with its Esc."""
        if self.showing.goes_back and event.key.startswith("alt+"):
            event.stop()
            self._replaying.leave()
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)

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
        where = "give them in the arena, with --resume"
        if self.showing.goes_back:
            where = "open the session to give them"
        self.notice = f"A replay shows marks; {where}."
        self.show_soon()
