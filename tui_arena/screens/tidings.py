"""What is told in a toast: ends that nobody could see, and how saving fares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui_arena.screens.live_side import LiveSide


@dataclass(frozen=True, slots=True)
class Tiding:
    """Something that happened, in one sentence; may hold outside text."""

    text: str
    severity: Literal["information", "warning", "error"] = "information"

    @property
    def seconds(self) -> float:
        """How long it stands: what failed is read twice."""
        return 5 if self.severity == "information" else 10


def of_answer(live: LiveSide, *, blind: bool) -> Tiding | None:
    """Tell that a side has answered, or failed to; nothing where more is to come, or was stopped.

    Blind, without the reason of a failure, which may name a model.
    """
    asked = live.asked
    if live.busy or not asked:
        return None
    side, failed = live.side, [attempt for attempt in asked if attempt.stop == "error"]
    if failed and len(asked) > 1:
        text = f"{len(failed)} of {len(asked)} attempts on the {side} failed."
        return Tiding(text, "error")
    if failed:
        why = f": {failed[0].error}" if failed[0].error and not blind else "."
        return Tiding(f"The {side} answer failed{why}", "error")
    if all(attempt.stop == "stopped" for attempt in asked):
        return None
    many = f" all {len(asked)} attempts" if len(asked) > 1 else ""
    return Tiding(f"{side.capitalize()} has answered{many}.")


def of_load(live: LiveSide, *, blind: bool) -> Tiding:
    """Tell that a side's model is there, or why not; blind, not which model it is."""
    profile, side = live.conversation.profile, live.side
    if live.load_error is not None:
        why = "its model could not be loaded." if blind else live.load_error
        return Tiding(f"{side.capitalize()}: {why}", "error")
    name = "its model" if blind else profile.title or profile.name
    return Tiding(f"{side.capitalize()}: {name} is loaded.")


def of_saving(problem: str | None) -> Tiding:
    """Tell that saving began to fail, or works again."""
    if problem is not None:
        return Tiding(f"Not saved: {problem}", "error")
    return Tiding("The session is saved again.")
