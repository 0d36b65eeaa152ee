"""The page that lists things, the nearest to what is typed first; what they are, its heirs know."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.keyboard import without_alt
from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

Result = TypeVar("Result")
Thing = TypeVar("Thing")

_LONGEST = 60
"""Characters of a query."""
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -100_000, "end": 100_000}
"""Keys, and how many lines further down they choose."""
_ERASED = {"backspace": 1, "ctrl+u": _LONGEST}
"""Keys, and how many letters they take from the end of the query."""
_MOST_LINES = 120
"""Lines that are laid out, around the chosen one; more than any terminal shows."""
_HIGH = 16
"""Rows of a terminal in which keys may take two."""


class SearchPage(ModalScreen[Result], Generic[Result, Thing]):
    """Lists things; arrows choose one, letters find it, Esc leaves."""

    _list = query_one(PickList)
    _title_line = query_one(".page-title", Plain)
    _query_line = query_one(".search-query", Plain)
    _head = query_one(".search-head", Plain)
    _says = query_one(".search-says", Plain)
    _keys = query_one(".page-keys", Plain)

    def __init__(self, *, nothing: str, keys: Iterable[tuple[str, str]], signs: Signs) -> None:
        """`nothing` is said where nothing is found; `keys` are those of its heir and their use."""
        super().__init__()
        self.signs = signs
        self.nothing = nothing
        self.at = 0
        """Which of the things found is chosen."""
        self.notice = ""
        """What just happened; it stands until a key is pressed."""
        self._shown_keys = [*keys, ("Esc", "leave"), ("Up Down", "select")]
        self._query = ""
        self._first = 0

    # what an heir says

    @abstractmethod
    def found(self) -> list[Thing]:
        """Return the things that `typed` means, the nearest first."""

    @abstractmethod
    def headline(self) -> str:
        """Return what stands at the top."""

    @abstractmethod
    def lines(self, found: Sequence[Thing], width: int) -> tuple[Content | None, list[Content]]:
        """Return a head for the columns, if any, and the line of each thing.

        `found` are those around the chosen one; `line_at` is which of them that is.
        """

    def says(self, chosen: Thing) -> str:
        """Return what is said of the chosen thing below the list."""
        return ""

    def problems(self) -> Sequence[str]:
        """Return sentences that stand below the lines."""
        return ()

    def pressed(self, key: str) -> bool:
        """Do what a key means here alone; return whether it means anything."""
        return False

    def moved(self) -> None:
        """Hear that another thing was chosen."""

    def asked(self) -> None:
        """Hear that the query is another one."""

    def body(self) -> ComposeResult:
        """Lay out the list, and what stands beside it."""
        yield PickList(classes="search-list")

    @property
    def list_width(self) -> int:
        """How many cells a line has."""
        return self.size.width - 5  # a margin on both sides, and where the list scrolls

    def leave(self) -> None:
        """End with nothing."""
        self.dismiss(None)

    # how it works

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(classes="page-title")
        yield Plain(classes="search-query")
        yield Plain(classes="search-head")
        yield from self.body()
        yield Plain(classes="search-says")
        yield Plain(classes="page-keys")

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self.draw)

    @property
    def typed(self) -> str:
        """What is typed to find."""
        return self._query

    @property
    def line_at(self) -> int:
        """Which of the lines that are laid out is the chosen one."""
        return self.at - self._first

    @property
    def chosen(self) -> Thing | None:
        """The thing that keys act on."""
        found = self.found()
        return found[max(0, min(self.at, len(found) - 1))] if found else None

    def draw(self) -> None:
        """Bring everything up to date."""
        if not self.is_attached or not self.size.width:
            return
        signs, found = self.signs, self.found()
        self.at = max(0, min(self.at, len(found) - 1))
        self._first = max(0, min(self.at - _MOST_LINES // 2, len(found) - _MOST_LINES))
        shown = found[self._first : self._first + _MOST_LINES]
        width = self.list_width
        self._title_line.update(Content.styled(f"  {signs.one_line(self.headline())}", "bold"))
        self._query_line.update(
            Content.assemble(
                Content.styled(f"{signs.ask} ", "bold $primary"),
                signs.one_line(self._query) + ("_" if signs.ascii_only else "▏"),
                Content.styled("" if self._query else "  type to find", "$foreground 60%"),
            )
        )
        self._keys.update(self._rows_of_keys())
        head, lines = self.lines(shown, width)
        self._head.display = head is not None
        self._head.update(head or "")
        problems = [wrap(signs.one_line(problem), max(20, width)) for problem in self.problems()]
        foot = "\n".join(line for problem in problems for line in ("", *problem))
        self._list.show(lines or [Content(self.nothing)], self.line_at, Content(foot))
        says = self.notice or (self.says(found[self.at]) if found else "")
        self._says.update(
            Content.styled(signs.one_line(says), "bold $warning" if self.notice else "")
        )

    def _rows_of_keys(self) -> Content:
        """Return what keys do, in a second row too where there is room."""
        width, most = self.size.width, 2 if self.size.height >= _HIGH else 1
        rows: list[Content] = []
        for key, does in self._shown_keys:
            one = Content.assemble((f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%"))
            if rows and rows[-1].cell_length + one.cell_length <= width:
                rows[-1] += one
            else:
                rows.append(one)
        return Content("\n").join(rows[:most])

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed.

        Bindings would act before letters or after them, where many arrive at once.
        """
        event.stop()
        event.prevent_default()
        if self.pressed(event.key):
            return
        if event.key in _STEPS:
            self._choose(self.at + _STEPS[event.key])
        elif event.key in _ERASED:
            self._ask(self._query[: -_ERASED[event.key]])
        elif event.key == "escape":
            self.leave()
        elif event.key.startswith("alt+"):  # Esc and a key that arrived as one
            self.leave()
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)
        elif event.is_printable and event.character is not None:
            self._ask(self._query + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text into the query."""
        event.stop()
        self._ask(self._query + " ".join(event.text.split()))

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Choose the line that the mouse picked."""
        self._choose(self._first + message.index)

    def _ask(self, query: str) -> None:
        self._query = query[:_LONGEST]
        self.asked()
        self._choose(0)

    def _choose(self, at: int) -> None:
        self.at, self.notice = at, ""
        self.draw()
        self.moved()
