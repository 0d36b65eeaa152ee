"""Commands of rating: give a mark, take it back, undo."""

from __future__ import annotations

from tui_arena.keymap import MARK_WORDS
from tui_arena.screens.stage import Stage
from tui_arena.session import Mark, Side


class Marking:
    """Gives and takes marks; which response they go to is in `Rating`."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def mark(self, side: Side, mark: Mark) -> None:
        """Give a mark or take it back."""
        if self._stage.rating.toggle(side, mark) is None:
            self._stage.notice = f"There is no answer to rate on the {side} yet."
        else:
            self._changed(side)

    def mark_here(self, mark: Mark) -> None:
        """Give the chosen side's response a mark or take it back."""
        self.mark(self._stage.chosen, mark)

    def undo(self) -> None:
        """Take back the last change of a mark."""
        undone = self._stage.rating.undo()
        if undone is None:
            self._stage.notice = "There is no mark to undo."
            return
        side, mark, given = undone
        state = "on" if given else "off"
        self._stage.notice = f"Undone: {MARK_WORDS[mark]} is {state} again on the {side}."
        self._changed(side)

    def _changed(self, side: Side) -> None:
        self._stage.autosave.changed()
        self._stage.desk.pane(side).show_marks()
        self._stage.show()
