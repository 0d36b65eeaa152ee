"""The one question of a number: how many attempts."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.widgets.plain import Plain


class HowMany(ModalScreen[int | None]):
    """Takes a number by its digits, as soon as it is clear, or with Enter; Esc gives None."""

    def __init__(self, *, asks: str, fewest: int, most: int) -> None:
        """`asks` is what the number counts; `most` has two digits at most."""
        super().__init__()
        self._asks, self._fewest, self._most, self._typed = asks, fewest, most, ""

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        keys = [("digits", "ask"), ("Esc", "leave")]
        if self._fewest == 1:  # which could be the beginning of 10
            keys.insert(1, ("Enter", "after a 1"))
        with Vertical(id="how-many"):
            yield Plain(f"{self._asks}: {self._fewest} to {self._most}?")
            yield Plain(id="how-many-typed")
            yield Plain(
                Content("   ").join(
                    Content.assemble((key, "bold $primary"), f" {does}") for key, does in keys
                )
            )

    def on_key(self, event: events.Key) -> None:
        """Take digits in the order in which they were pressed."""
        event.stop()
        if event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key == "enter":
            self._take(self._typed, whole=True)
        elif event.key == "backspace":
            self._take("")
        elif event.key in "0123456789":
            self._take(self._typed + event.key)

    def _take(self, typed: str, *, whole: bool = False) -> None:
        number = int(typed or 0)
        first_of_two = number > 0 and number * 10 <= self._most and not whole
        if self._fewest <= number <= self._most and not first_of_two:
            self.dismiss(number)
            return
        self._typed = typed if first_of_two else ""
        says = f"{self._typed}_" if first_of_two or not typed else f"{number} is out of range."
        self.query_one("#how-many-typed", Plain).update(says)
