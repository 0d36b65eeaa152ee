"""Rating saved responses: the stage, and every key and click on it handed to its command."""

from __future__ import annotations

from textual import events
from textual.actions import parse
from textual.binding import BindingsMap

from tui_arena import keyboard
from tui_arena.screens.rate_commands import RateCommands
from tui_arena.screens.rate_stage import RateStage, RatingSetup
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.transcript import Transcript


class RateScreen(RateStage):
    """Hands keys and clicks on; what keys do is in `RateCommands`."""

    def __init__(self, setup: RatingSetup) -> None:
        super().__init__(setup)
        self._bindings = BindingsMap(keyboard.bindings(setup.commands))
        self._carry_out = RateCommands(self)
        self._actions = {command.id: command.action for command in setup.commands}

    def action_command(self, command: str) -> None:
        """Carry out a command."""
        self.notice = ""
        _, name, arguments = parse(self._actions[command])
        getattr(self._carry_out, name)(*arguments)

    def action_escaped_command(self, command: str) -> None:
        """Carry out a command: Esc and its key arrived as one."""
        self.action_command(command)

    def on_mark_bar_pressed(self, message: MarkBar.Pressed) -> None:
        """The mouse gave a mark."""
        self._carry_out.mark(message.side, message.mark)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """The mouse chose a side."""
        self.chosen = message.side

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The chosen side follows the focus."""
        if isinstance(event.widget, Transcript):
            self.chosen = "left" if event.widget.id == "left-transcript" else "right"
