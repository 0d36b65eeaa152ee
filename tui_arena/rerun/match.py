"""How far two answers to the same prompt are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tui_arena.session import Attempt

Unit = Literal["tokens", "words"]

_WORD = re.compile(r"\s*\S+|\s+")
_AROUND = 5
"""Words that are shown before and after the first difference."""
_LONG_WORD, _MOST = 20, 60
"""Characters that are shown of a word before the difference, and of all that stands around it."""


@dataclass(frozen=True, slots=True)
class Parting:
    """Where two texts part, at the beginning of a word, and a few words around."""

    at: int
    """Characters that both have before it."""
    before: str
    was: str
    now: str
    """How each goes on; empty where it ends there."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two answers held against each other from their beginning."""

    unit: Unit
    shared: int
    """How many units are the same before the first difference."""
    length: int
    """Units of the longer answer."""
    parting: Parting | None
    """None where the texts are the same."""

    @property
    def equal(self) -> bool:
        """Whether all is the same."""
        return self.shared == self.length

    @property
    def rate(self) -> float:
        """The shared part of the longer answer, from 0 to 1; 1 where both are empty."""
        return self.shared / self.length if self.length else 1.0


def match(was: Attempt, now: Attempt) -> Match:
    """Hold an answer against the one from before.

    Token by token where both come from the same preset and their tokens are known, as far as both
    were allowed to go; otherwise word by word, for to another model a token means another text.
    """
    if was.preset == now.preset and _known(was) and _known(now):
        allowed = min(_allowed(was), _allowed(now))
        before, after = was.token_ids[:allowed], now.token_ids[:allowed]
        shared, length = _shared(before, after), max(len(before), len(after))
        equal = shared == length
        return Match("tokens", shared, length, None if equal else parting(was.text, now.text))
    words, others = _WORD.findall(was.text), _WORD.findall(now.text)
    shared, length = _shared(words, others), max(len(words), len(others))
    return Match("words", shared, length, parting(was.text, now.text))


def parting(was: str, now: str) -> Parting | None:
    """Return where two texts part, at the beginning of a word; None where they do not."""
    if was == now:
        return None
    at = _shared(was, now)
    words = list(re.finditer(r"\S+", was[:at]))
    if words and words[-1].end() == at:  # within a word, or right behind one
        at = max(words.pop().start(), at - _LONG_WORD)
    around = words[-_AROUND:]
    begin = max(around[0].start(), at - _MOST) if around else at
    return Parting(at, was[begin:at], _first_words(was[at:]), _first_words(now[at:]))


def _first_words(text: str) -> str:
    words = list(re.finditer(r"\S+", text))[: _AROUND + 1]
    return text[: min(words[-1].end(), _MOST)] if words else text[:_MOST]


def _known(attempt: Attempt) -> bool:
    """Whether the tokens of an answer are all there; an empty one has none."""
    return bool(attempt.token_ids) or not attempt.text


def _allowed(attempt: Attempt) -> int:
    """Return how many tokens of an answer count: where it was stopped, no more could come."""
    if attempt.stop == "stopped" or attempt.max_tokens is None:
        return len(attempt.token_ids) if attempt.stop in ("stopped", "length") else 1 << 53
    return attempt.max_tokens


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    """Return the length of the common beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
