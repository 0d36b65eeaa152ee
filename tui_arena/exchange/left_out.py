"""What a format cannot hold, counted by kind and told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tui_arena.judgement import standing_marks
from tui_arena.session import SIDES, Session


class Kind(NamedTuple):
    """Something that was left out, in words after a count of one, and of more."""

    one: str
    many: str


MARKS = Kind("mark", "marks")
TAKEN_BACK = Kind("mark that was taken back", "marks that were taken back")
VOTES = Kind("vote", "votes")
ATTEMPTS = Kind("attempt that is not in the dialog", "attempts that are not in the dialog")
OUT_OF_CONTEXT = Kind(
    "turn that is not in the context: set aside, failed or without an answer",
    "turns that are not in the context: set aside, failed or without an answer",
)
SET_ASIDE = Kind(
    "turn that other turns took the place of", "turns that other turns took the place of"
)
OWN_WORDS = Kind(
    "text of an answer that a person edited (the edited one stands in its place)",
    "texts of answers that a person edited (the edited ones stand in their place)",
)
SYSTEMS = Kind("system text", "system texts")
TIMINGS = Kind("timing", "timings")


@dataclass(slots=True)
class LeftOut:
    """Counts of what was left out."""

    _counts: dict[Kind, int] = field(default_factory=dict)

    def add(self, kind: Kind, count: int = 1) -> None:
        """Count something that was left out."""
        if count:
            self._counts[kind] = self._counts.get(kind, 0) + count

    def give(self, other: LeftOut) -> None:
        """Hand all counts over to another one."""
        for kind, count in self._counts.items():
            other.add(kind, count)
        self._counts.clear()

    def of(self, session: Session, *kinds: Kind) -> None:
        """Count what a session has of these kinds, those of this module."""
        there = _survey(session)
        for kind in kinds:
            self.add(kind, there[kind])

    def lines(self) -> list[str]:
        """Return a line for each kind, such as "2 marks"."""
        return [
            f"{count} {kind.one if count == 1 else kind.many}"
            for kind, count in self._counts.items()
        ]


def _survey(session: Session) -> dict[Kind, int]:
    """Count what there is of each kind of this module."""
    counts = dict.fromkeys(
        (MARKS, TAKEN_BACK, ATTEMPTS, OUT_OF_CONTEXT, SET_ASIDE, OWN_WORDS, SYSTEMS, TIMINGS), 0
    )
    for side in SIDES:
        pane = session.panes[side]
        counts[SYSTEMS] += bool(pane.system)
        gone = [turn for group in pane.set_aside for turn in group.turns]
        counts[SET_ASIDE] += len(gone)
        counts[OUT_OF_CONTEXT] += sum(not turn.in_context for turn in pane.turns)
        counts[OWN_WORDS] += sum(turn.in_context and turn.response.edited for turn in pane.turns)
        for turn in pane.turns:
            counts[ATTEMPTS] += len(turn.attempts) - 1
        for attempt in (a for turn in [*pane.turns, *gone] for a in turn.attempts):
            counts[MARKS] += sum(standing_marks(attempt.marks).values())
            counts[TAKEN_BACK] += sum(entry.action == "remove" for entry in attempt.marks)
            counts[TIMINGS] += bool(attempt.timing.chunks)
    voted = {
        (vote.left.turn, vote.left.attempt, vote.right.turn, vote.right.attempt, vote.by): vote
        for vote in session.votes
    }
    counts[VOTES] = sum(vote.action == "add" for vote in voted.values())
    return counts
