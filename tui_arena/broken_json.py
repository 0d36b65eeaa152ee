"""JSON that is damaged, read as far as it goes.

Where quotes and brackets are wrong, the lines tell: in a file that was written in lines, the indent
of a line says how deep it stands, and no text reaches over the end of its line.
"""

from __future__ import annotations

import json
import re
from typing import Any

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_INDENT = re.compile(r"\n( +)\S")
_STRING = re.compile(r'"([^"\\\n]*(?:\\.[^"\\\n]*)*)("?)')
_KEY = re.compile(r'"([^"\\\n]*(?:\\.[^"\\\n]*)*)" *: *')
_SCALAR = re.compile(
    r"(?:-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?=[\s,\]}]|$)"
)
_AFTER_VALUE = re.compile(r" *(?:[,\]}\r\n]|$)")
_JUNK = re.compile(r'[^,\]}\n"]*')
_STRAY = re.compile(r'[\[\]{}]+ *(?=[\]{}"])')
_BEGINS_A_LINE = re.compile(r'"\w*" *: *|\{|[}\]],?[ \r]*$', re.MULTILINE)
_IN_TEXT = re.compile(r'(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|[\\"]')
_DEEPEST = 100

HOLE = "\n\x00"
"""Stands in a text where an unknown number of lines is lost; what is left of a line follows."""


