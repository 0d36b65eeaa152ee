"""What one side held at any moment, although turns took the place of others.

The record keeps the conversation as it is now and what was set aside. Backwards from there follows
what stood before each change; all of it together is a tree, in which each conversation that there
ever was is the way from the root to one turn.

A transplant that was taken back left no time of its own; the earliest that it can have been is
taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from tui_arena.replay.tracks import TurnTrack, milliseconds
from tui_arena.session import PaneRecord, SetAside, Turn


class Place:
    """One turn in the tree: what it is, and which turns stand before it."""

    __slots__ = ("asked", "before", "ended", "number", "offset", "track", "turn")

    def __init__(self, turn: Turn, before: Place | None) -> None:
        self.turn = turn
        self.before = before
        self.number: int = before.number + 1 if before is not None else 1
        """Its number in the conversation, counted from 1."""
        self.offset: int = before.offset if before is not None else 0
        """What is added to times of the record, because the clock went back."""
        self.asked: int | None = before.asked if before is not None else None
        """When it came here, or else the turn before it; None where that is not known yet."""
        self.ended: int | None = before.ended if before is not None else None
        """When its first answer had ended, or that of the turn before it."""
        self.track: TurnTrack | None = None

    @property
    def copied(self) -> bool:
        """Whether it was copied from the other side."""
        return self.turn.origin is not None

    def way(self) -> Iterator[Place]:
        """Yield this turn and those before it, the latest first."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.before


_Tip = Place | None
"""The last turn of a conversation; None where it has none."""


class Branches:
    """All turns of one side, and which of them stood at a moment."""

    def __init__(self, record: PaneRecord) -> None:
        self.places: list[Place] = []
        """Every turn that was ever on this side; those before it come before it."""
        self.changes: list[tuple[int, SetAside]] = []
        """When turns gave way to others."""
        tips = [self._grow(None, record.turns)]
        for gone in reversed(record.set_aside):
            tips.append(self._grow(_up_to(tips[-1], gone.after), gone.turns))
        tips.reverse()
        self._ask_own()
        knots: list[tuple[int, _Tip]] = []
        at = 0
        for gone, left, came in zip(record.set_aside, tips, tips[1:], strict=False):
            offset, asked = (left.offset, left.asked or 0) if left is not None else (0, 0)
            at = max(at, milliseconds(gone.at) + offset, asked)
            self.changes.append((at, gone))
            knots.append((at, self._arrive(gone, left, came, at)))
        for place in self.places:
            self._settle(place)
            assert place.asked is not None
            knots.append((place.asked, place))
        knots.sort(key=itemgetter(0))
        self._times = [at for at, _ in knots]
        self._tips = [tip for _, tip in knots]

    def at(self, at: int) -> _Tip:
        """Return the last turn of the conversation as it stood."""
        knot = bisect_right(self._times, at)
        return self._tips[knot - 1] if knot else None

    def _grow(self, tip: _Tip, turns: Sequence[Turn]) -> _Tip:
        for turn in turns:
            tip = Place(turn, tip)
            self.places.append(tip)
        return tip

    def _ask_own(self) -> None:
        """Say when own turns were asked; where a clock went back, the rest comes after."""
        for place in self.places:
            before = place.before
            if before is not None:
                place.offset, place.asked, place.ended = before.offset, before.asked, before.ended
            if place.copied:
                continue
            sent = milliseconds(place.turn.prompt.at)
            asked = sent + place.offset
            if place.asked is not None and asked < place.asked:
                asked = max(place.asked, place.ended or 0)
                place.offset = asked - sent
            place.track = TurnTrack(place.turn, asked=asked, offset=place.offset)
            place.asked, place.ended = asked, place.track.ended

    def _arrive(self, gone: SetAside, left: _Tip, came: _Tip, at: int) -> _Tip:
        """Let copies arrive that came with a change; return the conversation right after it."""
        tip = _up_to(came, gone.after)
        put_back = []
        for place in _since(came, gone.after):
            if not place.copied and (gone.reason == "transplant" or (place.asked or 0) > at):
                break
            if place.copied and place.track is None:
                place.track = TurnTrack(place.turn, asked=at, copied=True)
            put_back.append(place)
            tip = place
        if gone.reason == "restore":
            lost = _since(left, gone.after)
            ended = [place.ended for place in put_back if place.ended is not None]
            for place in lost:
                if not place.copied:
                    break
                if place.track is None:
                    earliest = max([*ended, _latest(place.turn)])
                    place.track = TurnTrack(place.turn, asked=min(at, earliest), copied=True)
        return tip

    def _settle(self, place: Place) -> None:
        """Let a turn come no earlier than those before it."""
        before = place.before
        earliest = before.asked if before is not None and before.asked is not None else 0
        if place.track is None:
            earliest = max(earliest, before.ended or 0 if before is not None else 0)
            place.track = TurnTrack(
                place.turn, asked=max(earliest, _latest(place.turn)), copied=True
            )
        elif place.track.asked < earliest:
            place.track = TurnTrack(
                place.turn, asked=earliest, offset=place.offset, copied=place.copied
            )
        place.asked = place.track.asked
        if place.copied:
            place.ended = max(place.asked, place.ended or 0)


def _up_to(tip: _Tip, count: int) -> _Tip:
    while tip is not None and tip.number > count:
        tip = tip.before
    return tip


def _since(tip: _Tip, count: int) -> list[Place]:
    """Return the turns after the first `count`, in order."""
    if tip is None:
        return []
    found = []
    for place in tip.way():
        if place.number <= count:
            break
        found.append(place)
    return found[::-1]


def _latest(turn: Turn) -> int:
    """Return the latest time that a copied turn brought along."""
    times = [turn.prompt.at]
    for attempt in turn.attempts:
        timing = attempt.timing
        times += [at for at in (timing.submitted, timing.first_token, timing.finished) if at]
    return max(map(milliseconds, times))
