"""Fork a session."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.output import print_path


@click.command()
@click.argument("session", type=options.FOLDER, metavar="FILE")
@click.option("--turn", type=click.IntRange(1), required=True, metavar="N", help="Its last turn.")
@click.option(
    "--out", type=options.FOLDER, metavar="DIR", help="Save the new session in this folder."
)
def fork(session: Path, turn: int, out: Path | None) -> int:
    """Make a new session from the first N turns of another one, beside it; print its path."""
    from tui_arena.fork import save_fork
    from tui_arena.store import load_session

    print_path(save_fork(load_session(session), turn, out or session.parent))
    return 0
