"""The page on which a person puts other words in the place of a prompt or an answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.keymap import BY_ID
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea, writable


class Revise(ModalScreen[str | None]):
    """Gives the new text; None where it was left, or nothing was changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+r", "restore", show=False, priority=True),
    ]
    _area = query_one(PromptArea)

    def __init__(
        self, *, title: str, text: str, original: str, does: str, takes_unchanged: bool = False
    ) -> None:
        """`original` is what Ctrl+R puts back; `does` says in a word what Enter does.

        `takes_unchanged` gives the text as well where nobody changed it.
        """
        super().__init__()
        self._takes_unchanged = takes_unchanged
        self._title, self._text, self._original, self._does = title, text, original, does

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(Content.styled(f"  {self._title}", "bold"), classes="page-title")
        yield PromptArea(
            id="revise-text",
            placeholder="Nothing is left.",
            send_keys=BY_ID["send"].keys,
            newline_keys=BY_ID["newline"].keys,
            tallest=None,
        )
        yield Plain(self._keys(), classes="page-keys")

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        self._write(self._text)
        self._area.focus()

    def on_prompt_area_sent(self, message: PromptArea.Sent) -> None:
        """Give the text."""
        message.stop()
        # What the line cannot hold it shows in other signs; that alone is no change.
        if message.text == writable(self._original):
            message.text = self._original
        unchanged = message.text in (self._text, writable(self._text))
        self.dismiss(None if unchanged and not self._takes_unchanged else message.text)

    def action_leave(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def action_restore(self) -> None:
        """Put the first words back."""
        self._write(self._original)

    def _write(self, text: str) -> None:
        self._area.text = text
        self._area.move_cursor(self._area.document.end)

    def _keys(self) -> Content:
        leave = "leave" if self._takes_unchanged else "leave as it was"
        keys = [
            ("Enter", self._does),
            ("^J", "newline"),
            ("Esc", leave),
        ]
        if self._text != self._original:
            keys.append(("^R", "the model's words"))
        return Content.assemble(
            *(
                Content.assemble((f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%"))
                for key, does in keys
            )
        )
