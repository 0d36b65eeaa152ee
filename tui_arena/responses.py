"""The responses of a session that a person can rate, and what their models saw before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

import msgspec

from tui_arena.revision import seen_by
from tui_arena.session import SIDES, Attempt, MarkEntry, Panes, Side, Turn


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """One attempt of a turn."""

    side: Side
    turn: Turn
    attempt: Attempt


Pair = dict[Side, Response]
"""Responses to look at together: of one side, or of both where these answered the same prompt."""


def pairs(panes: Panes) -> Iterator[Pair]:
    """Yield all responses that can be rated, side by side where the prompt was the same, in order.

    What was set aside, taken over from the other side, or did not come is left out.
    """
    left, right = ([t for t in panes[side].turns if _held(t)] for side in SIDES)
    asked, also = ([turn.prompt.text for turn in turns] for turns in (left, right))
    blocks = SequenceMatcher(None, asked, also, autojunk=False).get_matching_blocks()
    i = j = 0
    for block in blocks:
        yield from _alone("left", left[i : block.a])
        yield from _alone("right", right[j : block.b])
        i, j = block.a + block.size, block.b + block.size
        for one, other in zip(left[block.a : i], right[block.b : j], strict=True):
            both = zip_longest(_responses("left", one), _responses("right", other))
            for found in both:
                yield {each.side: each for each in found if each is not None}


def _alone(side: Side, turns: Sequence[Turn]) -> Iterator[Pair]:
    for turn in turns:
        for response in _responses(side, turn):
            yield {side: response}


def _responses(side: Side, turn: Turn) -> list[Response]:
    """Return the responses of a turn, the one in the context first."""
    first = turn.response
    others = [attempt for attempt in turn.attempts if attempt is not first]
    return [Response(side, turn, attempt) for attempt in (first, *others) if _came(attempt)]


def _held(turn: Turn) -> bool:
    return turn.stands and turn.origin is None


def _came(attempt: Attempt) -> bool:
    """Whether there is something to rate; an answer that the model left empty is one."""
    empty_on_purpose = attempt.stop == "end" and attempt.timing.finished is not None
    return attempt.stop != "error" and (bool(attempt.text) or empty_on_purpose)


class Sight:
    """What a rater sees: of each turn a copy with one answer, and no marks but the rater's own."""

    def __init__(self, rater: str) -> None:
        self._rater = rater
        self._copies: dict[tuple[int, str], Turn] = {}
        """By attempt and text, so that a conversation that goes on is drawn on, not anew."""

    def turns(self, response: Response, turns: Sequence[Turn]) -> list[Turn]:
        """Return copies of the turns that a model saw before it gave a response, and of its own.

        `turns` are those of the side; each copy has the answer that stood there then.
        """
        at = next(n for n, turn in enumerate(turns) if turn is response.turn)
        before = seen_by(response.attempt, turns[:at])
        shown = [self._copy(seen.turn, seen.attempt, seen.text) for seen in before]
        return [*shown, self._copy(response.turn, response.attempt, response.attempt.text)]

    def look_again(self, attempt: Attempt) -> None:
        """Take over the marks that a response has now."""
        for (of, _), copy in self._copies.items():
            if of == id(attempt):
                copy.response.marks[:] = self._own(attempt)

    def _copy(self, turn: Turn, attempt: Attempt, text: str) -> Turn:
        key = id(attempt), text
        if key not in self._copies:
            edits = attempt.edits if text != attempt.text and text == attempt.said else []
            only = msgspec.structs.replace(
                attempt,
                text=attempt.text if edits else text,
                edits=edits,
                continued=[],
                marks=self._own(attempt),
            )
            self._copies[key] = msgspec.structs.replace(
                turn, attempts=[only], selected=0, choices=[], moves=[]
            )
        return self._copies[key]

    def _own(self, attempt: Attempt) -> list[MarkEntry]:
        return [entry for entry in attempt.marks if entry.by == self._rater]
