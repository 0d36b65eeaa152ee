"""A page to choose one of a few things on, found by a few letters; the keys say what for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.screens.fuzzy import distance
from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit

T = TypeVar("T")

_LONGEST = 60
"""Characters of a query."""
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -100_000, "end": 100_000}
"""Keys, and how many lines further down they choose."""
_ERASED = {"backspace": 1, "ctrl+u": _LONGEST}
"""Keys, and how many letters they take from the end of the query."""
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


class Choose(ModalScreen[None], Generic[T]):
    """Lists choices, the nearest to what is typed first; Esc changes nothing."""

    _list = query_one(PickList)

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
        super().__init__()
        self._title, self._choices, self._ways = title, choices, ways
        self._signs, self._at, self._problems = signs, at, problems
        self._query = ""
        self._notice = ""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(id="choose-title", classes="page-title")
        yield Plain(id="choose-query")
        yield PickList(id="choose-list")
        yield Plain(id="choose-says")
        yield Plain(self._keys(), classes="page-keys")

    def on_resize(self) -> None:
        """Fit the width."""
        self.call_after_refresh(self._draw)

    def _found(self) -> list[Choice[T]]:
        near = [(distance(self._query, choice.text), choice) for choice in self._choices]
        found = [(far, choice) for far, choice in near if far is not None]
        return [choice for _, choice in sorted(found, key=lambda pair: pair[0])]

    def _draw(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        signs, found = self._signs, self._found()
        width = self.size.width - 5  # a margin on both sides, and where the list scrolls
        self._at = max(0, min(self._at, len(found) - 1))
        self.query_one("#choose-title", Plain).update(
            Content.styled(f"  {signs.one_line(self._title())}", "bold")
        )
        self.query_one("#choose-query", Plain).update(
            Content.assemble(
                Content.styled(f"{signs.ask} ", "bold $primary"),
                signs.one_line(self._query) + ("_" if signs.ascii_only else "▏"),
                Content.styled("" if self._query else "  type to find", "$foreground 60%"),
            )
        )
        lines = [self._line(choice, n == self._at, width) for n, choice in enumerate(found)]
        foot = [line for problem in self._problems for line in ("", *self._wrap(problem, width))]
        self._list.show(
            lines or [Content("Nothing is called so.")], self._at, Content("\n".join(foot))
        )
        says = self._notice or (found[self._at].text if found else "")
        self.query_one("#choose-says", Plain).update(
            Content.styled(signs.one_line(says), "bold $warning" if self._notice else "")
        )

    def _wrap(self, text: str, width: int) -> list[str]:
        return wrap(self._signs.one_line(text), max(20, width))

    def _line(self, choice: Choice[T], chosen: bool, width: int) -> Content:
        signs = self._signs
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

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed."""
        event.stop()
        event.prevent_default()
        if event.key in self._ways:
            self._take(self._ways[event.key])
        elif event.key in _STEPS:
            self._at += _STEPS[event.key]
            self._notice = ""
            self._draw()
        elif event.key in _ERASED:
            self._ask(self._query[: -_ERASED[event.key]])
        elif event.key == "escape":
            self.dismiss(None)
        elif event.key.startswith("alt+"):  # Esc and a key that arrived as one
            key = event.key.removeprefix("alt+")
            self.dismiss(None)
            self.app.call_later(self.app.post_message, events.Key(key, event.character))
        elif event.is_printable and event.character is not None:
            self._ask(self._query + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text into the query."""
        event.stop()
        self._ask(self._query + " ".join(event.text.split()))

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Choose the line that the mouse picked."""
        self._at, self._notice = message.index, ""
        self._draw()

    def _ask(self, query: str) -> None:
        self._query = query[:_LONGEST]
        self._at, self._notice = 0, ""
        self._draw()

    def _take(self, way: Way[T]) -> None:
        found = self._found()
        if not found:
            return
        says = way.act(found[min(self._at, len(found) - 1)].value)
        if says is None:
            self.dismiss(None)
        else:
            self._notice = says
            self._draw()

    def _keys(self) -> Content:
        keys = [(way.shown, way.words) for way in self._ways.values()]
        return Content.assemble(
            *(
                Content.assemble((f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%"))
                for key, does in [*keys, ("Esc", "leave"), ("Up Down", "select")]
            )
        )
