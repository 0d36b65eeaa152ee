"""The scores of saved sessions as a program: one screen, no engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_arena.manner import USUAL, Manner
from tui_arena.scoring.gather import Suggest, Wanted
from tui_arena.scoring.results import Weights
from tui_arena.screens.scores.score_screen import ScoreScreen
from tui_arena.screens.scores.showing import ScoreShowing
from tui_arena.terminal_app import TerminalApp, run_to_the_end
from tui_arena.widgets.signs import signs


class ScoreApp(TerminalApp):
    """Opens the scores."""

    TITLE = "tui-arena score"

    def __init__(self, *, showing: ScoreShowing, manner: Manner = USUAL) -> None:
        super().__init__(manner)
        self.scores = ScoreScreen(showing)

    def get_default_screen(self) -> ScoreScreen:
        """Open the scores."""
        return self.scores


def open_scores(
    paths: Sequence[Path],
    *,
    wanted: Wanted,
    weights: Weights,
    seed: int,
    suggest: Suggest | None = None,
    check: bool = False,
    notes: Sequence[str] = (),
    manner: Manner = USUAL,
) -> int:
    """Show the scores of the sessions in files and folders until the person quits.

    Files are read while the screen is open. `suggest` is asked where somebody wants it, from the
    beginning where `check` is so; then `notes` says what it tells. Returns the exit status of
    `run_to_the_end`.
    """
    showing = ScoreShowing(
        signs=signs(ascii_only=manner.ascii_only),
        pages=manner.pages,
        paths=lambda: paths,
        wanted=wanted,
        suggest=suggest,
        check=check,
        notes=notes,
        weights=weights,
        seed=seed,
        how_to_rate="`tui-arena rate` walks through the responses.",
    )
    return run_to_the_end(ScoreApp(showing=showing, manner=manner), save=list)
