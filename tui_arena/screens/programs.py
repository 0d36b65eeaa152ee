"""Commands for other programs: an answer in the pager or the editor, the prompt in the editor."""

from __future__ import annotations

import os

from tui_arena.screens.outside import OutsideError, edit_outside, program, show_outside
from tui_arena.screens.stage import Stage
from tui_arena.widgets.prompt import writable

_EDITORS = (("VISUAL", "EDITOR"), ("nano", "vim", "vi", "emacs"))
_PAGERS = (("PAGER",), ("less", "more"))


class Programs:
    """Hands texts to the programs that the environment names."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def page(self) -> None:
        """Read the selected answer in the pager."""
        self._stage.spawn(self._show(_PAGERS))

    def read_in_editor(self) -> None:
        """Read the selected answer in the editor; it cannot be changed there."""
        self._stage.spawn(self._show(_EDITORS))

    def write_in_editor(self) -> None:
        """Write the prompt in the editor."""
        self._stage.spawn(self._edit())

    async def _show(self, which: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        stage = self._stage
        turn = stage.rating.target(stage.chosen)
        if turn is None or not turn.response.said:
            stage.notice = f"There is no answer to read on the {stage.chosen}."
            return
        try:
            command = program(*which, os.environ)
            # Not every pager keeps control characters from the terminal.
            await show_outside(stage.app, command, writable(turn.response.said) + "\n")
        except OutsideError as problem:
            stage.notice = str(problem)

    async def _edit(self) -> None:
        stage = self._stage
        before = stage.prompt.text
        try:
            text = await edit_outside(stage.app, program(*_EDITORS, os.environ), before)
        except OutsideError as problem:
            stage.notice = str(problem)
            return
        if text != before:
            stage.prompt.text = text
            stage.prompt.move_cursor(stage.prompt.document.end)
