"""The arena: the stage, and every key and click on it handed to the command that it means."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.actions import parse
from textual.binding import BindingsMap

from tui_arena import keyboard
from tui_arena.command import holds
from tui_arena.keymap import BY_ID
from tui_arena.screens.again import Again
from tui_arena.screens.asking import Asking
from tui_arena.screens.blindness import Blindness
from tui_arena.screens.comparing import Comparing
from tui_arena.screens.copying import Copying
from tui_arena.screens.finding import Finding
from tui_arena.screens.forking import Forking
from tui_arena.screens.leaving import Leaving
from tui_arena.screens.library import Library
from tui_arena.screens.looking import Looking
from tui_arena.screens.marking import Marking
from tui_arena.screens.models import Models
from tui_arena.screens.nudging import Nudging
from tui_arena.screens.playing import Playing
from tui_arena.screens.programs import Programs
from tui_arena.screens.revising import Revising
from tui_arena.screens.scoring import Scoring
from tui_arena.screens.searching import Searching
from tui_arena.screens.sitting import Sitting
from tui_arena.screens.stage import Stage
from tui_arena.screens.steering import Steering
from tui_arena.screens.transplanting import Transplanting
from tui_arena.screens.viewing import Viewing
from tui_arena.screens.writing import Writing
from tui_arena.session import SIDES
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.prompt import PromptArea
from tui_arena.widgets.transcript import Transcript
from tui_arena.widgets.turn_view import TurnView


class ArenaScreen(Stage):
    """Hands keys and clicks on; what a command does is in its group, by idea."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        # Not by Textual's own key maps: these take Esc from one command where another one has it.
        self._bindings = BindingsMap(keyboard.bindings(sitting.commands))
        self._writing, self._marking = Writing(self), Marking(self)
        looking, blindness = Looking(self), Blindness(self)
        blindness.begin_with_the_arena(asked=sitting.blind)
        self.commands: Mapping[str, object] = {
            "writing": self._writing,
            "steering": Steering(self),
            "marking": self._marking,
            "asking": Asking(self),
            "again": Again(self),
            "revising": Revising(self),
            "playing": Playing(self),
            "nudging": Nudging(self),
            "transplanting": Transplanting(self),
            "forking": Forking(self),
            "library": Library(self),
            "scoring": Scoring(self, self._marking),
            "models": Models(self),
            "looking": looking,
            "searching": Searching(self, looking),
            "viewing": Viewing(self),
            "comparing": Comparing(self),
            "copying": Copying(self),
            "programs": Programs(self),
            "finding": Finding(self, carry_out=self.action_command),
            "judging": blindness,
            "leaving": Leaving(self),
        }
        """The groups of commands, by the names that the key map calls them."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a command through only in the state it belongs to."""
        if action == "command":
            return holds(BY_ID[str(parameters[0])].when, writing=self.writing)
        return self.writing if action == "escaped_command" else True

    def action_command(self, command: str) -> None:
        """Carry out a command of the key map."""
        self.notice = ""
        group, name, arguments = parse(BY_ID[command].action)
        getattr(self.commands[group], name)(*arguments)

    def action_escaped_command(self, command: str) -> None:
        """Leave the writing line and carry out a command: Esc and its key arrived as one."""
        self._writing.leave_line()
        self.action_command(command)

    def on_key(self, event: events.Key) -> None:
        """Say so where a key means nothing: what was bound, or is text, never comes here."""
        if not self.writing and event.is_printable and event.character:
            self.notice = f"{event.character} is no command; {self.key('help-too')} shows all."

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The state follows the focus, so that a click changes it as a key does."""
        if isinstance(event.widget, PromptArea):
            self.writing = True
        elif isinstance(event.widget, Transcript):
            self.writing = False
            self.chosen = "left" if event.widget.id == "left-transcript" else "right"

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """The mouse chose a side."""
        self.chosen = message.side

    def on_turn_view_picked(self, message: TurnView.Picked) -> None:
        """The mouse selected a response."""
        for side in SIDES:
            if self.desk.pane(side).view(message.view.turn) is message.view:
                self.chosen = side
                self.rating.select(side, message.view.turn)
        self.show()

    def on_mark_bar_pressed(self, message: MarkBar.Pressed) -> None:
        """The mouse gave a mark."""
        self._marking.mark(message.side, message.mark)

    def on_text_area_changed(self) -> None:
        """Who writes on has read the notice."""
        self.notice = ""

    def on_prompt_area_sent(self, message: PromptArea.Sent) -> None:
        """Send the prompt."""
        self._writing.send(message.text)
