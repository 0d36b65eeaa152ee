"""Answers held against a text: the same, or with it in them."""

from __future__ import annotations

import re

_FENCED = re.compile(r"(```|~~~)(?:[^\n`~]*\n)?(.*?)\n?\s*\1", re.DOTALL)


def as_expected(answer: str, expected: str) -> bool:
    """Whether an answer is the expected one, but for space and a code fence around either."""
    return bare(answer) == bare(expected)


def bare(text: str) -> str:
    """Return a text without the space and the code fence around it."""
    text = text.strip()
    fenced = _FENCED.fullmatch(text)
    return fenced[2].strip() if fenced else text
