"""The page that finds one of many things by a few letters of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.screens.fuzzy import distance
from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit

_LONGEST = 60
"""Characters of a query."""
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -100_000, "end": 100_000}
"""Keys, and how many lines further down they choose."""
_ERASED = {"backspace": 1, "ctrl+u": _LONGEST}
"""Keys, and how many letters they take from the end of the query."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things to find."""

    id: str
    name: str
    beside: str = ""
    """Shown on the left of it, for example its key."""
    also: str = ""
    """Further words that it is found by."""


class Finder(ModalScreen[str | None]):
    """Lists things, the nearest to what is typed first; ends with the id of the one taken.

    `tried` is told whenever another one is chosen, and with None when nothing is taken after all.
    """

    _list = query_one(PickList)

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
        super().__init__()
        self._things, self._title, self._nothing = things, title, nothing
        self._signs, self._closed_by, self._tried = signs, closed_by, tried
        self._query = ""
        self._at = next((n for n, thing in enumerate(things) if thing.id == at), 0)
        self._beside = max((Content(thing.beside).cell_length for thing in things), default=0)

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(Content.styled(f"  {self._title}", "bold"), classes="page-title")
        yield Plain(classes="finder-query")
        yield PickList()
        yield Plain(
            Content.assemble(
                *(
                    Content.assemble(
                        (f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%")
                    )
                    for key, does in (("Enter", "take"), ("Esc", "leave"), ("Up Down", "select"))
                )
            ),
            classes="page-keys",
        )

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self._draw)

    def _found(self) -> list[Thing]:
        """Return the things that the query means, the nearest first."""
        near = [(distance(self._query, f"{one.name} {one.also}"), one) for one in self._things]
        found = [(far, one) for far, one in near if far is not None]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    @property
    def _chosen(self) -> Thing | None:
        found = self._found()
        return found[min(self._at, len(found) - 1)] if found else None

    def _draw(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        signs, found = self._signs, self._found()
        self._at = max(0, min(self._at, len(found) - 1))
        self.query_one(".finder-query", Plain).update(
            Content.assemble(
                Content.styled(f"{signs.ask} ", "bold $primary"),
                signs.one_line(self._query) + ("_" if signs.ascii_only else "▏"),
                Content.styled("" if self._query else "  type to find", "$foreground 60%"),
            )
        )
        lines = [self._line(one, chosen=n == self._at) for n, one in enumerate(found)]
        self._list.show(lines or [Content(self._nothing)], self._at, Content(""))

    def _line(self, thing: Thing, *, chosen: bool) -> Content:
        signs, width = self._signs, self.size.width - 5
        beside = f"{thing.beside:<{self._beside}}  " if self._beside else ""
        text = f"{signs.chosen if chosen else '':<2}{beside}{signs.one_line(thing.name)}"
        line = Content(fit(text, width, ascii_only=signs.ascii_only))
        return line.stylize("bold reverse") if chosen else line

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed.

        Bindings would act before letters or after them, where many arrive at once.
        """
        event.stop()
        if event.key in _STEPS:
            self._choose(self._at + _STEPS[event.key])
        elif event.key in _ERASED:
            self._ask(self._query[: -_ERASED[event.key]])
        elif event.key == "enter":
            if self._chosen is not None:
                self.dismiss(self._chosen.id)
        elif event.key == "escape" or event.key in self._closed_by:
            self._try(None)
            self.dismiss(None)
        elif event.is_printable and event.character is not None:
            self._ask(self._query + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text into the query."""
        event.stop()
        self._ask(self._query + " ".join(event.text.split()))

    def _ask(self, query: str) -> None:
        self._query = query[:_LONGEST]
        self._choose(0)

    def _choose(self, at: int) -> None:
        self._at = at
        self._draw()
        if self._chosen is not None:
            self._try(self._chosen.id)

    def _try(self, one: str | None) -> None:
        if self._tried is not None:
            self._tried(one)

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Choose the line that the mouse picked."""
        self._choose(message.index)
