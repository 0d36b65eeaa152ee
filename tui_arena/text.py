"""The one gate for all untrusted text: what a terminal is shown can neither act on it nor shift it.

Models, files, file names and people's pastes go through here on their way to the screen, and only
there: what is saved stays raw.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Invisible code points (Unicode's Default_Ignorable_Code_Point), skin tones and the keycap frame:
# terminals disagree on the width of what they touch, and one wrong width shifts the whole line.
_DROPPED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065\u206a-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
# C0 but tab and newline, DEL, C1, line separators, bidi embeddings and isolates, annotations.
_NAMED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
# Lone surrogates and noncharacters, which no encoding can carry to a terminal.
_BROKEN = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"

_RISKY = re.compile(f"\r\n|[{_DROPPED}{_NAMED}{_BROKEN}{_FLAG_LETTERS}]")
_ASCII_RISKY = re.compile("\r\n|[\x00-\x08\x0b-\x1f\x7f]|[^\x00-\x7f]")
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0902"
    "\u093c\u0941-\u0948\u094d\u0951-\u0957\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece"
    "\u0f71-\u0f7e\u0f80-\u0f84\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302d\u3099\u309a\ufe20-\ufe2f]"
)
_HIGHEST_PILE = 8
_PILED_MARKS = re.compile(f"({_MARK}{{{_HIGHEST_PILE}}}){_MARK}+")
_LEADING_MARKS = re.compile(f"{_MARK}+")

_CONTROLS = re.compile(f"\r\n|[{_NAMED}{_BROKEN}]")
_IS_DROPPED = re.compile(f"[{_DROPPED}]")
_IS_NAMED = re.compile(f"[{_NAMED}]")
_IS_BROKEN = re.compile(f"[{_BROKEN}]")

_IN_ASCII = {
    **dict.fromkeys("‘’‚‛′‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−─━┄┅┈┉═", "-"),
    **dict.fromkeys("│┃┆┇┊┋║", "|"),
    **dict.fromkeys("•‣●○◦▪■□∙·", "*"),
    **dict.fromkeys("✓✔☑✅", "v"),
    **dict.fromkeys("✗✘❌", "x"),
    "…": "...",
    "→": "->",
    "⇒": "=>",
    "←": "<-",
    "⇐": "<=",
    "↔": "<->",
    "×": "x",
    "⁄": "/",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "€": "EUR",
    "£": "GBP",
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ł": "l",
    "Ł": "L",
}


def display_text(text: str, *, ascii_only: bool = False) -> str:
    """Return text that is safe to show: nothing in it can act on the terminal or hide.

    Newlines and tabs stay. Control characters become pictures (`␛`) or their number (`<U+202E>`),
    invisible ones go, emoji are reduced to what every terminal measures alike, flags become
    letters. With `ascii_only` all else becomes its nearest ASCII, emoji their names, or `?`.
    """
    if ascii_only:
        return _ASCII_RISKY.sub(_in_ascii, text)
    safe = _RISKY.sub(_in_unicode, text)
    return safe if safe.isascii() else _PILED_MARKS.sub(r"\1", safe)


def visible_controls(text: str) -> str:
    """Return text in which no control or bidi character acts: they become pictures or numbers.

    For files that people open elsewhere: unlike in `display_text`, all else stays, also what joins
    and shapes letters or emoji.
    """
    return _CONTROLS.sub(_in_unicode, text)


def joins(char: str) -> bool:
    """Whether a sign is drawn on the one before it, or is part of it."""
    return unicodedata.category(char).startswith("M") or _IS_DROPPED.match(char) is not None


def without_leading_marks(shown: str) -> str:
    """Return text that is safe to show without the marks that it begins with.

    For the rest of a pile of marks, of which enough are shown already.
    """
    return _LEADING_MARKS.sub("", shown, count=1) if _LEADING_MARKS.match(shown) else shown


def hidden_marks(text: str) -> int:
    """Return how many marks of a text are not shown because too many are piled on one sign."""
    if text.isascii():
        return 0
    piles = _PILED_MARKS.finditer(_RISKY.sub(_in_unicode, text))
    return sum(len(pile[0]) - _HIGHEST_PILE for pile in piles)


def columns(rows: Sequence[Sequence[str]], *, ascii_only: bool = False) -> str:
    """Lay out rows of equal length under each other, each cell safe to show and on one line."""
    cells = [
        [" ".join(display_text(cell, ascii_only=ascii_only).split()) for cell in row]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _in_unicode(found: re.Match[str]) -> str:
    return _shown(found[0])


def _in_ascii(found: re.Match[str]) -> str:
    return _shown_in_ascii(found[0])


@lru_cache(maxsize=4096)
def _shown(risky: str) -> str:
    if risky == "\r\n":
        return "\n"
    if _IS_DROPPED.match(risky):
        return ""
    if _IS_BROKEN.match(risky):
        return "\ufffd"
    code = ord(risky)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if _IS_NAMED.match(risky):
        return f"<U+{code:04X}>"
    return chr(code - 0x1F1E6 + ord("A"))  # a letter of a flag


@lru_cache(maxsize=4096)
def _shown_in_ascii(char: str) -> str:
    if char.isascii() and char != "\r\n":
        return "^" + chr(ord(char) ^ 0x40)
    if _RISKY.match(char):
        shown = _shown(char)
        return shown if shown.isascii() else "?"
    if char in _IN_ASCII:
        return _IN_ASCII[char]
    if unicodedata.combining(char):
        return ""
    parts = (_IN_ASCII.get(c, c) for c in unicodedata.normalize("NFKD", char))
    plain = "".join(part for part in parts if part.isascii() and part.isprintable())
    if plain:
        return plain
    if unicodedata.category(char) == "Zs":
        return " "
    code = ord(char)
    if 0x2500 <= code < 0x2580:
        return "+"
    if 0x2600 <= code < 0x27C0 or code >= 0x1F000:
        name = unicodedata.name(char, "").lower()
        return f":{name}:" if name and unicodedata.category(char) == "So" else "?"
    return "?"
