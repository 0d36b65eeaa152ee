"""The page that shows where two texts differ, in signs and words first and in colour after that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from tui_arena.screens.difference import Kind, Part, difference, words
from tui_arena.screens.page import Page
from tui_arena.widgets.signs import Signs

_SIGNS: dict[Kind, tuple[str, str, str]] = {
    "same": ("", "", ""),
    "removed": ("[-", "-]", "bold $error"),
    "added": ("{+", "+}", "bold $success"),
}
"""What stands before and after a part, and its style; the signs are those of GNU wdiff."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts to hold against each other, with what each is called."""

    old_name: str
    old: str
    new_name: str
    new: str


class ComparePage(Page):
    """Shows one pair at a time; the key that opened it and the arrows turn to the next one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,tab", "next(1)", show=False),
        Binding("left,shift+tab", "next(-1)", show=False),
    ]

    def __init__(
        self, pairs: Sequence[Pair], signs: Signs, *, keys: Collection[str], shown: str
    ) -> None:
        """`keys` open it; `shown` is how people write them."""
        self._pairs, self._signs, self._at = pairs, signs, 0
        self._parts: list[Part] = []
        more = [(shown, "compare others")] if len(pairs) > 1 else []
        self._look()
        super().__init__(title=self._says(), write=self._write_pair, keys=more)
        for key in keys:
            self._bindings.bind(key, "next(1)", show=False)

    def _look(self) -> None:
        pair = self._pairs[self._at]
        self._parts = difference(pair.old, pair.new)

    def _says(self) -> str:
        pair = self._pairs[self._at]
        number = f" {self._at + 1} of {len(self._pairs)}" if len(self._pairs) > 1 else ""
        return f"Compare{number}: {pair.old_name} with {pair.new_name}"

    def action_next(self, step: int) -> None:
        """Turn to the next pair (1) or to the one before (-1)."""
        self._at = (self._at + step) % len(self._pairs)
        self._look()
        self.turn_to(self._says(), self._write_pair)

    def _write_pair(self, width: int) -> Content:
        return Content("\n\n").join([self._legend(), self._text()])

    def _legend(self) -> Content:
        pair = self._pairs[self._at]
        count = {
            kind: sum(words(part.text) for part in self._parts if part.kind == kind)
            for kind in _SIGNS
        }
        if all(part.kind == "same" for part in self._parts):
            return Content(f"Both are the same, word for word ({_words(count['same'])}).")
        return Content.assemble(
            _part("removed", f"only in {pair.old_name}"),
            f" {_words(count['removed'])}   ",
            _part("added", f"only in {pair.new_name}"),
            f" {_words(count['added'])}   in both {_words(count['same'])}",
        )

    def _text(self) -> Content:
        if not self._parts:
            return Content("Both are empty.")
        return Content.assemble(
            *(_part(part.kind, self._signs.text(part.text)) for part in self._parts)
        )


def _part(kind: Kind, text: str) -> Content:
    before, after, style = _SIGNS[kind]
    return Content.styled(f"{before}{text}{after}", style)


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"
