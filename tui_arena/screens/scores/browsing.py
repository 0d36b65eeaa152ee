"""Commands of screens of figures: pages, the cursor, and what is behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui_arena.scoring.reply import Reply
from tui_arena.screens.help import help_page
from tui_arena.screens.scores.behind import BehindScreen
from tui_arena.screens.scores.paged import Paged


class Browsing:
    """Each method is the action of a command."""

    def __init__(self, screen: Paged[Any], how: Sequence[str]) -> None:
        """`how` are sentences of the help."""
        self._screen, self._how = screen, how

    # pages

    def turn_to(self, page: int) -> None:
        """Open a page."""
        self._screen.turn_to(page)

    def turn(self, step: int) -> None:
        """Open the next page (1) or the one before (-1)."""
        self._screen.turn_to(self._screen.page + step)

    def scope(self) -> None:
        """Count all saved sessions, or the open one alone."""
        if self._screen.opened_with.open is not None:
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

    # find

    def find(self) -> None:
        """Ask for a text, and go to the first figure that holds it."""
        self._screen.search.ask()

    def find_step(self, way: int) -> None:
        """Go to the next figure that holds it (1), or to the one before (-1)."""
        self._screen.search.step(way)

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
            replies=cell.replies,
            words=words,
            says=cell.says,
            showing=screen.opened_with,
            query=screen.search.query,
        )
        screen.app.push_screen(behind, left)

    def help(self) -> None:
        """Show the help."""
        screen = self._screen
        page = help_page(screen.table, screen.opened_with.signs, writing=False, how=self._how)
        screen.app.push_screen(page)

    def leave(self) -> None:
        """Leave the screen; where it is the whole program, end it."""
        screen = self._screen
        if screen.opened_with.open is not None:
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
