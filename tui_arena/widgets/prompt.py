"""The one line to write on, which grows to a few."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui_arena.prompt_history import PromptHistory
from tui_arena.text import display_text

_TALLEST = 5
# Joiners, emoji variation, skin tones and flags change what is asked, so they stay in the text.
_KEPT = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}
_KEPT_RANGES = ((0x1F3FB, 0x1F3FF), (0x1F1E6, 0x1F1FF))


class PromptArea(TextArea):
    """Takes text. Sends it and breaks lines itself, in the order of what is typed.

    What is shown is what is sent: control characters become visible the moment they come in.
    """

    @dataclass
    class Sent(Message):
        """The text was sent; it no longer stands on the line, unless it stays there."""

        text: str

    def __init__(
        self,
        *,
        placeholder: str,
        send_keys: Collection[str],
        newline_keys: Collection[str],
        id: str = "prompt",
        tallest: int | None = _TALLEST,
        stays: bool = False,
        history: PromptHistory | None = None,
    ) -> None:
        """`tallest` is how many rows it grows to; None leaves its height to the style sheet.

        With `stays` the text still stands there when it was sent.
        """
        super().__init__(
            id=id,
            compact=True,
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=placeholder,
        )
        self._send_keys, self._newline_keys = send_keys, newline_keys
        self._tallest, self._stays = tallest, stays
        self.asked_before = history
        """What was asked before; None where that is not gone back to."""

    def edit(self, edit: Edit) -> EditResult:
        """Make visible what would act on a terminal, whichever way it came in."""
        edit.text = writable(edit.text)
        result = super().edit(edit)
        self._grow()
        return result

    def load_text(self, text: str) -> None:
        """Replace the text."""
        super().load_text(writable(text))
        self._grow()

    def put_back(self, text: str) -> None:
        """Put a text back that could not be sent, before what was typed since."""
        with self.prevent(TextArea.Changed):
            self.text = text + self.text
        self.move_cursor(self.document.end)

    def action_cursor_up(self, select: bool = False) -> None:
        """Move up; from the first line go to the prompt before, unless something new is written."""
        first = self.navigator.is_first_wrapped_line(self.cursor_location)
        if select or not first or not self._recall(-1):
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Move down; from the last line go to the prompt after it."""
        last = self.navigator.is_last_wrapped_line(self.cursor_location)
        if select or not last or not self._recall(1):
            super().action_cursor_down(select)

    def _recall(self, step: int) -> bool:
        if self.asked_before is None:
            return False
        text = self.asked_before.step(step, self.text)
        if text is not None:
            self.text = text
            self.move_cursor(self.document.end if step > 0 else (0, 0))
        return text is not None

    def on_resize(self) -> None:
        """Fit the new width."""
        self._grow()

    async def _on_key(self, event: events.Key) -> None:
        """Send, break the line, and type nothing that came with Alt."""
        if event.key in self._send_keys:
            event.stop()
            event.prevent_default()
            text = self.text
            if text.strip() and not self._stays:
                self.text = ""
            self.post_message(self.Sent(text))
        elif event.key in self._newline_keys:
            event.stop()
            event.prevent_default()
            self._replace_via_keyboard("\n", *self.selection)
        elif event.key.startswith("alt+"):
            event.prevent_default()

    def _grow(self) -> None:
        if self.is_mounted and self._tallest is not None:
            self.styles.height = min(self._tallest, max(1, self.wrapped_document.height))


def writable(text: str) -> str:
    """Return text as the prompt takes it: line ends made one kind, control characters visible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = display_text(text)
    if shown == text:
        return text
    return "".join(char if _kept(char) else display_text(char) for char in text)


def _kept(char: str) -> bool:
    return char in _KEPT or any(low <= ord(char) <= high for low, high in _KEPT_RANGES)
