"""The line on which one writes what to find."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.cells import cells
from tui_arena.keyboard import without_alt
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_LONGEST = 200
"""Characters of what can be looked for."""
_HEAD = " find: "
_ERASED = {"backspace": 1, "ctrl+u": _LONGEST}
"""Keys, and how many letters they take from the end."""


class FindLine(ModalScreen[str | None]):
    """Answers with what to find; None where it was left. `count` says how often that is there."""

    def __init__(self, *, count: Callable[[str], str], signs: Signs) -> None:
        super().__init__()
        self._count, self._signs = count, signs
        self._query = ""

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        yield Plain(id="find-line")

    def on_mount(self) -> None:
        """Draw the empty line."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    def _draw(self) -> None:
        signs = self._signs
        says = self._count(self._query) if self._query.strip() else "Enter finds   Esc leaves"
        shown = signs.one_line(self._query) + (" " if self._query.endswith(" ") else "")
        width = self.app.size.width
        room = max(width - cells(says) - 3, width // 2) - cells(_HEAD)
        while shown and cells(shown) > room:  # its end is what one writes at
            shown = shown[1:]
        self.query_one("#find-line", Plain).update(
            Content.assemble(
                Content.styled(_HEAD, "bold $primary"),
                shown,
                "_" if signs.ascii_only else "▏",
                Content.styled(f"  {says}", "$foreground 60%"),
            )
        )

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed."""
        event.stop()
        if event.key in _ERASED:
            self._query = self._query[: -_ERASED[event.key]]
        elif event.key == "enter":
            self.dismiss(self._query)
            return
        elif event.key == "escape":
            self.dismiss(None)
            return
        elif event.key.startswith("alt+"):  # Esc and a key that arrived as one
            self.dismiss(None)
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)
            return
        elif event.is_printable and event.character is not None:
            self._query = (self._query + event.character)[:_LONGEST]
        self._draw()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text on the line."""
        event.stop()
        self._query = (self._query + " ".join(event.text.split()))[:_LONGEST]
        self._draw()
