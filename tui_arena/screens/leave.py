"""The one question before leaving, asked only where something would be cut short or lost."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.widgets.plain import Plain


class Leave(ModalScreen[bool]):
    """Asks whether to leave, and says what stands against it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,q,ctrl+q", "answer(True)", "quit", show=False),
        Binding("n,escape", "answer(False)", "stay", show=False),
    ]

    def __init__(self, *, under_way: bool, waiting: bool) -> None:
        """Say whether an answer is under way, and whether a prompt waits."""
        super().__init__()
        self._under_way, self._waiting = under_way, waiting

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(id="leave"):
            if self._under_way:
                yield Plain("An answer is still under way.")
            if self._waiting:
                yield Plain("A prompt still waits for its turn.")
            if self._under_way:
                yield Plain("Quit? What came so far is saved.")
            else:
                yield Plain("Quit? It would not be asked.")
            yield Plain(
                Content.assemble(
                    ("y", "bold $primary"), " quit   ", ("n", "bold $primary"), " stay"
                )
            )

    def action_answer(self, leave: bool) -> None:
        """Give the answer."""
        self.dismiss(leave)