class BrokenJson:
    """What could be read of a text; after a `HOLE` only from a line of depth `boundary` on."""

    def __init__(self, text: str, *, boundary: int, first_line: int = 1) -> None:
        self.value: Any = None
        """What was read; None where that is nothing."""
        self.lost: dict[int, str] = {}
        """Where something is wrong: the path at the number of the line."""
        self._text = text
        self._boundary = boundary
        self._at = 0
        self._line = first_line
        self._line_begins = 0
        self._stack: list[tuple[str, Any]] = []
        """The open containers, each with its place in the one before."""
        widths = [len(found) for found in _INDENT.findall(text)]
        self._unit = min(widths, default=0)
        self._pending: str | None = None
        """In the shadow of a line that cannot be read: what its value would have been called."""
        self._in_hole = False
        while self._step():
            pass
        self.ends_early = bool(self._stack)
        """Whether the end is missing."""
        if self._stack:
            self._damaged()

    def _step(self) -> bool:
        """Read one token, or pass over what is none; False at the end."""
        fresh = self._skip_space()
        if self._at >= len(self._text):
            return False
        if fresh and self._unit and not self._line_up():
            self._skip_line()
            return True
        char = self._text[self._at]
        if not self._stack:
            return self._begin(char)
        top = self._stack[-1][1]
        if char in ",:}]":
            self._at += 1
            if char in "}]" and (char == "}") == isinstance(top, dict):
                self._stack.pop()
            elif char != ",":
                self._damaged()
        elif isinstance(top, dict):
            self._read_member(top)
        else:
            self._read_value(str(len(top)))
        return True

    def _begin(self, char: str) -> bool:
        if self.value is None and char in "{[":
            self._read_value("")
        else:
            self._skip_line()
        return True

    def _skip_space(self) -> bool:
        """Go to the next token; return whether it is the first one of its line."""
        found = _SPACE.match(self._text, self._at)
        assert found
        crossed = found[0].count("\n")
        if crossed:
            self._line += crossed
            self._line_begins = self._text.rindex("\n", self._at, found.end()) + 1
        self._at = found.end()
        return bool(crossed)

    def _skip_line(self) -> None:
        self._damaged()
        self._at += len(self._rest_of_line())

    def _rest_of_line(self) -> str:
        end = self._text.find("\n", self._at)
        return self._text[self._at :] if end < 0 else self._text[self._at : end]

    def _line_up(self) -> bool:
        """Hold the open containers against the indent of a line; False where it is of no use."""
        if self._text[self._at] == "\x00":
            self._in_hole = True
            return False
        self._pass_stray_bracket()
        indent = self._at - self._line_begins
        if not _BEGINS_A_LINE.match(self._text, self._at) or indent % self._unit:
            return self._pending is None and not self._in_hole
        closes = self._text[self._at] in "}]"
        depth, expected = indent // self._unit, len(self._stack) - closes
        if self._in_hole and depth > self._boundary:
            return False
        self._in_hole = False
        if depth < expected and depth + closes:
            self._close(depth + closes, closes=closes)
        elif depth == expected + 1 and not closes:
            self._enter()
        elif depth > expected and self._pending is not None:
            return False
        self._pending = None
        return True

    def _close(self, left: int, *, closes: bool) -> None:
        """Close what should have been closed before this line, so that so many stay open."""
        outermost = self._stack[left - 1][1]
        if closes and left == 1 and self._text[self._at :].strip(" ,}]\r\n"):
            return  # the end of all cannot be here
        if not closes or (self._text[self._at] == "}") == isinstance(outermost, dict):
            self._damaged()
            del self._stack[left:]

    def _pass_stray_bracket(self) -> None:
        """Pass over a bracket within the indent, where what follows stands as it should."""
        found = _STRAY.match(self._text, self._at)
        if found:
            margin = (len(self._stack) - (self._text[found.end()] in "}]")) * self._unit
            stands, follows = self._at - self._line_begins, found.end() - self._line_begins
            stray = stands < margin or self._text[self._at] in "}]"
            if stray and margin <= follows <= margin + 1:
                self._damaged()
                self._at = found.end()

    def _enter(self) -> None:
        """Open again what closed too early, or what never opened."""
        member = self._text[self._at] == '"'
        kind = dict if member else list
        if not self._stack:
            self._damaged()
            self.value = kind() if self.value is None else self.value
            if isinstance(self.value, kind):
                self._stack.append(("", self.value))
            return
        top = self._stack[-1][1]
        if self._pending is not None:
            made: Any = kind() if isinstance(top, dict) else {}
            self._put(self._pending, made)
            self._stack.append((self._pending, made))
        elif top:
            place = next(reversed(top)) if isinstance(top, dict) else len(top) - 1
            if not isinstance(top[place], str | dict | list):  # a bracket that became a number
                top[place] = kind()
            if isinstance(top[place], kind):
                self._damaged()
                self._stack.append((str(place), top[place]))

    def _read_member(self, top: dict[str, Any]) -> None:
        found = _KEY.match(self._text, self._at)
        if not found:
            self._damaged()
            later = _KEY.search(self._text, self._at, self._at + len(self._rest_of_line()))
            if later:
                self._at = later.start()
            else:
                self._skip_line()
                self._pending = ""
            return
        key = _unescaped(found[1])
        if key in top and len(self._stack) > 1 and isinstance(self._stack[-2][1], list):
            self._damaged()  # the end of one object and the beginning of the next are lost
            self._stack.pop()
            above: list[Any] = self._stack[-1][1]
            self._stack.append((str(len(above)), {}))
            above.append(self._stack[-1][1])
        self._at = found.end()
        self._read_value(key, first=found.start() == self._line_begins + self._indent_here())

    def _indent_here(self) -> int:
        return len(self._stack) * self._unit

    def _read_value(self, name: str, *, first: bool = False) -> None:
        text, at = self._text, self._at
        if text[at : at + 1] in ("{", "[") and self._read_rest_of_line(name):
            return
        if text[at : at + 1] in ("{", "[") and len(self._stack) < _DEEPEST:
            made: Any = {} if text[at] == "{" else []
            self._put(name, made)
            self._stack.append((name, made))
            self._at += 1
        elif text[at : at + 1] == '"':
            self._put(name, self._read_text(first=first))
        elif found := _SCALAR.match(text, at):
            self._put(name, json.loads(found[0]))
            self._at = found.end()
        else:
            self._damaged()
            junk = _JUNK.match(text, at)
            assert junk
            self._at = junk.end()
            if not self._rest_of_line().strip(" ,]}\r") or text[self._at] == '"':
                self._skip_line()
                self._pending = name

    def _read_rest_of_line(self, name: str) -> bool:
        """Read a list or an object that has the rest of its line and is whole; False if not."""
        rest = self._rest_of_line().rstrip(" ,\r")
        if rest[-1] not in "]}" or "\x00" in rest:
            return False
        try:
            value = json.loads(rest, strict=False)
        except (ValueError, RecursionError):
            return False
        self._put(name, value)
        self._at += len(rest)
        return True

    def _read_text(self, *, first: bool) -> str:
        """Read a text; one that has its line for itself may hold a quote too many."""
        found = _STRING.match(self._text, self._at)
        assert found
        self._at = found.end()
        if not found[2]:
            self._damaged()
            return _unescaped(found[1].removesuffix(","))
        if _AFTER_VALUE.match(self._text, self._at):
            return _unescaped(found[1])
        self._damaged()
        rest = self._rest_of_line()
        if first and rest.rstrip(" ,\r").endswith('"'):
            self._at += len(rest)
            return _unescaped(f"{found[1]}\ufffd{rest.rstrip(' ,')[:-1]}")
        return _unescaped(found[1])

    def _put(self, name: str, value: object) -> None:
        if not self._stack:
            self.value = value
        elif isinstance(top := self._stack[-1][1], dict):
            top.setdefault(name, value)
        else:
            top.append(value)

    def _damaged(self) -> None:
        if self._line not in self.lost:
            places = [place for place, _ in self._stack[1:9]]
            path = "".join(f"[{p}]" if p.isdecimal() else f".{p}" for p in places)
            self.lost[self._line] = path.lstrip(".")


def _unescaped(inside: str) -> str:
    """Return what stands between quotes; wrong escapes and bare quotes stand for themselves."""
    mended = _IN_TEXT.sub(lambda found: found[0] if found[1] else rf"\{found[0]}", inside)
    return str(json.loads(f'"{mended}"', strict=False))
