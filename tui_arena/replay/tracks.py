"""One turn through time: its record as it stood at any moment.

Session files are outside data: clocks that went back, chunks out of order or without text, and ends
that never came must all give something that can be shown.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from msgspec.structs import replace

from tui_arena.engine.events import Stop
from tui_arena.session import Attempt, Timing, Tokens, Turn

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(at: str) -> int:
    """Return a time of the record in milliseconds since 1970."""
    return (datetime.fromisoformat(at) - _EPOCH) // timedelta(milliseconds=1)


class Phase(NamedTuple):
    """A stretch in which an answer came: from the request, or from where it went on."""

    began: int
    ended: int
    first_chunk: int
    last_chunk: int
    """The one after its last."""
    tokens: int
    """Tokens of the answer by its end."""
    stop: Stop
    error: str | None


class AttemptTrack:
    """One answer through time; times of the record are moved by `offset`.

    A copied answer is there as a whole from `not_before` on.
    """

    def __init__(self, attempt: Attempt, *, not_before: int, offset: int, copied: bool) -> None:
        self.record = attempt
        self._copied = copied
        self._offset = offset
        submitted = milliseconds(attempt.timing.submitted) + offset
        self.began = not_before if copied else max(submitted, not_before)
        """When it was asked for."""
        self.marks_at = self._log(entry.at for entry in attempt.marks)
        self.edits_at = self._log(edit.at for edit in attempt.edits)
        self.continued_at = self._log(each.at for each in attempt.continued)

    def _log(self, times: Iterable[str]) -> list[int]:
        """Return when each line of a log was written, none before the line above it."""
        return ordered(times, self._offset, self.began)

    @cached_property
    def _chunk_times(self) -> list[int]:
        """When each chunk came, counted from `began`."""
        if self._copied:
            return [0] * len(self.record.timing.chunks)
        return list(accumulate((ms for ms, _ in self.record.timing.chunks), max))

    @cached_property
    def _characters(self) -> list[int]:
        """How many characters there were after each chunk."""
        return list(accumulate(count for _, count in self.record.timing.chunks))

    @cached_property
    def phases(self) -> list[Phase]:
        """Every stretch in which it came, oldest first; at least one."""
        record, times = self.record, self._chunk_times
        begins = [self.began, *([] if self._copied else self.continued_at)]
        phases = []
        chunk = 0
        for before, (began, ends) in zip(record.continued, pairwise(begins), strict=False):
            after = bisect_left(times, ends - self.began, chunk)
            ended = max(began, min(ends, self._last(chunk, after, began)))
            phases.append(
                Phase(began, ended, chunk, after, before.tokens, before.stop, before.error)
            )
            chunk = after
        ended = self._last(chunk, len(times), begins[-1])
        if record.timing.finished is not None and not self._copied:
            ended = max(ended, milliseconds(record.timing.finished) + self._offset)
        elif not times:
            ended = max(ended, self.first_token or 0)
        phases.append(
            Phase(
                begins[-1], ended, chunk, len(times), record.tokens.output, record.stop,
                record.error,
            )
        )  # fmt: skip
        return phases

    def _last(self, chunk: int, after: int, began: int) -> int:
        return max(began, self.began + self._chunk_times[after - 1]) if after > chunk else began

    @property
    def ended(self) -> int:
        """When its last end came, or the last of what there is of it."""
        return self.phases[-1].ended

    @property
    def first_token(self) -> int | None:
        """When its first token came, None where none did."""
        at = self.record.timing.first_token
        if at is None:
            return self.began + self._chunk_times[0] if self._chunk_times else None
        return max(self.began, 0 if self._copied else milliseconds(at) + self._offset)

    def under_way(self, at: int) -> bool:
        """Whether it was coming at a moment."""
        return self.began <= at < self.ended and any(p.began <= at < p.ended for p in self.phases)

    def next_chunk(self, at: int) -> int | None:
        """Return when the next piece of text came after a moment; None where none did."""
        chunk = bisect_right(self._chunk_times, at - self.began)
        times = self._chunk_times
        return self.began + times[chunk] if chunk < len(times) else None

    def chunk_before(self, at: int) -> int | None:
        """Return when the last piece of text came before a moment; None where none did."""
        chunk = bisect_left(self._chunk_times, at - self.began)
        return self.began + self._chunk_times[chunk - 1] if chunk else None

    def came(self, characters: int) -> int:
        """Return when so many characters of the text were there."""
        chunk = bisect_left(self._characters, characters)
        return (
            self.began + self._chunk_times[chunk] if chunk < len(self._characters) else self.ended
        )

    def alive(self, longest: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches in which it came without a gap longer than `longest`."""
        for phase in self.phases:
            if phase.ended - phase.began <= longest:
                yield phase.began, phase.ended
                continue
            began = last = phase.began
            for chunk in range(phase.first_chunk, phase.last_chunk):
                at = self.began + self._chunk_times[chunk]
                if at - last > longest:
                    yield began, last
                    began = at
                last = at
            yield began, last
            yield phase.ended, phase.ended

    def _phase(self, at: int) -> int:
        return max(0, bisect_right(self.phases, at, key=lambda phase: phase.began) - 1)

    def _chunks(self, at: int) -> int:
        phase = self.phases[self._phase(at)]
        if at >= phase.ended:
            return phase.last_chunk
        chunks = bisect_right(self._chunk_times, at - self.began)
        return min(max(chunks, phase.first_chunk), phase.last_chunk)

    def stamp(self, at: int) -> tuple[int, ...]:
        """Return what tells its states apart: equal stamps, equal records."""
        number = self._phase(at)
        ended = at >= self.phases[number].ended
        begun = self.first_token is not None and at >= self.first_token
        logs = (self.marks_at, self.edits_at)
        return number, ended, begun, self._chunks(at), *(bisect_right(log, at) for log in logs)

    def at(self, at: int) -> Attempt:
        """Return its record as it stood."""
        record = self.record
        number = self._phase(at)
        phase, last = self.phases[number], number == len(self.phases) - 1
        chunks, over = self._chunks(at), at >= phase.ended
        marks = record.marks[: bisect_right(self.marks_at, at)]
        edits = record.edits[: bisect_right(self.edits_at, at)]
        if last and over:
            return replace(record, marks=marks, edits=edits)
        begun = self.first_token is not None and at >= self.first_token
        before = self.phases[number - 1].tokens if number else 0
        of_all = (chunks - phase.first_chunk, max(1, phase.last_chunk - phase.first_chunk))
        so_far = before + max(0, phase.tokens - before) * of_all[0] // of_all[1]
        return replace(
            record,
            text=record.text[: self._characters[chunks - 1] if chunks else 0],
            stop=phase.stop if over else "stopped",
            error=phase.error if over else None,
            tokens=Tokens(prompt=record.tokens.prompt, reused=record.tokens.reused, output=so_far),
            timing=Timing(
                submitted=record.timing.submitted,
                first_token=record.timing.first_token if begun else None,
                # When an earlier end came is not recorded; by then it had.
                finished=record.continued[number].at if over else None,
                chunks=record.timing.chunks[:chunks],
            ),
            token_ids=[],
            continued=record.continued[:number],
            marks=marks,
            edits=edits,
        )


