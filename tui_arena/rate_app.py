"""Rating saved responses as a program."""

from __future__ import annotations

from tui_arena.checking.own import OwnCheck
from tui_arena.keymap.rating_later import rating_commands
from tui_arena.manner import USUAL, Manner
from tui_arena.rating_round import Round
from tui_arena.screens.rate_screen import RateScreen
from tui_arena.screens.rate_stage import RatingSetup
from tui_arena.terminal_app import TerminalApp, run_to_the_end, save_last
from tui_arena.widgets.signs import signs


class RateApp(TerminalApp):
    """Opens the screen that rates."""

    def __init__(
        self,
        rating: Round,
        *,
        manner: Manner = USUAL,
        notice: str = "",
        own: OwnCheck | None = None,
    ) -> None:
        super().__init__(manner)
        self.rate = RateScreen(
            RatingSetup(
                round=rating,
                signs=signs(ascii_only=manner.ascii_only),
                commands=rating_commands(manner.commands, manner.pages["rating"]),
                notice=notice,
                own_check=own,
                suggests=manner.suggests,
            )
        )

    def get_default_screen(self) -> RateScreen:
        """Open the screen."""
        return self.rate


def open_rating(
    rating: Round, *, manner: Manner = USUAL, notice: str = "", own: OwnCheck | None = None
) -> int:
    """Rate until the person quits; returns the exit status of `run_to_the_end`."""
    files = list({id(page.file): page.file for page in rating.pages}.values())

    def save() -> list[str]:
        return [line for file in files for line in save_last(file)]

    return run_to_the_end(RateApp(rating, manner=manner, notice=notice, own=own), save=save)
