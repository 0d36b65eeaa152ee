"""The one question of a number: how many attempts."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.widgets.plain import Plain

_FEWEST = 2


class HowMany(ModalScreen[int | None]):
    """Takes a number by its digits, as soon as it is clear; Esc gives None."""

    def __init__(self, *, most: int) -> None:
        """`most` has two digits at most."""
        super().__init__()
        self._most, self._typed = most, ""

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(id="how-many"):
            yield Plain(f"Further attempts at once: {_FEWEST} to {self._most}?")
            yield Plain(id="how-many-typed")
            yield Plain(
                Content.assemble(
                    ("digits", "bold $primary"), " ask   ", ("Esc", "bold $primary"), " leave"
                )
            )

    def on_key(self, event: events.Key) -> None:
        """Take digits in the order in which they were pressed."""
        event.stop()
        if event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key == "backspace":
            self._take("")
        elif event.key in "0123456789":
            self._take(self._typed + event.key)

    def _take(self, typed: str) -> None:
        number = int(typed or 0)
        if _FEWEST <= number <= self._most:
            self.dismiss(number)
            return
        first_of_two = number > 0 and number * 10 <= self._most
        self._typed = typed if first_of_two else ""
        says = f"{self._typed}_" if first_of_two or not typed else f"{number} is out of range."
        self.query_one("#how-many-typed", Plain).update(says)
