"""A replay as lines of text, each whole when it is said: two answers can come at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tui_arena.replay.moments import Moment
from tui_arena.replay.playhead import clock_text
from tui_arena.replay.timeline import Timeline
from tui_arena.replay.tracks import AttemptTrack
from tui_arena.replay.words import happened, how_it_ended
from tui_arena.session import SIDES, Side
from tui_arena.text import display_text

_WHO = 8
"""Cells of the column that says which side it was."""
_LONGEST_SLEEP = 3600.0
"""Seconds; a file can ask for more than the system takes at once."""
_ASKED, _SAID, _HAPPENED = ">", "|", "*"


class Line(NamedTuple):
    """One line, and when it was whole."""

    at: int
    """In milliseconds of the replay."""
    who: str
    """The side, with the number of the attempt from the second one on."""
    sign: str
    text: str
    """As it is in the file; not safe to show."""

    def shown(self, *, ascii_only: bool) -> str:
        """Return the line as it may be shown."""
        text = display_text(self.text, ascii_only=ascii_only).replace("\n", " ")
        return f"{clock_text(self.at):>7}  {self.who:<{_WHO}}{self.sign} {text}".rstrip()


def lines(timeline: Timeline, *, width: int | None = None) -> list[Line]:
    """Return all lines of a session in their order; texts are wrapped to a width in cells."""
    room = max(20, width - 7 - 2 - _WHO - 2) if width is not None else None
    said = [*_told(timeline), *_answers(timeline, room)]
    said.sort(key=lambda line: line[:2])
    played = timeline.pauses.played
    return [Line(played(at), who, sign, text) for at, _, who, sign, text in said]


_Said = tuple[int, int, str, str, str]
"""When, in milliseconds of the record; the order of what came at once; and the line."""


def _told(timeline: Timeline) -> Iterator[_Said]:
    """Yield what is asked and what happens beside the answers."""
    profiles: dict[Side, str] = {}
    blind = False
    for moment in timeline.moments:
        who = _who(moment)
        if moment.stretch is not None:
            blind = moment.kind == "blind"
        if moment.kind == "asked" and moment.side is not None and moment.turn is not None:
            prompt = moment.turn.record.prompt
            profile = moment.turn.record.attempts[0].profile
            if not blind and profiles.get(moment.side) != profile:
                profiles[moment.side] = profile
                yield moment.at, 0, who, _HAPPENED, f"{profile} answers from here on"
            kind = " (correction)" if prompt.kind == "correction" else ""
            for text in (prompt.text + kind).split("\n"):
                yield moment.at, 0, who, _ASKED, text
        elif moment.kind == "ended" and moment.attempt is not None:
            yield moment.at, 2, who, _HAPPENED, _ending(moment.attempt, moment.entry)
        elif moment.kind != "first-token":
            text = happened(moment)
            side = f"{moment.side}: "
            text = text.removeprefix(side)
            if moment.kind == "revealed" and moment.stretch is not None:
                text = f"revealed: left is {moment.stretch.left}, right is {moment.stretch.right}"
            yield moment.at, 3, who, _HAPPENED, text
            if moment.kind == "edited" and moment.attempt is not None:
                for text in moment.attempt.record.edits[moment.entry].text.split("\n"):
                    yield moment.at, 3, who, _SAID, text


def _answers(timeline: Timeline, room: int | None) -> Iterator[_Said]:
    """Yield the lines of all answers."""
    for side in SIDES:
        for turn, number, attempt in timeline.attempts(side):
            who = _named(side, number)
            text = attempt.record.text
            for start, end, after in _broken(text, room):
                at = min(attempt.came(after), attempt.ended)
                yield max(at, turn.asked), 1, who, _SAID, text[start:end].removesuffix("\r")


def _who(moment: Moment) -> str:
    if moment.side is None:
        return "both"
    number = 0
    if moment.turn is not None and moment.attempt is not None:
        number = moment.turn.attempts.index(moment.attempt)
    return _named(moment.side, number)


def _named(side: Side, number: int) -> str:
    return f"{side} {number + 1}" if number else side


def _ending(attempt: AttemptTrack, phase: int) -> str:
    record = attempt.record
    parts = [how_it_ended(attempt, phase)]
    if phase < len(attempt.phases) - 1:
        return parts[0]
    if record.stop == "error" and record.error:
        parts[0] = f"failed: {record.error}"
    if record.tokens.output:
        parts.append(f"{record.tokens.output} token{'s' * (record.tokens.output != 1)}")
    if attempt.first_token is not None:
        parts.append(f"the first after {(attempt.first_token - attempt.began) / 1000:.1f} s")
    parts.append(f"{(attempt.ended - attempt.phases[-1].began) / 1000:.1f} s in all")
    return ", ".join(parts)


def _broken(text: str, room: int | None) -> Iterator[tuple[int, int, int]]:
    """Yield where each line of a text begins and ends, and where the text after it begins."""
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        end, after = (found, found + 1) if found >= 0 else (len(text), len(text))
        if room is not None and end - start > room:
            blank = text.rfind(" ", start + 1, start + room + 1)
            end = blank if blank > 0 else start + room
            after = end + 1 if blank > 0 else end
        yield start, end, after
        start = after


def play(
    said: list[Line],
    write: Callable[[str], None],
    *,
    speed: float | None,
    ascii_only: bool = False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Write each line, safe to show, when its time has come; at once, without a speed."""
    began = clock()
    for line in said:
        if speed is not None:
            due = began + line.at / 1000 / speed
            while (wait := due - clock()) > 0:
                sleep(min(wait, _LONGEST_SLEEP))
        write(line.shown(ascii_only=ascii_only))
