"""Write sessions in the form of another program."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.commands.result import deliver, refuse_to_replace
from tui_arena.output import say

FORMATS = (
    *("markdown", "html", "openai-jsonl", "mt-bench", "arena", "sharegpt", "comparator"),
    *("preference", "csv"),
)
"""What can be written; the modules that do it are not loaded for a list of options."""


@click.command("export")
@click.argument("sessions", nargs=-1, required=True, type=options.FOLDER, metavar="FILE...")
@click.option("--to", "format", type=click.Choice(FORMATS), required=True, help="In which form.")
@click.option("--out", type=options.FOLDER, metavar="PATH", help="Write this file, not to stdout.")
def export(sessions: tuple[Path, ...], format: str, out: Path | None) -> int:
    """Write sessions in the form of another program, or for people to read.

    What that form cannot hold is counted on stderr. What several of the sessions have in common,
    as forks do, counts once.
    """
    from tui_arena.exchange.collected import Collected
    from tui_arena.exchange.formats import WRITERS
    from tui_arena.exchange.left_out import LeftOut
    from tui_arena.store import load_session

    refuse_to_replace(out, sessions)
    left_out = LeftOut()
    parts = WRITERS[format](Collected(map(load_session, sessions)), left_out)
    deliver(parts, out)
    if lines := left_out.lines():
        say(f"Not in {format}:")
        for line in lines:
            say(f"  {line}")
    return 0
