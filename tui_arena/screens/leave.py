"""The one question before leaving, asked only while an answer is under way."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.widgets.plain import Plain


class Leave(ModalScreen[bool]):
    """Asks whether to leave although an answer is under way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,q,ctrl+q", "answer(True)", "quit", show=False),
        Binding("n,escape", "answer(False)", "stay", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(id="leave"):
            yield Plain("An answer is still under way.")
            yield Plain("Quit? What came so far is saved.")
            yield Plain(
                Content.assemble(
                    ("y", "bold $primary"), " quit   ", ("n", "bold $primary"), " stay"
                )
            )

    def action_answer(self, leave: bool) -> None:
        """Give the answer."""
        self.dismiss(leave)