class TurnTrack:
    """One turn through time, from `asked` on."""

    def __init__(self, turn: Turn, *, asked: int, offset: int = 0, copied: bool = False) -> None:
        self.record = turn
        self.asked = asked
        """When its prompt was sent, or when it was copied here."""
        self.attempts: list[AttemptTrack] = []
        began = asked
        for attempt in turn.attempts:
            track = AttemptTrack(attempt, not_before=began, offset=offset, copied=copied)
            self.attempts.append(track)
            began = track.began
        self.choices_at = ordered((each.at for each in turn.choices), offset, asked)
        self.moves_at = ordered((each.at for each in turn.moves), offset, asked)

    @property
    def ended(self) -> int:
        """When its first answer ended."""
        return self.attempts[0].ended

    def _begun(self, at: int) -> int:
        """Return how many attempts there were; the first one is there from the prompt on."""
        return max(1, bisect_right(self.attempts, at, key=lambda attempt: attempt.began))

    def _selected(self, at: int) -> int:
        turn = self.record
        if not turn.choices:
            chosen = turn.selected
        else:
            choices = bisect_right(self.choices_at, at)
            last = choices == len(turn.choices)
            chosen = turn.selected if last else turn.choices[choices - 1].attempt if choices else 0
        return min(chosen, self._begun(at) - 1)

    def stamp(self, at: int) -> tuple[object, ...]:
        """Return what tells its states apart: equal stamps, equal records."""
        return (
            self._selected(at),
            bisect_right(self.choices_at, at),
            bisect_right(self.moves_at, at),
            *(attempt.stamp(at) for attempt in self.attempts[: self._begun(at)]),
        )

    def at(self, at: int) -> Turn:
        """Return its record as it stood."""
        turn = self.record
        return replace(
            turn,
            attempts=[attempt.at(at) for attempt in self.attempts[: self._begun(at)]],
            selected=self._selected(at),
            choices=turn.choices[: bisect_right(self.choices_at, at)],
            moves=turn.moves[: bisect_right(self.moves_at, at)],
        )


def ordered(times: Iterable[str], offset: int, not_before: int) -> list[int]:
    """Return the times of a log, each at least as late as the one before and as `not_before`."""
    moved = (milliseconds(at) + offset for at in times)
    return list(accumulate((max(at, not_before) for at in moved), max))
