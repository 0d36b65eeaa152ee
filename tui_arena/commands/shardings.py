"""Show how weights lie over devices."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.output import ascii_out


@click.command()
@click.argument("profile")
@click.option(
    "--devices",
    type=click.IntRange(1, 4096),
    metavar="N",
    help="Plan for so many devices, without loading the model.",
)
@options.profiles
def shardings(profile: str, devices: int | None, profiles: Path | None) -> int:
    """Show how a model's weights lie over the devices.

    Loads the model onto this machine's devices and looks; with --devices it only plans.
    """
    from tui_arena.doctor import planned_audit, shardings_text
    from tui_arena.engine.profile import find_profile

    chosen = find_profile(profile, options.folders_of(profiles))
    if devices is not None:
        audit = planned_audit(chosen, devices)
    else:
        from tui_arena.engine.machine import loaded_audit

        audit = loaded_audit(chosen)
    click.echo(shardings_text(audit, ascii_only=ascii_out()))
    audit.check(chosen.name)
    return 0
