"""The page that finds one of many things by a few letters of it, and ends with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from textual.content import Content

from tui_arena.screens.fuzzy import nearest
from tui_arena.screens.search_page import SearchPage
from tui_arena.widgets.signs import Signs, fit


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things to find."""

    id: str
    name: str
    beside: str = ""
    """Shown on the left of it, for example its key."""
    also: str = ""
    """Further words that it is found by."""


class Finder(SearchPage[str | None, Thing]):
    """Ends with the id of the thing taken.

    `tried` is told whenever another one is chosen, and with None when nothing is taken after all.
    """

    def __init__(
        self,
        things: Sequence[Thing],
        *,
        title: str,
        nothing: str,
        signs: Signs,
        at: str = "",
        closed_by: Collection[str] = (),
        tried: Callable[[str | None], None] | None = None,
    ) -> None:
        """`at` is the id to begin at; `nothing` is said where nothing is found."""
        super().__init__(nothing=nothing, keys=[("Enter", "take")], signs=signs)
        self._things, self._title = things, title
        self._closed_by, self._tried = closed_by, tried or (lambda thing: None)
        self.at = next((n for n, thing in enumerate(things) if thing.id == at), 0)
        self._beside = max((Content(thing.beside).cell_length for thing in things), default=0)

    def found(self) -> list[Thing]:
        """Return the things that are called so."""
        return nearest(self.typed, self._things, lambda thing: f"{thing.name} {thing.also}")

    def headline(self) -> str:
        """Return what stands at the top."""
        return self._title

    def lines(self, found: Sequence[Thing], width: int) -> tuple[Content | None, list[Content]]:
        """Return the line of each thing."""
        return None, [self._line(thing, width, n == self.line_at) for n, thing in enumerate(found)]

    def _line(self, thing: Thing, width: int, chosen: bool) -> Content:
        signs = self.signs
        beside = f"{thing.beside:<{self._beside}}  " if self._beside else ""
        text = f"{signs.chosen if chosen else '':<2}{beside}{signs.one_line(thing.name)}"
        line = Content(fit(text, width, ascii_only=signs.ascii_only))
        return line.stylize("bold reverse") if chosen else line

    def pressed(self, key: str) -> bool:
        """Take the chosen thing, or leave by the key that opened the page."""
        if key == "enter":
            if self.chosen is not None:
                self.dismiss(self.chosen.id)
        elif key in self._closed_by:
            self.leave()
        else:
            return False
        return True

    def moved(self) -> None:
        """Tell which one is chosen now."""
        if self.chosen is not None:
            self._tried(self.chosen.id)

    def leave(self) -> None:
        """End with nothing, and tell so."""
        self._tried(None)
        self.dismiss(None)
