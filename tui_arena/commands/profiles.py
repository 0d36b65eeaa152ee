"""List the profiles."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.output import ascii_out, say


@click.command()
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@options.profiles
def profiles(for_programs: bool, profiles: Path | None) -> int:
    """List the profiles there are."""
    from tui_arena.catalog import as_json, as_table, read_catalog

    entries, problems = read_catalog(options.folders_of(profiles))
    click.echo(as_json(entries) if for_programs else as_table(entries, ascii_only=ascii_out()))
    for problem in problems:
        say(str(problem))
    return 2 if problems else 0
