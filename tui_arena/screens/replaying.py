"""Commands of a replay: play and pause, how fast, where to, and what can be seen of it."""

from __future__ import annotations

from tui_arena.screens.help import help_page
from tui_arena.screens.replay_stage import ReplayStage

_GRACE = 1000
"""Milliseconds in which going back means the one before."""

_HOW = (
    "Answers come as fast as they came then. Where nobody did anything for a while, a few seconds "
    "are left of it; tui-arena replay --real-time keeps all of them.",
    "A notch in the bar is a mark or a vote. A click on the bar goes there.",
    "A pane holds the latest turns of its side; go back to see those before them.",
)


class Replaying:
    """Moves the playhead of a replay; each method is the action of a command."""

    def __init__(self, stage: ReplayStage) -> None:
        self._stage = stage

    def play(self) -> None:
        """Pause, or play on."""
        self._stage.playhead.toggle()

    def speed(self, step: int) -> None:
        """Play faster (1) or slower (-1)."""
        self._stage.playhead.change_speed(step)

    def true_speed(self) -> None:
        """Play as fast as it was."""
        self._stage.playhead.set_speed(1.0)

    def seek(self, seconds: int) -> None:
        """Go so many seconds of the replay forward, or back."""
        self._stage.go(self._stage.playhead.at + seconds * 1000)

    def token(self, step: int) -> None:
        """Stand still at the next piece of text (1) or the one before (-1)."""
        playhead = self._stage.playhead
        playhead.pause()
        self._stage.go(self._stage.timeline.token(playhead.at, step))

    def turn(self, step: int) -> None:
        """Go to the next prompt (1) or the one before (-1)."""
        playhead = self._stage.playhead
        # A replay that plays has gone on a little until the key is pressed again.
        back = _GRACE * playhead.speed if step < 0 and playhead.playing else 0
        self._stage.go(self._stage.timeline.turn(int(playhead.at - back), step))

    def mark(self, step: int) -> None:
        """Stand still at the next mark or vote (1) or the one before (-1)."""
        stage = self._stage
        found = stage.timeline.mark(stage.playhead.at, step)
        if found is None:
            stage.notice = f"There is no mark {'after' if step > 0 else 'before'} this."
            return
        stage.playhead.pause()
        stage.go(found)
        stage.call_after_refresh(stage.reveal_last)

    def beginning(self) -> None:
        """Go to the beginning."""
        self._stage.go(0)

    def end(self) -> None:
        """Go to the end."""
        self._stage.go(self._stage.timeline.length)

    def other_side(self) -> None:
        """Choose the other side."""
        self._stage.chosen = "right" if self._stage.chosen == "left" else "left"

    def zoom(self) -> None:
        """Show only the chosen side, or both again."""
        self._stage.zoomed = not self._stage.zoomed

    def scroll(self, step: int) -> None:
        """Scroll the chosen side a page up (-1) or down (1)."""
        self._stage.pane(self._stage.chosen).scroll_page(step)

    def line(self, step: int) -> None:
        """Scroll the chosen side a line up (-1) or down (1)."""
        self._stage.pane(self._stage.chosen).transcript.scroll_relative(y=step, animate=False)

    def help(self) -> None:
        """Show the help."""
        showing = self._stage.showing
        page = help_page(showing.commands, showing.signs, writing=False, how=_HOW)
        self._stage.app.push_screen(page)

    def leave(self) -> None:
        """End the replay; where it is the whole program, end that."""
        if self._stage.showing.goes_back:
            self._stage.dismiss(None)
        else:
            self._stage.app.exit()

    def interrupt(self) -> None:
        """Copy what is selected; otherwise leave."""
        selected = self._stage.get_selected_text()
        if selected:
            self._stage.app.copy_to_clipboard(selected)
        else:
            self.leave()
