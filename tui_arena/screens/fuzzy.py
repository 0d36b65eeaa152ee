"""Finds what was meant by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_MOST = 200
"""Characters of a text that are looked at; titles come from files, and may be made up."""


def distance(query: str, text: str) -> int | None:
    """Say how far a text is from the words of a query; None where one of them is not in it.

    A word is in a text when its letters are, in their order: 0 where they stand together, one more
    for every letter between them. Takes time that grows with the text alone, not with its riddles.
    """
    text = text[:_MOST].casefold()
    total = 0
    for word in query.casefold().split():
        spans = [span for start in range(len(text)) if (span := _span(word, text, start))]
        if not spans:
            return None
        total += min(spans) - len(word)
    return total


def nearest(query: str, things: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """Return the things that a query means, the nearest first; `text` is what one is found by."""
    near = [(distance(query, text(thing)), thing) for thing in things]
    found = [(far, thing) for far, thing in near if far is not None]
    return [thing for _, thing in sorted(found, key=lambda pair: pair[0])]


def _span(word: str, text: str, start: int) -> int | None:
    """Return how many letters from `start` on hold the word, which must begin there."""
    if text[start] != word[0]:
        return None
    at = start
    for letter in word[1:]:
        at = text.find(letter, at + 1)
        if at < 0:
            return None
    return at - start + 1
