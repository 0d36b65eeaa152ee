"""The commands of figures: what the marks so far come to, and where models fail by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_arena.library.listing import files
from tui_arena.screens.marking import Marking
from tui_arena.screens.stage import Stage

if TYPE_CHECKING:
    from tui_arena.scoring.reply import Reply
    from tui_arena.screens.scores.showing import OpenSession, View


class Scoring:
    """Opens the screens of figures, and goes to a response that was found there."""

    def __init__(self, stage: Stage, marking: Marking) -> None:
        self._stage, self._marking = stage, marking
        self._views: dict[str, View] = {}
        """Where each screen was left, by the id of its command."""

    def open(self) -> None:
        """Show the scores of this session, or of all."""
        stage = self._stage
        if self._refused("The scores name models"):
            return
        # Imported when they are asked for, to draw the first screen sooner.
        from tui_arena.scoring.checks import Checks
        from tui_arena.screens.scores.score_screen import ScoreScreen
        from tui_arena.screens.scores.showing import USUAL, ScoreShowing

        folder = stage.file.path.parent
        checks = Checks(
            stage.sitting.own_check,
            open_session=stage.file.session.id,
            scenario=stage.script.scenario,
        )
        showing = ScoreShowing(
            signs=stage.signs,
            pages=stage.sitting.pages,
            paths=lambda: files(folder),
            open=self._open_session(),
            suggest=checks,
            check=stage.sitting.suggests and checks.check_the_open_one,
            notes=checks.notes,
            weights=stage.sitting.weights or USUAL,
            how_to_rate=self._how_to_rate(),
            closed_by=stage.keys("scores"),
        )
        stage.app.push_screen(ScoreScreen(showing, self._view("scores")), self._left)

    def open_patterns(self) -> None:
        """Show where models fail, in this session or in all."""
        stage = self._stage
        if self._refused("Patterns of errors name models"):
            return
        from tui_arena.patterns.embed import TfIdf
        from tui_arena.patterns.names import names_file
        from tui_arena.scoring.checks import Checks
        from tui_arena.screens.patterns.pattern_screen import PatternScreen
        from tui_arena.screens.patterns.showing import PatternShowing

        folder = stage.file.path.parent
        showing = PatternShowing(
            signs=stage.signs,
            pages=stage.sitting.pages,
            paths=lambda: files(folder),
            open=self._open_session(),
            suggest=Checks(),
            how_to_rate=self._how_to_rate(),
            closed_by=stage.keys("patterns"),
            embedder=lambda: TfIdf(0),
            names=names_file([folder]),
        )
        stage.app.push_screen(PatternScreen(showing, self._view("patterns")), self._left)

    def _refused(self, why: str) -> bool:
        """Say so where models must not be named, and return whether it is so."""
        stage = self._stage
        if stage.blind:
            stage.notice = f"{why}; {stage.key('blind')} reveals them."
        return stage.blind

    def _open_session(self) -> OpenSession:
        from tui_arena.screens.scores.showing import OpenSession

        return OpenSession(self._stage.file, self._under_way, self._marking.mark_at)

    def _how_to_rate(self) -> str:
        left, right = (self._stage.key(f"mark-{side}-ok") for side in ("left", "right"))
        return (
            f"{left} marks the left response ok, {right} the right one, the keys beside them give "
            "the other marks."
        )

    def _view(self, command: str) -> View:
        from tui_arena.screens.scores.showing import View

        return self._views.setdefault(command, View())

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
