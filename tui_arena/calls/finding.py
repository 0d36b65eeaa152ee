"""Calls in the midst of a text, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tui_arena.calls.call import LONGEST, Call, read_call

_MOST_CALLS = 50
_MOST_SCANNED = 200_000
"""Characters looked at behind names, all together: so an answer of names alone costs little too."""
_LEAST_SCANNED = 200
"""Characters that each name counts for at least: parsing what is short takes its time as well."""

_NEXT = re.compile(r"[()\[\]{}\"'#]")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
_CLOSES = {")": "(", "]": "[", "}": "{"}
_BEFORE = re.compile(r"(?:[^\W\d]\w*\.)+\Z")
_FENCE = re.compile(r"(?:```|~~~)[\w+-]*|`")

Around = Literal["nothing", "signs", "words"]
"""What stands beside the calls; a code fence is nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """The calls of a text."""

    calls: tuple[Call, ...]
    """In their order."""
    around: Around


def find_calls(text: str, names: Sequence[str]) -> Found:
    """Find the calls of these functions that can be read; one within another is part of it."""
    if not names:
        return Found((), "words")
    named = re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in names)})[ \t]{{0,8}}(?=\()"
    )
    calls: list[Call] = []
    beside: list[str] = []
    at, left = 0, _MOST_SCANNED
    for match in named.finditer(text):
        if match.start() < at:
            continue
        if left <= 0 or len(calls) == _MOST_CALLS:
            break
        end = _closing(text, match.end(), min(LONGEST, left))
        left -= max(_LEAST_SCANNED, (end or match.end() + LONGEST) - match.end())
        before = _BEFORE.search(text, max(at, match.start() - 100), match.start())
        start = before.start() if before is not None else match.start()
        call = read_call(text[start:end]) if end is not None else None
        if call is not None and end is not None:
            calls.append(call)
            beside.append(text[at:start])
            at = end
    else:
        beside.append(text[at:])
    return Found(tuple(calls), _around(" ".join(beside)))


def _closing(text: str, start: int, most: int) -> int | None:
    """Return where the bracket at `start` has been closed; None where it is not, or far away."""
    end = min(len(text), start + most)
    open_: list[str] = []
    at = start
    while (match := _NEXT.search(text, at, end)) is not None:
        sign, at = match[0], match.end()
        if sign in "([{":
            open_.append(sign)
        elif sign in _CLOSES:
            if not open_ or open_.pop() != _CLOSES[sign]:
                return None
            if not open_:
                return at
        elif sign == "#":
            newline = text.find("\n", at, end)
            if newline < 0:
                return None
            at = newline
        else:
            string = _STRING.match(text, match.start(), end)
            if string is None:
                return None
            at = string.end()
    return None


def _around(beside: str) -> Around:
    bare = _FENCE.sub(" ", beside).strip().strip(";")
    if not bare.strip():
        return "nothing"
    return "words" if any(sign.isalnum() for sign in bare) else "signs"
