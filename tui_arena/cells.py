"""How wide text is on a terminal, where loading Rich for it would take longer than the answer."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Return how many cells a text takes that has been through `display_text`."""
    return len(text) if text.isascii() else sum(map(_wide, text))


def fitted(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Return text filled up with blanks to a width, or cut to it where something is too much."""
    missing = width - cells(text)
    if missing >= 0:
        return text + " " * missing
    sign = ".." if ascii_only else "…"
    room, kept = width - len(sign), 0
    for at, char in enumerate(text):
        kept += _wide(char)
        if kept > room:
            text = text[:at]
            break
    text = (text.rstrip() + sign)[:width] if room >= 0 else sign[:width]
    return text + " " * (width - cells(text))


def _wide(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
