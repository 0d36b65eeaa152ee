"""What was said in a session: every answer with what led up to it, dialogs, votes, pairs of turns.

The formats share this view; it knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypedDict

from tui_arena.judgement import standing_vote
from tui_arena.revision import seen_by
from tui_arena.session import (
    SIDES,
    Attempt,
    PaneRecord,
    Session,
    Side,
    Turn,
    Verdict,
    Voted,
)


class Message(TypedDict):
    """One message of a dialog, as most formats write it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, and where it stands."""

    session: Session
    side: Side
    line: Sequence[Turn]
    """The conversation that it belongs to: the one there is, or one that was set aside."""
    number: int
    """Which turn of the line it answers, counted from 1."""
    attempt: Attempt
    gone: bool = False
    """Whether other turns took the place of its turn."""

    @property
    def turn(self) -> Turn:
        """The turn that it answers."""
        return self.line[self.number - 1]

    @property
    def key(self) -> tuple[str, ...]:
        """What is the same for its copy in a fork, and for no other answer."""
        turn, attempt = self.turn, self.attempt
        return (self.side, turn.id, attempt.id, turn.prompt.at, attempt.timing.submitted)

    @property
    def system(self) -> str:
        """The system text that it was asked with, as far as it is known."""
        known = self.attempt.system
        return self.session.panes[self.side].system if known is None else known

    @property
    def stands(self) -> bool:
        """Whether it is in the context of later answers."""
        turn = self.turn
        return not self.gone and turn.in_context and turn.response is self.attempt

    def asked(self, *, system: bool = True) -> list[Message]:
        """Return the messages that the model was given: what stood before it then, the prompt."""
        messages: list[Message] = []
        if system and self.system:
            messages.append({"role": "system", "content": self.system})
        for seen in seen_by(self.attempt, self.line[: self.number - 1]):
            messages += _exchange(seen.turn.prompt.text, seen.text)
        return [*messages, {"role": "user", "content": self.turn.prompt.text}]

    def own_words_at(self, at: str) -> bool:
        """Whether the model's own words stood there at a time, and not a person's."""
        moment = datetime.fromisoformat(at)
        return all(datetime.fromisoformat(edit.at) > moment for edit in self.attempt.edits)


def _exchange(prompt: str, said: str) -> list[Message]:
    return [{"role": "user", "content": prompt}, {"role": "assistant", "content": said}]


def everything_said(session: Session) -> Iterator[Said]:
    """Yield every answer of a session: those that stand, other attempts, and those set aside."""
    for side in SIDES:
        met: set[int] = set()
        for line, gone in _lines(session.panes[side]):
            for number, turn in enumerate(line, 1):
                if id(turn) not in met:
                    met.add(id(turn))
                    for attempt in turn.attempts:
                        yield Said(session, side, line, number, attempt, gone)


def _lines(record: PaneRecord) -> Iterator[tuple[list[Turn], bool]]:
    """Yield the conversation of a side, then those that it was before, newest first."""
    line = record.turns
    yield line, False
    for group in reversed(record.set_aside):
        before = line[: group.after] + group.turns
        yield before, True
        if group.reason == "transplant":
            line = before


class Index:
    """Finds the answers of one session by their ids."""

    def __init__(self, session: Session) -> None:
        self._found = {
            (said.side, said.turn.id, said.attempt.id): said for said in everything_said(session)
        }

    def all(self) -> Iterator[Said]:
        """Yield every answer, those that stand first."""
        yield from self._found.values()

    def find(self, side: Side, turn: str, attempt: str) -> Said | None:
        """Return an answer; None where the session has no such one."""
        return self._found.get((side, turn, attempt))

    def original(self, said: Said) -> Said:
        """Return the answer that this one is a copy of, or itself where it is none."""
        met = {said.key}
        while origin := said.turn.origin:
            found = self.find(origin.side, origin.turn, origin.attempt)
            if found is None or found.key in met:
                break
            met.add(found.key)
            said = found
        return said


def dialog(session: Session, side: Side, *, system: bool = True) -> list[Message]:
    """Return the conversation of a side as it stands: what a next answer would be asked with."""
    standing = [turn for turn in session.panes[side].turns if turn.in_context]
    if not standing:
        return []
    known = standing[-1].response.system
    text = session.panes[side].system if known is None else known
    messages: list[Message] = [{"role": "system", "content": text}] if system and text else []
    for turn in standing:
        messages += _exchange(turn.prompt.text, turn.response.said)
    return messages


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote of one rater that stands."""

    left: Said
    right: Said
    verdict: Verdict
    by: str
    at: str
    blind: bool


def ballots(session: Session, index: Index) -> tuple[list[Ballot], int]:
    """Return the votes that stand, oldest first, and how many are on answers that are not there."""
    last = {
        (vote.left.turn, vote.left.attempt, vote.right.turn, vote.right.attempt, vote.by): vote
        for vote in session.votes
    }
    found, lost = [], 0
    for vote in last.values():
        verdict = standing_vote(session.votes, vote.left, vote.right, vote.by)
        if verdict is None:
            continue
        left, right = _voted(index, "left", vote.left), _voted(index, "right", vote.right)
        if left is None or right is None:
            lost += 1
        else:
            found.append(Ballot(left, right, verdict, vote.by, vote.at, vote.blind))
    return found, lost


def _voted(index: Index, side: Side, voted: Voted) -> Said | None:
    return index.find(side, voted.turn, voted.attempt)


@dataclass(frozen=True, slots=True)
class Row:
    """Turns of both sides that stand beside each other.

    The numbers are places in the conversations, counted from 1; None where that side has none.
    """

    left: int | None
    right: int | None
    alike: bool = False
    """Whether both sides were asked the same."""

    def number(self, side: Side) -> int | None:
        """Return the place on a side."""
        return self.left if side == "left" else self.right


def rows(session: Session) -> list[Row]:
    """Lay both conversations beside each other, the same prompts in the same rows.

    Between these, other prompts of both sides share rows in their order.
    """
    left, right = ([turn.prompt.text for turn in session.panes[side].turns] for side in SIDES)
    found = []
    for tag, i, j, m, n in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        pairs = zip_longest(range(i + 1, j + 1), range(m + 1, n + 1))
        found += [Row(a, b, alike=tag == "equal") for a, b in pairs]
    return found
