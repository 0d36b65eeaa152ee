"""Commands of the score screen: pages, the cursor, and what is behind a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_arena.keymap.scores import SCORES
from tui_arena.scoring.reply import Reply
from tui_arena.screens.help import help_page
from tui_arena.screens.scores.behind import BehindScreen

if TYPE_CHECKING:
    from tui_arena.screens.scores.score_screen import ScoreScreen

_HOW = (
    "The figures are those of tui-arena score. Those of the open session follow what happens in "
    "it; an answer that is under way does not count.",
    "Enter shows the responses behind the chosen figure, one after the other, with what every "
    "rater gave them. A click chooses a figure, another one opens it.",
    "Marks of the checker count only where they were accepted.",
)


class Browsing:
    """Each method is the action of a command."""

    def __init__(self, screen: ScoreScreen) -> None:
        self._screen = screen

    # pages

    def turn_to(self, page: int) -> None:
        """Open a page."""
        self._screen.turn_to(page)

    def turn(self, step: int) -> None:
        """Open the next page (1) or the one before (-1)."""
        self._screen.turn_to(self._screen.page + step)

    def scope(self) -> None:
        """Count all saved sessions, or the open one alone."""
        if self._screen.showing.open is not None:
            self._screen.count_everything(not self._screen.everything)

    # the cursor

    def step(self, rows: int) -> None:
        """Go to the figure above (-1) or below (1)."""
        self._screen.sheet.step(rows)

    def sideways(self, cells: int) -> None:
        """Go to the figure on the left (-1) or on the right (1)."""
        self._screen.sheet.sideways(cells)

    def page(self, step: int) -> None:
        """Go a screen up (-1) or down (1)."""
        self._screen.sheet.page(step)

    def first(self) -> None:
        """Go to the first figure."""
        self._screen.sheet.end(last=False)

    def last(self) -> None:
        """Go to the last figure."""
        self._screen.sheet.end(last=True)

    # look

    def open(self) -> None:
        """Show the responses behind the chosen figure."""
        screen = self._screen
        cell, words = screen.sheet.chosen, screen.words()
        if cell is None or not cell.replies or words is None:
            return

        def left(reply: Reply | None) -> None:
            if reply is not None:
                screen.dismiss(reply)

        behind = BehindScreen(
            replies=cell.replies, words=words, says=cell.says, showing=screen.showing
        )
        screen.app.push_screen(behind, left)

    def help(self) -> None:
        """Show the help."""
        screen = self._screen
        signs = screen.showing.signs
        screen.app.push_screen(help_page(SCORES, signs, writing=False, how=_HOW))

    def leave(self) -> None:
        """Leave the scores; where they are the whole program, end it."""
        screen = self._screen
        if screen.showing.open is not None:
            screen.dismiss(None)
        else:
            screen.app.exit()

    def interrupt(self) -> None:
        """Copy what is selected; otherwise leave."""
        selected = self._screen.get_selected_text()
        if selected:
            self._screen.app.copy_to_clipboard(selected)
        else:
            self.leave()
