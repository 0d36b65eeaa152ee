"""The scenario that is played, and how far each side is in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tui_arena.scenario import Scenario, Step
from tui_arena.session import SIDES, Panes, Side, Turn


class Script:
    """Each side has its own place, because a step may go to one side only."""

    def __init__(self, scenario: Scenario | None, panes: Panes) -> None:
        """`panes` hold what was said so far: a side goes on after the last step in it."""
        self.scenario = scenario
        self._panes = panes
        self._next: dict[Side, int] = {}
        for side in SIDES:
            self.find_place(side)

    @property
    def steps(self) -> Sequence[Step]:
        """The steps; none where no scenario is played."""
        return self.scenario.steps if self.scenario is not None else ()

    @property
    def system(self) -> str:
        """The system text that the scenario says; empty where it says none, or none is played."""
        return self.scenario.system if self.scenario is not None else ""

    @property
    def title(self) -> str:
        """What is played, for people."""
        if self.scenario is None:
            return "free conversation"
        return self.scenario.title or self.scenario.name

    @property
    def words(self) -> str:
        """Which step comes next; of both sides where they are not in the same place."""
        left, right = (self._next[side] for side in SIDES)
        count = len(self.steps)
        if not count:
            return ""
        if left == right:
            return f"next: step {left} of {count}" if left <= count else f"all {count} steps played"
        places = [str(place) if place <= count else "done" for place in (left, right)]
        return f"next of {count} steps: left {places[0]}, right {places[1]}"

    def number(self, side: Side) -> int:
        """Return which step is next on a side, from 1; one more than there are after the last."""
        return self._next[side]

    def step(self, number: int | None) -> Step | None:
        """Return a step by its number; None where there is none."""
        known = number is not None and 1 <= number <= len(self.steps)
        return self.steps[number - 1] if known and number is not None else None

    def go(self, side: Side, number: int) -> None:
        """Make a step the next one; before the first is the first, after the last the end."""
        self._next[side] = max(1, min(number, len(self.steps) + 1))

    def find_place(self, side: Side) -> None:
        """Go on after the last step that the side's turns hold."""
        sent = [turn.prompt.step or 0 for turn in self._panes[side].turns]
        self.go(side, next((number for number in reversed(sent) if number), 0) + 1)

    def last_sent(self, side: Side, until: Turn) -> Turn | None:
        """Return the latest turn with a step, up to a turn of the side; None where there is none.

        A free correction belongs to the step before it.
        """
        found = None
        for turn in self._panes[side].turns:
            if turn.prompt.step is not None:
                found = turn
            if turn is until:
                break
        return found

    def played(self) -> bool:
        """Whether a step of this session's scenario has gone out."""
        return any(
            turn.prompt.step is not None for side in SIDES for turn in self._panes[side].turns
        )

    def load(self, scenario: Scenario) -> None:
        """Play a scenario from its beginning."""
        self.scenario = scenario
        self._next = dict.fromkeys(SIDES, 1)


def in_words(numbers: Collection[tuple[Side, int]]) -> str:
    """Say which step went to which side."""
    return ", ".join(f"step {number} to the {side}" for side, number in numbers)
