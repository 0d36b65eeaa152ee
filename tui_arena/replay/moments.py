"""Everything that happened in a session, one after the other; pieces of text are not listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tui_arena.replay.branches import Branches
from tui_arena.replay.tracks import AttemptTrack, TurnTrack, milliseconds
from tui_arena.session import SIDES, BlindStretch, Session, Side, Vote

Kind = Literal[
    "asked", "again", "first-token", "ended", "continued", "mark", "unmark", "chosen", "aside",
    "back", "edited", "transplant", "restore", "vote", "unvote", "blind", "revealed",
]  # fmt: skip
AT_ONCE = 250
"""Milliseconds; what is asked of both sides, or several times at once, is asked within these."""
JUDGEMENTS: frozenset[Kind] = frozenset({"mark", "unmark", "vote", "unvote"})
"""What the person said of answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened."""

    at: int
    """In milliseconds of the record."""
    kind: Kind
    side: Side | None = None
    """None where it was about both."""
    turn: TurnTrack | None = None
    attempt: AttemptTrack | None = None
    entry: int = 0
    """Which line of the log that tells of it, counted from 0."""
    vote: Vote | None = None
    stretch: BlindStretch | None = None


def moments(session: Session, sides: dict[Side, Branches]) -> list[Moment]:
    """Return all moments of a session in the order of their times."""
    found: list[Moment] = []
    for side in SIDES:
        found += _of_side(side, sides[side])
    at_first = min((moment.at for moment in found), default=0)
    found += _of_both(session, sides, at_first)
    found.sort(key=lambda moment: moment.at)
    return found


def _of_side(side: Side, branches: Branches) -> Iterator[Moment]:
    for at, gone in branches.changes:
        yield Moment(at=at, kind=gone.reason, side=side)
    for place in branches.places:
        if (track := place.track) is None:
            continue
        if not place.copied:
            yield Moment(at=track.asked, kind="asked", side=side, turn=track)
        for number, attempt in enumerate(track.attempts):
            yield from _of_attempt(side, track, attempt, first=not number, copied=place.copied)
        for number, at in enumerate(track.choices_at):
            yield Moment(at=at, kind="chosen", side=side, turn=track, entry=number)
        for number, at in enumerate(track.moves_at):
            action = track.record.moves[number].action
            yield Moment(at=at, kind=action, side=side, turn=track, entry=number)


def _of_attempt(
    side: Side, turn: TurnTrack, attempt: AttemptTrack, *, first: bool, copied: bool
) -> Iterator[Moment]:
    def moment(at: int, kind: Kind, entry: int = 0) -> Moment:
        return Moment(at=at, kind=kind, side=side, turn=turn, attempt=attempt, entry=entry)

    if not copied:
        if not first and attempt.began - turn.asked > AT_ONCE:
            yield moment(attempt.began, "again")
        if attempt.first_token is not None:
            yield moment(attempt.first_token, "first-token")
        for number, phase in enumerate(attempt.phases):
            if number:
                yield moment(phase.began, "continued", number - 1)
            yield moment(phase.ended, "ended", number)
    for number, at in enumerate(attempt.marks_at):
        added = attempt.record.marks[number].action == "add"
        yield moment(at, "mark" if added else "unmark", number)
    for number, at in enumerate(attempt.edits_at):
        yield moment(at, "edited", number)


def _of_both(session: Session, sides: dict[Side, Branches], at_first: int) -> Iterator[Moment]:
    asked = {
        (side, place.turn.id): place.asked or 0 for side in SIDES for place in sides[side].places
    }
    at = at_first
    for vote in session.votes:
        of = (vote.left.turn, vote.right.turn)
        both = (asked.get(each, 0) for each in zip(SIDES, of, strict=True))
        at = max(at, milliseconds(vote.at), *both)
        yield Moment(at=at, kind="vote" if vote.action == "add" else "unvote", vote=vote)
    for stretch in session.blind:
        began = milliseconds(stretch.began)
        yield Moment(at=began, kind="blind", stretch=stretch)
        if stretch.ended is not None:
            ended = max(began, milliseconds(stretch.ended))
            yield Moment(at=ended, kind="revealed", stretch=stretch)
