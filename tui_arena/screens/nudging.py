"""Commands of correcting: the palette of nudges, and a free prompt that is meant as one."""

from __future__ import annotations

from tui_arena.nudges import BUILT_IN, NudgesError, own_nudges
from tui_arena.screens import routing, sending
from tui_arena.screens.choose import Choice, Choose, Way
from tui_arena.screens.live_side import Waiting
from tui_arena.screens.stage import Stage


class Nudging:
    """Sends corrections; each names the response that it corrects."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._to: routing.Route = "both"
        """Where the nudge of the open palette goes."""

    def open(self) -> None:
        """Show the palette, for the chosen side."""
        stage = self._stage
        self._to = stage.chosen
        problems: list[str] = []
        try:
            own = own_nudges()
        except NudgesError as problem:
            own, problems = (), [str(problem)]
        scripted = [step.prompt for step in stage.script.steps if step.kind == "correction"]
        notes = {
            **dict.fromkeys(BUILT_IN, ""),
            **dict.fromkeys(scripted, "scenario"),
            **dict.fromkeys(own, "yours"),
        }
        texts = dict.fromkeys((*own, *scripted, *BUILT_IN))
        stage.app.push_screen(
            Choose(
                title=lambda: f"A correction to {self._to}",
                choices=[Choice(text, text, notes[text]) for text in texts],
                ways={
                    "enter": Way("Enter", "send", self._send),
                    "tab": Way("Tab", "edit first", self._edit),
                    "f4": Way("F4", "other side", self._turn),
                },
                signs=stage.signs,
                problems=problems,
            )
        )

    def toggle(self) -> None:
        """Say whether the prompt being written is a correction."""
        self._stage.correcting = not self._stage.correcting

    def _send(self, text: str) -> str | None:
        stage = self._stage
        takers = routing.takers(stage.sides, self._to)
        if not takers:
            return routing.refusal(stage.sides, self._to, what="Not sent")
        if len(takers) == 1:
            stage.notice = f"Sent to the {takers[0].side}."
        selected, attempts = stage.rating.selected, stage.attempts
        sending.give(
            stage,
            [
                (
                    live,
                    Waiting(text, "correction", corrects=selected(live.side), attempts=attempts),
                )
                for live in takers
            ],
        )
        return None

    def _edit(self, text: str) -> None:
        """Put the nudge on the writing line, before what stands there."""
        stage = self._stage
        stage.prompt.put_back(f"{text} " if stage.prompt.text else text)
        stage.correcting = stage.writing = True
        stage.set_focus(stage.prompt)
        if stage.route != self._to:
            stage.notice = f"It goes to {stage.route}; {stage.key('route')} changes that."

    def _turn(self, text: str) -> str:
        at = routing.ROUTES.index(self._to)
        self._to = routing.ROUTES[(at + 1) % len(routing.ROUTES)]
        return ""
