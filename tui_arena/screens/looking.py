"""Commands of looking: select and scroll, the pages of help and log."""

from __future__ import annotations

from tui_arena.judgement import standing_marks
from tui_arena.screens.help import help_page
from tui_arena.screens.log import log_page
from tui_arena.screens.stage import Stage
from tui_arena.widgets.pane import Pane


class Looking:
    """Changes what can be seen, and which response is selected."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def _pane(self) -> Pane:
        return self._stage.desk.pane(self._stage.chosen)

    def select(self, step: int) -> None:
        """Select the response above or below."""
        self._step(step, top=False)

    def turn(self, step: int) -> None:
        """Select the response above or below, and put its prompt at the top."""
        self._step(step, top=True)

    def _step(self, step: int, *, top: bool) -> None:
        stage, side = self._stage, self._stage.chosen
        turn = stage.rating.step(side, step)
        if turn is not None:
            self._pane.reveal(turn, top=top)
        else:
            self._pane.follow()
            if not stage.sides[side].conversation.turns:
                stage.notice = f"There is no response on the {side} yet."
        stage.show()

    def latest(self) -> None:
        """Go back to the latest response."""
        self._stage.rating.select(self._stage.chosen, None)
        self._pane.follow()
        self._stage.show()

    def unrated(self, step: int) -> None:
        """Select the next response without a mark of this rater (1), or the one before (-1)."""
        stage, side = self._stage, self._stage.chosen
        conversation = stage.sides[side].conversation
        turns = conversation.turns
        bare = [
            n
            for n, turn in enumerate(turns)
            if not standing_marks(e for e in turn.response.marks if e.by == conversation.rater)
        ]
        if not bare:
            stage.notice = (
                f"Every response on the {side} is rated."
                if turns
                else f"There is no response on the {side} yet."
            )
            return
        target = stage.rating.target(side)
        here = next((n for n, turn in enumerate(turns) if turn is target), 0)
        ahead = [n for n in bare if (n - here) * step > 0]
        at = (min(ahead) if step > 0 else max(ahead)) if ahead else bare[0 if step > 0 else -1]
        stage.rating.select(side, turns[at])
        self._pane.reveal(turns[at])
        stage.notice = f"Response {at + 1}; {len(bare)} unrated on the {side}"
        stage.show()

    def scroll(self, step: int) -> None:
        """Scroll the chosen side by a page."""
        self._pane.scroll_page(step)

    def top(self) -> None:
        """Go to the beginning of the chosen side."""
        self._pane.top()

    def follow(self) -> None:
        """Go to the end of the chosen side."""
        self._pane.follow()

    def help(self) -> None:
        """Show the help."""
        stage = self._stage
        stage.app.push_screen(help_page(stage.sitting.commands, stage.signs, writing=stage.writing))

    def log(self) -> None:
        """Show the end of the log."""
        stage = self._stage
        if stage.blind:
            stage.notice = f"The log names models; {stage.key('blind')} reveals them."
            return
        stage.app.push_screen(log_page(stage.sitting.log_path, stage.signs, stage.keys("log")))
