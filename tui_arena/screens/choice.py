"""A short list over the arena, from which one line is taken with a digit or with Enter."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit

_STEPS = {"up": -1, "k": -1, "down": 1, "j": 1, "pageup": -10, "pagedown": 10}
"""Keys, and how many lines further down they choose."""


class Choice(ModalScreen[int | None]):
    """Answers with the number of the line that was taken, from 0; None where it was left."""

    _list = query_one(PickList)

    def __init__(self, *, title: str, lines: Sequence[str], signs: Signs) -> None:
        super().__init__()
        self._title, self._lines, self._signs = title, lines, signs
        self._at = 0

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="choice"):
            yield Plain(Content.styled(self._signs.one_line(self._title), "bold"))
            yield PickList()
            yield Plain(
                Content.assemble(
                    ("Enter", "bold $primary"),
                    (" or a digit takes   ", "$foreground 60%"),
                    ("Esc", "bold $primary"),
                    (" leaves", "$foreground 60%"),
                )
            )

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        signs = self._signs
        width = self._list.size.width - 1
        made = []
        for number, text in enumerate(self._lines):
            chosen = number == self._at
            line = f"{signs.chosen if chosen else ' '} {number}  {signs.one_line(text)}"
            shown = fit(line, width, ascii_only=signs.ascii_only)
            made.append(Content.styled(shown, "bold" if chosen else ""))
        self._list.show(made, self._at, Content(""))

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed."""
        event.stop()
        if event.key in _STEPS:
            self._at = max(0, min(self._at + _STEPS[event.key], len(self._lines) - 1))
            self._draw()
        elif event.key == "enter":
            self.dismiss(self._at)
        elif event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key.isdecimal() and int(event.key) < len(self._lines):
            self.dismiss(int(event.key))

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Take the line that the mouse picked."""
        if message.index < len(self._lines):
            self.dismiss(message.index)
