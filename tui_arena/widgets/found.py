"""Where a query stands in a turn, whether the turn is drawn or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui_arena.session import Turn
from tui_arena.widgets.look import places
from tui_arena.widgets.signs import Signs

Part = Literal["prompt", "answer"]


@dataclass(frozen=True, slots=True)
class Found:
    """A match in a turn."""

    part: Part
    at: int
    """Where it begins in that part's text as it is shown."""


def find(turn: Turn, query: str, signs: Signs) -> list[Found]:
    """Return where a query stands in a turn, in order."""
    parts: tuple[Part, Part] = ("prompt", "answer")
    return [Found(part, at) for part in parts for at in places(query, text_of(turn, part, signs))]


def text_of(turn: Turn, part: Part, signs: Signs) -> str:
    """Return a part of a turn as it is shown."""
    return signs.text(turn.prompt.text if part == "prompt" else turn.response.said)
