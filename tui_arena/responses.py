"""The responses of a session that a person can rate, and what their models saw before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

import msgspec

from tui_arena.revision import seen_by
from tui_arena.session import SIDES, Attempt, Panes, Side, Turn


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


def as_seen(response: Response, turns: Sequence[Turn], rater: str) -> list[Turn]:
    """Return copies of the turns that a model saw before it gave a response, and of its own.

    Each has only the answer that stood there then, and only the marks of this rater.
    """
    at = next(n for n, turn in enumerate(turns) if turn is response.turn)
    before = seen_by(response.attempt, turns[:at])
    shown = [_only(seen.turn, seen.attempt, seen.text, rater) for seen in before]
    return [*shown, _only(response.turn, response.attempt, response.attempt.text, rater)]


def _only(turn: Turn, attempt: Attempt, text: str, rater: str) -> Turn:
    edits = attempt.edits if text != attempt.text and text == attempt.said else []
    only = msgspec.structs.replace(
        attempt,
        text=attempt.text if edits else text,
        edits=edits,
        continued=[],
        marks=[entry for entry in attempt.marks if entry.by == rater],
    )
    return msgspec.structs.replace(turn, attempts=[only], selected=0, choices=[], moves=[])
