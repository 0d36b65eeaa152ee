"""The row under a pane that rates: six marks, each with its key, each a button for the mouse."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.session import MARKS, Mark, Side
from tui_arena.widgets.plain import Plain

_WORDS = sum(len(word) + 1 for word in MARK_WORDS.values())


class MarkButton(Plain):
    """One mark; a click gives it or takes it back."""

    def __init__(self, *, mark: Mark, side: Side) -> None:
        super().__init__(id=f"{side}-{mark}", classes="mark-button")
        self.mark: Mark = mark


class MarkBar(Horizontal):
    """Six marks for the target response of one side."""

    given: var[frozenset[Mark]] = var(frozenset())
    """The marks that the target response carries from this rater."""
    suggested: var[frozenset[Mark]] = var(frozenset())
    """The marks that are suggested for it; a question mark stands at them."""
    keys: var[str] = var("")
    """Which keys rate now: "digits", "function keys", or none."""

    @dataclass
    class Pressed(Message):
        """A mark was clicked."""

        side: Side
        mark: Mark

    def __init__(self, *, side: Side, shown: Mapping[str, str]) -> None:
        """`shown` has the keys as people write them, by the id of the command."""
        super().__init__(classes="mark-bar")
        self.side: Side = side
        self._shown = shown

    def compose(self) -> ComposeResult:
        """Lay out the keys' range, which shows where there is no room for single keys, and six."""
        yield Plain(classes="mark-keys")
        for mark in MARKS:
            yield MarkButton(mark=mark, side=self.side)

    def watch_given(self) -> None:
        """Draw again."""
        self._draw()

    def watch_suggested(self) -> None:
        """Draw again."""
        self._draw()

    def watch_keys(self) -> None:
        """Draw again."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Post which mark was clicked."""
        if isinstance(event.widget, MarkButton):
            event.stop()
            self.post_message(self.Pressed(self.side, event.widget.mark))

    def _draw(self) -> None:
        if not self.size.width or not self.is_mounted:
            return
        labels = [self._key(mark) for mark in MARKS]
        words = _WORDS + len(self.suggested)
        full = words + sum(len(label) + 1 for label in labels if label)
        room = self.size.width - 2
        apart = room >= full + len(MARKS)
        together = bool(labels[0]) and room < full
        span = _span(labels) if together else Content("")
        row = self.query_one(".mark-keys", Plain)
        row.update(span)
        row.display = together and span.cell_length + words - 1 <= room
        for button, label in zip(self.query(MarkButton), labels, strict=True):
            word = MARK_WORDS[button.mark]
            on = button.mark in self.given
            word += "?" if button.mark in self.suggested and not on else ""
            key = Content("" if together or not label else f"{label} ").stylize("bold $primary")
            text = Content.styled(word, "bold reverse" if on else "")
            button.update(Content.assemble(key, text, "  " if apart else " "))

    def _key(self, mark: Mark) -> str:
        if self.keys == "digits":
            return self._shown[f"mark-{self.side}-{mark}"]
        return self._shown[f"mark-{mark}"] if self.keys == "function keys" else ""


def _span(labels: Collection[str]) -> Content:
    first, *_, last = labels
    return Content.styled(f"{first}-{last} ", "bold $primary")
