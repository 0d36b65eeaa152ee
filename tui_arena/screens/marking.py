"""Commands of rating: give a mark, take it back, undo."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, Attempt, Mark, Side


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

    def mark_at(self, side: Side, attempt: Attempt, mark: Mark) -> None:
        """Give a response a mark or take it back, whether or not it is the one on the screen."""
        self._stage.rating.toggle_at(side, attempt, mark)
        self._stage.takebacks.append(self._take_back)
        self._changed(side)

    def take_over(self, side: Side) -> None:
        """Give a side's response the marks that are suggested for it."""
        if not self._take_over([side]):
            self._stage.notice = f"Nothing is suggested for the {side} response."

    def take_over_both(self) -> None:
        """Give both responses the marks that are suggested for them."""
        if not self._take_over(SIDES):
            self._stage.notice = "Nothing is suggested for these responses."

    def _take_over(self, sides: Sequence[Side]) -> bool:
        stage = self._stage
        found = {side: stage.suggestion(side) for side in sides}
        count = 0
        for side, suggestion in found.items():
            if suggestion is not None:
                stage.rating.take_over(side, suggestion.marks)
                self._changed(side)
                count += 1
        if count:
            stage.takebacks.append(lambda: self._take_back_suggestions(count))
        return bool(count)

    def _take_back_suggestions(self, count: int) -> str:
        undone = [done for done in (self._stage.rating.undo() for _ in range(count)) if done]
        for side, _ in undone:
            self._changed(side)
        if not undone:
            return ""
        where = "both sides" if len(undone) > 1 else f"the {undone[0][0]}"
        return f"Undone: only suggested again on {where}."

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
        side, [entry] = undone
        self._changed(side)
        on = "off" if entry.action == "add" else "on"
        return f"Undone: {MARK_WORDS[entry.mark]} is {on} again on the {side}."

    def _changed(self, side: Side) -> None:
        self._stage.autosave.changed()
        self._stage.desk.pane(side).show_marks()
        self._stage.show()
