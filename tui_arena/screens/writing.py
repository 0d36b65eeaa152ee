"""Commands of writing: send the prompt, leave the line, go back to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tui_arena.prompt_history import PromptHistory
from tui_arena.screens import routing, sending
from tui_arena.screens.live_side import Waiting
from tui_arena.screens.stage import Stage
from tui_arena.session import PromptKind, Side


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
            stage.notice = routing.refusal(
                stage.sides, stage.route, what="Not sent, your text stays"
            )
            return
        history = stage.prompt.asked_before
        if history is not None:
            history.add(text)
            stage.spawn(self._keep(history, text))
        kind: PromptKind = "correction" if stage.correcting else "free"
        stage.correcting = False

        def taken_back(sides: Sequence[Side]) -> None:
            if len(sides) == len(takers):  # nobody was asked, so it is as if it were not sent
                stage.prompt.put_back(text)
                stage.correcting = kind == "correction"

        sending.give(
            stage,
            [
                (
                    live,
                    Waiting(
                        text,
                        kind,
                        corrects=stage.rating.selected(live.side),
                        attempts=stage.attempts,
                    ),
                )
                for live in takers
            ],
            taken_back=taken_back,
        )

    async def _keep(self, history: PromptHistory, text: str) -> None:
        """Write the prompt down for later sittings."""
        try:
            await asyncio.to_thread(history.keep, text)
        except OSError as problem:
            self._stage.notice = f"Sent, but not remembered: {problem.strerror or problem}."

    def leave_line(self) -> None:
        """From now on keys are commands."""
        self._stage.writing = False
        self._stage.set_focus(self._stage.desk.pane(self._stage.chosen).transcript)

    def write(self) -> None:
        """From now on keys are text."""
        self._stage.writing = True
        self._stage.set_focus(self._stage.prompt)
