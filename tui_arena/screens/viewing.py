"""Commands of viewing: one pane or both, answers folded or whole, wrapped or not, as they came."""

from __future__ import annotations

from dataclasses import replace

from tui_arena.screens.stage import Stage


class Viewing:
    """Changes how the chosen side is drawn; what is recorded stays as it is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def zoom(self) -> None:
        """Show only the chosen side, or both again."""
        stage = self._stage
        stage.zoomed = not stage.zoomed
        other = "right" if stage.chosen == "left" else "left"
        if stage.zoomed:
            stage.notice = f"The {other} side is hidden."
        else:
            stage.notice = "Both sides are shown."

    def redraw(self) -> None:
        """Draw the whole screen again."""
        self._stage.app.call_later(self._stage.app.run_action, "redraw")

    def raw(self) -> None:
        """Show the answers of the chosen side as they came, or as Markdown."""
        stage, pane = self._stage, self._stage.desk.pane(self._stage.chosen)
        raw = not pane.look.raw
        pane.set_look(replace(pane.look, raw=raw))
        if stage.signs.ascii_only:
            stage.notice = "With --ascii answers are always shown as they came."
        elif raw:
            stage.notice = f"The {stage.chosen} side shows answers as they came."
        else:
            stage.notice = f"The {stage.chosen} side shows Markdown."

    def wrap(self) -> None:
        """Wrap long lines of the chosen side, or let them run on to the right."""
        stage, pane = self._stage, self._stage.desk.pane(self._stage.chosen)
        pane.wrapped = not pane.wrapped
        if pane.wrapped:
            stage.notice = f"The {stage.chosen} side wraps long lines."
        else:
            left, right = stage.key("scroll-left"), stage.key("scroll-right")
            stage.notice = f"Lines run on; {left} and {right} scroll."

    def fold(self) -> None:
        """Fold the selected answer, or unfold it."""
        stage = self._stage
        turn = stage.rating.target(stage.chosen)
        if turn is None or turn.response.timing.finished is None:
            stage.notice = "Only an answer that has ended can be folded."
            return
        pane = stage.desk.pane(stage.chosen)
        folded = not pane.folded(turn)
        pane.fold(turn, folded)
        unfolds = f"Folded; {stage.key('fold')} unfolds it."
        stage.notice = unfolds if folded else "Unfolded."

    def fold_all(self) -> None:
        """Fold all answers of the chosen side, or unfold them."""
        stage, pane = self._stage, self._stage.desk.pane(self._stage.chosen)
        folded = pane.fold_all()
        side = stage.chosen
        stage.notice = (
            f"All ended answers on the {side} are folded; {stage.key('fold-all')} unfolds them."
            if folded
            else f"All answers on the {side} are whole."
        )

    def sideways(self, step: int) -> None:
        """Scroll the chosen side to the left (-1) or to the right (1), where lines run on."""
        stage, pane = self._stage, self._stage.desk.pane(self._stage.chosen)
        if pane.wrapped:
            stage.notice = f"Lines are wrapped here; {stage.key('wrap')} lets them run on."
        else:
            pane.transcript.scroll_relative(x=step * 10, animate=False)
