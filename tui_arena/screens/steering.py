"""Commands of steering: which side is meant, where prompts go, pause and stop."""

from __future__ import annotations

from tui_arena.screens import routing
from tui_arena.screens.stage import Stage
from tui_arena.session import Side


class Steering:
    """Decides which side goes on, and which one gets the next prompt."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def other_side(self) -> None:
        """Choose the other side."""
        stage = self._stage
        stage.chosen = "right" if stage.chosen == "left" else "left"
        if not stage.writing:
            stage.set_focus(stage.desk.pane(stage.chosen).transcript)

    def route(self) -> None:
        """Send the next prompts elsewhere."""
        at = routing.ROUTES.index(self._stage.route)
        self._stage.route = routing.ROUTES[(at + 1) % len(routing.ROUTES)]

    def pause(self, side: Side) -> None:
        """Pause or resume a side."""
        live = self._stage.sides[side]
        if live.paused:
            live.resume()
        else:
            live.pause()

    def pause_here(self) -> None:
        """Pause or resume the chosen side."""
        self.pause(self._stage.chosen)

    def stop(self) -> None:
        """End the chosen side's answer here."""
        side = self._stage.chosen
        if not self._stage.sides[side].stop():
            self._stage.notice = f"No answer is under way on the {side}."
