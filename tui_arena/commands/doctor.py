"""Say what this machine has and what fits."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.output import ascii_out, say


@click.command()
@click.argument("names", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--devices", type=click.IntRange(1, 4096), metavar="N", help="Plan for so many devices."
)
@click.option("--memory", metavar="SIZE", help="Plan for devices with so much memory, as 16GB.")
@options.profiles
def doctor(
    names: tuple[str, ...],
    devices: int | None,
    memory: str | None,
    profiles: Path | None,
) -> int:
    """Say what this machine has, what each model needs, and which fit together.

    Looks at all profiles, or at those named. With --devices and --memory it plans for a machine
    that is not this one.
    """
    from tui_arena.catalog import read_catalog
    from tui_arena.doctor import checkup_text, examine
    from tui_arena.engine.plan import Machine
    from tui_arena.engine.profile import ProfileError, find_profile

    size = options.size(memory)
    folders = options.folders_of(profiles)
    problems: list[ProfileError] = []
    if names:
        chosen = [find_profile(name, folders) for name in dict.fromkeys(names)]
    else:
        entries, problems = read_catalog(folders)
        chosen = [entry.profile for entry in entries]
    if devices is not None and size is not None:
        machine = Machine(devices, size)
    else:
        from tui_arena.engine.machine import this_machine

        here = this_machine()
        machine = Machine(
            devices or here.devices,
            size or here.memory,
            kind=here.kind if devices is None else "",
            cpu=here.cpu and devices is None,
        )
    checkup = examine(chosen, machine)
    click.echo(checkup_text(checkup, machine, ascii_only=ascii_out()))
    for problem in [*problems, *checkup.problems]:
        say(str(problem))
    return 2 if problems or checkup.problems else 0
