"""Rate what was saved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_arena.commands import options
from tui_arena.errors import ArenaError
from tui_arena.output import say
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.rating_round import Round


@click.command()
@click.argument("files", nargs=-1, required=True, type=options.FOLDER, metavar="FILE...")
@click.option("--as", "rater", metavar="NAME", help="Rate under this name.  [default: your login]")
@click.option("--all", "all_of_them", is_flag=True, help="Walk through what you rated as well.")
@click.option("--blind", is_flag=True, help="Hide which model is which.")
@options.suggest
@options.checker
@options.look
def rate(
    files: tuple[Path, ...], all_of_them: bool, blind: bool, checker: Path | None, **said: Any
) -> int:
    """Rate the saved responses that have no mark of yours yet, with the keys of the arena.

    FILE is a session, or a folder of them. What other raters gave is not shown. No model is loaded.
    """
    from tui_arena.manner import manner_of
    from tui_arena.opening import rater_or_login
    from tui_arena.rating_round import Round, open_files

    found = settings_in_force(options.given(said))
    manner, own = manner_of(found), options.own_check(checker)
    opened, problems = open_files(files)
    rater = rater_or_login(found.settings.rater)
    rating = Round(opened, rater=rater, blind=blind, all_of_them=all_of_them)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not rating.pages or not terminal:
        _say_skipped(problems)
    if not rating.pages:
        say(_nothing(rating))
        return 2 if problems and not opened else 0
    if not terminal:
        raise ArenaError("Rating needs a terminal to draw on and to read keys from.")

    from tui_arena.rate_app import open_rating

    skipped = "1 file was skipped" if len(problems) == 1 else f"{len(problems)} files were skipped"
    notice = f"{skipped}; which ones and why is said at the end." if problems else ""
    status = open_rating(rating, manner=manner, notice=notice, own=own)
    _say_skipped(problems)
    return status


def _say_skipped(problems: Sequence[str]) -> None:
    for problem in problems:
        say(f"{problem} It was skipped.")


def _nothing(rating: Round) -> str:
    if not rating.responses:
        return "Nothing to rate: there are no responses in these files."
    rated = "the response" if rating.responses == 1 else f"all {rating.responses} responses"
    return f"Nothing to rate: {rating.rater} has rated {rated}; --all walks through them again."
