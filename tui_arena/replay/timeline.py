"""The timeline of a session: how it stood at any time of the replay, and where to go from there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from tui_arena.replay.branches import Branches, Place
from tui_arena.replay.moments import AT_ONCE, JUDGEMENTS, Kind, Moment, moments
from tui_arena.replay.pauses import OF_MODELS, Pauses
from tui_arena.replay.tracks import AttemptTrack, TurnTrack
from tui_arena.session import SIDES, Session, SessionError, Side, Turn, Vote


@dataclass(frozen=True, slots=True)
class Scene:
    """How a session stood at one moment."""

    at: int
    """In milliseconds of the record."""
    last: Mapping[Side, Place | None]
    """The last turn of each side's conversation."""
    votes: tuple[Vote, ...]
    """The log of votes so far."""
    blind: bool
    """Whether the rater did not know which model was which."""

    def tracks(self, side: Side, most: int | None = None) -> list[TurnTrack]:
        """Return the turns of a side, oldest first; the latest of them where there are more."""
        last = self.last[side]
        way = islice(last.way(), most) if last is not None else ()
        return [place.track for place in way if place.track is not None][::-1]

    def turns(self, side: Side) -> list[Turn]:
        """Return the record of a side's conversation as it stood."""
        return [track.at(self.at) for track in self.tracks(side)]

    def count(self, side: Side) -> int:
        """Return how many turns the conversation of a side had."""
        last = self.last[side]
        return last.number if last is not None else 0


class Timeline:
    """A session that plays; times are milliseconds of the replay where nothing else is said."""

    def __init__(self, session: Session, *, real_time: bool = False) -> None:
        """With `real_time` pauses of the person are as long as they were.

        Raises `SessionError` where there is nothing to play.
        """
        self.session = session
        self._sides: dict[Side, Branches] = {side: Branches(session.panes[side]) for side in SIDES}
        if not any(branches.places for branches in self._sides.values()):
            raise SessionError("The session has no turns, so there is nothing to replay.")
        self.moments = moments(session, self._sides)
        """Everything that happened, pieces of text excepted."""
        self._attempts: list[tuple[Side, AttemptTrack]] = [
            (side, attempt) for side in SIDES for _, _, attempt in self.attempts(side)
        ]
        self.pauses = _pauses(self.moments, [each for _, each in self._attempts], real_time)
        self.length = self.pauses.length
        self._times = [moment.at for moment in self.moments]
        self._judged = self._places(JUDGEMENTS)
        self._asked = _together(self._places({"asked"}))
        self._votes = [moment for moment in self.moments if moment.vote is not None]
        self._shrouds = [moment for moment in self.moments if moment.stretch is not None]

    @property
    def marks(self) -> list[int]:
        """When marks and votes were given and taken back."""
        return self._judged

    def scene(self, at: int) -> Scene:
        """Return how the session stood."""
        recorded = self.pauses.recorded(at)
        votes = bisect_right(self._votes, recorded, key=_when)
        shrouds = bisect_right(self._shrouds, recorded, key=_when)
        return Scene(
            recorded,
            {side: self._sides[side].at(recorded) for side in SIDES},
            tuple(m.vote for m in self._votes[:votes] if m.vote is not None),
            bool(shrouds) and self._shrouds[shrouds - 1].kind == "blind",
        )

    def attempts(self, side: Side) -> Iterator[tuple[TurnTrack, int, AttemptTrack]]:
        """Yield all answers that were given on a side, with their turns and numbers from 0."""
        for place in self._sides[side].places:
            if place.track is not None and not place.copied:
                for number, attempt in enumerate(place.track.attempts):
                    yield place.track, number, attempt

    def under_way(self, side: Side, at: int) -> AttemptTrack | None:
        """Return the answer of a side that was coming, the latest one where there are several."""
        recorded = self.pauses.recorded(at)
        coming = (t for of, t in reversed(self._attempts) if of == side and t.under_way(recorded))
        return next(coming, None)

    def happened(self, at: int) -> Moment | None:
        """Return the last moment until then that is worth a word; None before the first."""
        number = bisect_right(self._times, self.pauses.recorded(at))
        found = (self.moments[n] for n in range(number - 1, -1, -1))
        return next((moment for moment in found if moment.kind != "first-token"), None)

    def turn(self, at: int, step: int) -> int:
        """Return when the next prompt was sent (1), or the one before (-1)."""
        return self._step(self._asked, at, step)

    def mark(self, at: int, step: int) -> int | None:
        """Return when the next mark or vote was given (1), the one before (-1); None without."""
        number = bisect_right(self._judged, at) if step > 0 else bisect_left(self._judged, at) - 1
        return self._judged[number] if 0 <= number < len(self._judged) else None

    def token(self, at: int, step: int) -> int:
        """Return when the next piece of text came, or else happened (1), or the one before (-1)."""
        recorded = self.pauses.recorded(at)
        tracks = [track for _, track in self._attempts]
        if step > 0:
            number = bisect_right(self._times, recorded)
            found = self._times[number : number + 1]
            # At the very moment of a request its answer is under way as well.
            near = (t for t in tracks if t.began <= recorded < t.ended)
            found += _known(t.next_chunk(recorded) for t in near)
            return self.pauses.played(min(found)) if found else self.length
        number = bisect_left(self._times, recorded)
        found = self._times[max(0, number - 1) : number]
        near = (t for t in tracks if t.began < recorded <= t.ended)
        found += _known(t.chunk_before(recorded) for t in near)
        return self.pauses.played(max(found)) if found else 0

    def _places(self, kinds: Iterable[Kind]) -> list[int]:
        return sorted({self.pauses.played(m.at) for m in self.moments if m.kind in kinds})

    def _step(self, places: list[int], at: int, step: int) -> int:
        if step > 0:
            number = bisect_right(places, at)
            return places[number] if number < len(places) else self.length
        number = bisect_left(places, at)
        return places[number - 1] if number else 0


def _when(moment: Moment) -> int:
    return moment.at


def _together(times: list[int]) -> list[int]:
    """Let prompts that were sent to both sides at once be one place: the latest of them."""
    kept: list[int] = []
    first = 0
    for at in times:
        if kept and at - first < AT_ONCE:
            kept[-1] = at
        else:
            kept.append(at)
            first = at
    return kept


def _known(times: Iterable[int | None]) -> list[int]:
    return [at for at in times if at is not None]


def _pauses(found: list[Moment], tracks: list[AttemptTrack], real_time: bool) -> Pauses:
    busy = [(phase.began, phase.ended) for track in tracks for phase in track.phases]
    alive = [(moment.at, moment.at) for moment in found]
    if real_time:
        alive += busy
    else:
        alive += [stretch for track in tracks for stretch in track.alive(OF_MODELS)]
    return Pauses(alive, busy, real=real_time)
