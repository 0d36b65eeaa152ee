"""The one line to write on, which grows to a few."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui_arena.text import display_text

_TALLEST = 5
# Here function keys rate and pages scroll the conversation.
_TAKEN_AWAY = {"f6", "f7", "pageup", "pagedown"}
# Joiners, emoji variation, skin tones and flags change what is asked, so they stay in the text.
_KEPT = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}
_KEPT_RANGES = ((0x1F3FB, 0x1F3FF), (0x1F1E6, 0x1F1FF))


class PromptArea(TextArea, inherit_bindings=False):
    """Takes text; what it can't take as text bubbles up to the screen's key map.

    What is shown is what is sent: control characters become visible the moment they come in.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in TextArea.BINDINGS
        if isinstance(binding, Binding) and not _TAKEN_AWAY & set(binding.key.split(","))
    ]

    def __init__(self, *, placeholder: str) -> None:
        super().__init__(
            id="prompt",
            compact=True,
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="focus",
            placeholder=placeholder,
        )

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

    def newline(self) -> None:
        """Begin a new line at the cursor."""
        self._replace_via_keyboard("\n", *self.selection)
        self.scroll_cursor_visible()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._grow()

    async def _on_key(self, event: events.Key) -> None:
        """Leave Enter to the key map."""
        if event.key == "enter":
            event.prevent_default()

    def _grow(self) -> None:
        if self.is_mounted:
            self.styles.height = min(_TALLEST, max(1, self.wrapped_document.height))


def writable(text: str) -> str:
    """Return text as the prompt takes it: line ends made one kind, control characters visible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = display_text(text)
    if shown == text:
        return text
    return "".join(char if _kept(char) else display_text(char) for char in text)


def _kept(char: str) -> bool:
    return char in _KEPT or any(low <= ord(char) <= high for low, high in _KEPT_RANGES)
