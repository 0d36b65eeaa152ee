"""Which response the marks go to, and what was done to marks, so that it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tui_arena.conversation import Conversation
from tui_arena.judgement import marks_of, take_back_marks, take_over
from tui_arena.session import SIDES, Attempt, Mark, MarkEntry, Side, Turn


class Rating:
    """Marks go to the selected response of a side, and to its latest where none is selected."""

    def __init__(self, conversations: Mapping[Side, Conversation]) -> None:
        self._conversations = conversations
        self._selected: dict[Side, Turn | None] = dict.fromkeys(SIDES)
        self._done: list[tuple[Side, Attempt, Sequence[MarkEntry]]] = []

    def selected(self, side: Side) -> Turn | None:
        """Return the turn that was selected, None where the latest is meant."""
        return self._selected[side]

    def target(self, side: Side) -> Turn | None:
        """Return the turn whose response the marks go to."""
        conversation = self._conversations[side]
        turns = conversation.turns
        return self._selected[side] or conversation.latest or (turns[-1] if turns else None)

    def given(self, side: Side) -> frozenset[Mark]:
        """Return the marks of this rater that stand on the target."""
        turn = self.target(side)
        if turn is None:
            return frozenset()
        return marks_of(turn.response, self._conversations[side].rater)

    def select(self, side: Side, turn: Turn | None) -> None:
        """Select a turn; None means the latest, whichever that is."""
        self._selected[side] = turn

    def forget(self, side: Side) -> None:
        """Select the latest, and undo no mark of a response that is not there any more."""
        self._selected[side] = None
        here = {id(a) for turn in self._conversations[side].turns for a in turn.attempts}
        self._done = [done for done in self._done if done[0] != side or id(done[1]) in here]

    def step(self, side: Side, step: int) -> Turn | None:
        """Select the turn above (-1) or below (1); None after the last: the latest again."""
        turns = self._conversations[side].turns
        latest = len(turns) - 1
        target = self.target(side)
        at = next((n for n, turn in enumerate(turns) if turn is target), latest)
        at = max(0, at + step)
        self._selected[side] = turns[at] if at < len(turns) else None
        return self._selected[side]

    def toggle(self, side: Side, mark: Mark) -> Turn | None:
        """Give the target a mark or take it back; return the turn, None where there is none."""
        turn = self.target(side)
        if turn is not None:
            self.toggle_at(side, turn.response, mark)
        return turn

    def toggle_at(self, side: Side, attempt: Attempt, mark: Mark) -> None:
        """Give a response a mark or take it back, whichever is the target."""
        entry = self._conversations[side].toggle(attempt, mark)
        self._done.append((side, attempt, [entry]))

    def take_over(self, side: Side, marks: Collection[Mark]) -> None:
        """Give the target the marks that are suggested for it."""
        turn = self.target(side)
        if turn is not None:
            rater = self._conversations[side].rater
            entries = take_over(turn.response, marks, by=rater)
            self._done.append((side, turn.response, entries))

    def undo(self) -> tuple[Side, Sequence[MarkEntry]] | None:
        """Take back the last change; return its side and entries."""
        if not self._done:
            return None
        side, attempt, entries = self._done.pop()
        take_back_marks(attempt, entries)
        return side, entries
