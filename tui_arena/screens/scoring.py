"""The command of the scores: what the marks so far come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_arena.library.listing import files
from tui_arena.screens.marking import Marking
from tui_arena.screens.stage import Stage

if TYPE_CHECKING:
    from tui_arena.scoring.reply import Reply
    from tui_arena.screens.scores.showing import View

_ID = "scores"
"""The command that this is."""


class Scoring:
    """Opens the score screen, and goes to a response that was found there."""

    def __init__(self, stage: Stage, marking: Marking) -> None:
        self._stage, self._marking = stage, marking
        self._view: View | None = None
        """Where it was left."""

    def open(self) -> None:
        """Show the scores of this session, or of all."""
        stage = self._stage
        if stage.blind:
            stage.notice = f"The scores name models; {stage.key('blind')} reveals them."
            return
        # Imported when they are asked for, to draw the first screen sooner.
        from tui_arena.screens.scores.score_screen import ScoreScreen
        from tui_arena.screens.scores.showing import USUAL, OpenSession, ScoreShowing, View

        folder = stage.file.path.parent
        keys = [stage.key(f"mark-{side}-ok") for side in ("left", "right")]
        showing = ScoreShowing(
            signs=stage.signs,
            paths=lambda: files(folder),
            open=OpenSession(stage.file, self._under_way, self._marking.mark_at),
            weights=stage.sitting.weights or USUAL,
            how_to_rate=(
                f"{keys[0]} marks the left response ok, {keys[1]} the right one, the keys beside "
                "them give the other marks."
            ),
            closed_by=stage.keys(_ID),
        )
        self._view = self._view or View()
        stage.app.push_screen(ScoreScreen(showing, self._view), self._left)

    def _under_way(self) -> set[str]:
        sides = self._stage.sides.values()
        return {attempt.id for live in sides for attempt in live.conversation.under_way}

    def _left(self, reply: Reply | None) -> None:
        stage = self._stage
        if reply is None:
            stage.show()
            return
        turns = stage.sides[reply.side].conversation.turns
        turn = next((each for each in turns if each.id == reply.turn), None)
        if turn is None:
            stage.notice = "That response was set aside: other turns took its place."
            return
        stage.chosen = reply.side
        stage.rating.select(reply.side, turn)
        stage.desk.pane(reply.side).reveal(turn)
        if turn.response.id == reply.attempt:
            stage.notice = f"The response of turn {reply.number} on the {reply.side}"
        else:
            walk = f"{stage.key('attempt-before')} {stage.key('attempt-after')}"
            stage.notice = f"That was attempt {reply.which} of this turn; {walk} show it."
        stage.show()
