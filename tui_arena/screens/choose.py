"""A page to choose one of a few things on, found by a few letters; the keys say what for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.content import Content

from tui_arena.screens.fuzzy import nearest
from tui_arena.screens.search_page import SearchPage
from tui_arena.widgets.signs import Signs, fit

T = TypeVar("T")

_LEAST_TEXT = 24
"""Cells that a line keeps for its text before its note goes."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One line of the page."""

    value: T
    text: str
    """What it is found by; may come from a file."""
    note: str = ""
    """A few words on the right."""


@dataclass(frozen=True, slots=True)
class Way(Generic[T]):
    """What a key does with the chosen line."""

    shown: str
    words: str
    act: Callable[[T], str | None]
    """Returns None where it is done and the page closes, otherwise what to say on it."""


class Choose(SearchPage[None, Choice[T]], Generic[T]):
    """Does with the chosen line what the key pressed says; Esc changes nothing."""

    def __init__(
        self,
        *,
        title: Callable[[], str],
        choices: Sequence[Choice[T]],
        ways: Mapping[str, Way[T]],
        signs: Signs,
        at: int = 0,
        problems: Sequence[str] = (),
    ) -> None:
        """`at` is the line chosen at first; `problems` are sentences that stand below the lines."""
        keys = [(way.shown, way.words) for way in ways.values()]
        super().__init__(nothing="Nothing is called so.", keys=keys, signs=signs)
        self._title, self._choices, self._ways, self._problems = title, choices, ways, problems
        self.at = at

    def found(self) -> list[Choice[T]]:
        """Return the choices whose text is meant."""
        return nearest(self.typed, self._choices, lambda choice: choice.text)

    def headline(self) -> str:
        """Return what stands at the top."""
        return self._title()

    def lines(self, found: Sequence[Choice[T]], width: int) -> tuple[Content | None, list[Content]]:
        """Return the line of each choice."""
        return None, [
            self._line(choice, width, n == self.line_at) for n, choice in enumerate(found)
        ]

    def _line(self, choice: Choice[T], width: int, chosen: bool) -> Content:
        signs = self.signs
        note = signs.one_line(choice.note)
        wide = Content(note).cell_length
        if width - wide - 4 < _LEAST_TEXT:
            note, wide = "", 0
        room = width - 2 - (wide + 2 if note else 0)
        text = fit(signs.one_line(choice.text), room, ascii_only=signs.ascii_only)
        text += " " * (room - Content(text).cell_length)
        line = Content.assemble(
            f"{signs.chosen if chosen else '':<2}{text}",
            Content.styled(f"  {note}" if note else "", "" if chosen else "$foreground 60%"),
        )
        return line.stylize("bold reverse") if chosen else line

    def says(self, chosen: Choice[T]) -> str:
        """Return the whole text of the chosen line."""
        return chosen.text

    def problems(self) -> Sequence[str]:
        """Return sentences that stand below the lines."""
        return self._problems

    def pressed(self, key: str) -> bool:
        """Do with the chosen line what the key says."""
        if key not in self._ways:
            return False
        if self.chosen is not None:
            says = self._ways[key].act(self.chosen.value)
            if says is None:
                self.dismiss(None)
            else:
                self.notice = says
                self.draw()
        return True
