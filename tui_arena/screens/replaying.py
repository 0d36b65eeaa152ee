"""Commands of a replay: play and pause, how fast, where to, and what can be seen of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_arena.keymap.replaying import REPLAYING
from tui_arena.screens.help import help_page

if TYPE_CHECKING:
    from tui_arena.screens.replay import ReplayScreen

_GRACE = 1000
"""Milliseconds in which going back means the one before."""

_HOW = (
    "Answers come as fast as they came then. Where nobody did anything for a while, a few seconds "
    "are left of it; --real-time keeps all of them.",
    "A notch in the bar is a mark or a vote. A click on the bar goes there.",
    "A pane holds the latest turns of its side; go back to see those before them.",
)


class Replaying:
    """Moves the playhead of a replay; each method is the action of a command."""

    def __init__(self, screen: ReplayScreen) -> None:
        self._screen = screen

    def play(self) -> None:
        """Pause, or play on."""
        self._screen.playhead.toggle()

    def speed(self, step: int) -> None:
        """Play faster (1) or slower (-1)."""
        self._screen.playhead.change_speed(step)

    def true_speed(self) -> None:
        """Play as fast as it was."""
        self._screen.playhead.set_speed(1.0)

    def seek(self, seconds: int) -> None:
        """Go so many seconds of the replay forward, or back."""
        self._screen.go(self._screen.playhead.at + seconds * 1000)

    def token(self, step: int) -> None:
        """Stand still at the next piece of text (1) or the one before (-1)."""
        playhead = self._screen.playhead
        playhead.pause()
        self._screen.go(self._screen.timeline.token(playhead.at, step))

    def turn(self, step: int) -> None:
        """Go to the next prompt (1) or the one before (-1)."""
        playhead = self._screen.playhead
        # A replay that plays has gone on a little until the key is pressed again.
        back = _GRACE * playhead.speed if step < 0 and playhead.playing else 0
        self._screen.go(self._screen.timeline.turn(int(playhead.at - back), step))

    def mark(self, step: int) -> None:
        """Stand still at the next mark or vote (1) or the one before (-1)."""
        screen = self._screen
        found = screen.timeline.mark(screen.playhead.at, step)
        if found is None:
            screen.notice = f"There is no mark {'after' if step > 0 else 'before'} this."
            return
        screen.playhead.pause()
        screen.go(found)
        screen.call_after_refresh(screen.reveal_last)

    def beginning(self) -> None:
        """Go to the beginning."""
        self._screen.go(0)

    def end(self) -> None:
        """Go to the end."""
        self._screen.go(self._screen.timeline.length)

    def other_side(self) -> None:
        """Choose the other side."""
        self._screen.chosen = "right" if self._screen.chosen == "left" else "left"

    def zoom(self) -> None:
        """Show only the chosen side, or both again."""
        self._screen.zoomed = not self._screen.zoomed

    def scroll(self, step: int) -> None:
        """Scroll the chosen side a page up (-1) or down (1)."""
        self._screen.pane(self._screen.chosen).scroll_page(step)

    def line(self, step: int) -> None:
        """Scroll the chosen side a line up (-1) or down (1)."""
        self._screen.pane(self._screen.chosen).transcript.scroll_relative(y=step, animate=False)

    def help(self) -> None:
        """Show the help."""
        signs = self._screen.showing.signs
        self._screen.app.push_screen(help_page(REPLAYING, signs, writing=False, how=_HOW))

    def leave(self) -> None:
        """End the replay."""
        self._screen.app.exit()

    def interrupt(self) -> None:
        """Copy what is selected; otherwise end the replay."""
        selected = self._screen.get_selected_text()
        if selected:
            self._screen.app.copy_to_clipboard(selected)
        else:
            self._screen.app.exit()
