"""Answers held against a text: the same, or with it in them."""

from __future__ import annotations

_FENCES = ("```", "~~~")


def as_expected(answer: str, expected: str) -> bool:
    """Whether an answer is the expected one, but for space and a code fence around either."""
    return bare(answer) == bare(expected)


def bare(text: str) -> str:
    """Return a text without the space and the code fence around it."""
    text = text.strip()
    for fence in _FENCES:
        # No pattern: one for this takes the square of the time where a fence is never closed.
        if len(text) >= 2 * len(fence) and text.startswith(fence) and text.endswith(fence):
            inside = text[len(fence) : -len(fence)]
            first, newline, rest = inside.partition("\n")
            language = newline and not any(sign in first for sign in "`~")
            return (rest if language else inside).strip()
    return text
