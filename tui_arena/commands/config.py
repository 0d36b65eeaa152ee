"""Show the settings in force."""

from __future__ import annotations

import click

from tui_arena.output import ascii_out, print_path
from tui_arena.settings import settings_in_force


@click.command()
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@click.option("--path", "path_only", is_flag=True, help="Print the path of the file, no more.")
def config(for_programs: bool, path_only: bool) -> int:
    """Show the settings that hold, and where each comes from."""
    from tui_arena.manner import manner_of
    from tui_arena.settings import settings_file
    from tui_arena.settings_list import as_json, as_table

    if path_only:
        print_path(settings_file())
        return 0
    found = settings_in_force()
    manner = manner_of(found)
    click.echo(
        as_json(found, manner) if for_programs else as_table(found, manner, ascii_only=ascii_out())
    )
    return 0
