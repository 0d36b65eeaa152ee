"""Commands of writing: send the prompt, leave the line, go back to it."""

from __future__ import annotations

from tui_arena.screens import routing
from tui_arena.screens.stage import Stage


class Writing:
    """Sends prompts, and changes between text and commands."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def send(self, text: str) -> None:
        """Send the prompt to the sides that can take it."""
        stage = self._stage
        if not text.strip():
            stage.notice = "Nothing to send yet: write something first."
            return
        takers = routing.takers(stage.sides, stage.route)
        if not takers:
            stage.prompt.put_back(text)
            stage.notice = routing.refusal(stage.sides, stage.route)
            return
        for live in takers:
            live.give(text)

    def leave_line(self) -> None:
        """From now on keys are commands."""
        self._stage.writing = False
        self._stage.set_focus(self._stage.desk.pane(self._stage.chosen).transcript)

    def write(self) -> None:
        """From now on keys are text."""
        self._stage.writing = True
        self._stage.set_focus(self._stage.prompt)
