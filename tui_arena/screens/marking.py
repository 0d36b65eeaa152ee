"""Commands of rating: give a mark, take it back, undo."""

from __future__ import annotations

from tui_arena.keymap.judging import MARK_WORDS
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
            self._stage.takebacks.append(self._take_back)
            self._changed(side)

    def mark_here(self, mark: Mark) -> None:
        """Give the chosen side's response a mark or take it back."""
        self.mark(self._stage.chosen, mark)

    def undo(self) -> None:
        """Take back the last change of a mark, a vote or a setting, or a prompt that waits."""
        takebacks, said = self._stage.takebacks, ""
        while takebacks and not said:
            said = takebacks.pop()()
        self._stage.notice = said or "There is nothing to undo."

    def _take_back(self) -> str:
        undone = self._stage.rating.undo()
        if undone is None:  # its response was set aside, and so it is not undone any more
            return ""
        side, mark, given = undone
        self._changed(side)
        return f"Undone: {MARK_WORDS[mark]} is {'on' if given else 'off'} again on the {side}."

    def _changed(self, side: Side) -> None:
        self._stage.autosave.changed()
        self._stage.desk.pane(side).show_marks()
        self._stage.show()
