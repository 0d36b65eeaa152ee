"""Run a session again without a screen."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.output import ascii_out, print_path, say
from tui_arena.settings import settings_in_force


@click.command()
@click.argument("session", type=options.FOLDER, metavar="FILE")
@click.option("--left", metavar="PROFILE", help="Ask this profile on the left.")
@click.option("--right", metavar="PROFILE", help="Ask this profile on the right.")
@click.option(
    "--same-context",
    is_flag=True,
    help="Put the answers of then before each prompt, not the new ones.",
)
@click.option(
    "--all-attempts", is_flag=True, help="Ask attempts that are not in the context again as well."
)
@click.option(
    "--max-tokens", type=click.IntRange(min=1), metavar="N", help="Most tokens of one answer."
)
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@click.option("--out", type=options.FOLDER, metavar="DIR", help="Save the session in this folder.")
@options.memory
@options.profiles
def rerun(
    session: Path,
    left: str | None,
    right: str | None,
    same_context: bool,
    all_attempts: bool,
    max_tokens: int | None,
    for_programs: bool,
    out: Path | None,
    memory: str | None,
    profiles: Path | None,
) -> int:
    """Ask a session's prompts again, and say how far the answers are the same.

    Without --left and --right each prompt goes to the profile that answered it then, with the same
    system text, sampler, seed and limit. Progress goes to stderr, what was found to stdout; its
    last line is the path of the new session, which --json has as a key.
    """
    import asyncio
    from functools import cache

    from tui_arena.engine.profile import find_profile
    from tui_arena.opening import (
        folder_of_sessions,
        folders_of_profiles,
        known_profile,
        rater_or_login,
    )
    from tui_arena.rerun.findings import find
    from tui_arena.rerun.plan import Order
    from tui_arena.rerun.play import new_rerun, plan, play_again
    from tui_arena.rerun.report import as_json, as_table
    from tui_arena.session import SIDES
    from tui_arena.store import load_session

    said = {"sessions": out, "memory": memory, "profiles": profiles}
    settings = settings_in_force(options.given(said)).settings
    budget = options.size(settings.memory)
    was = load_session(session)
    folders = folders_of_profiles(settings.profiles)
    find_known = cache(lambda name: known_profile(name, folders))
    plans = plan(
        was,
        {
            side: Order(
                find=find_known,
                named=find_profile(named, folders) if named is not None else None,
                max_tokens=max_tokens,
                all_attempts=all_attempts,
            )
            for side, named in zip(SIDES, (left, right), strict=True)
        },
    )
    file = new_rerun(was, folder_of_sessions(settings.sessions), same_context=same_context)

    from tui_arena.engine.engine import KerasEngine
    from tui_arena.folders import log_file
    from tui_arena.logs import log_into
    from tui_arena.terminal import end_process_soon

    log_into(log_file())
    status = asyncio.run(
        play_again(
            was,
            plans,
            engine=KerasEngine(memory=budget),
            file=file,
            rater=rater_or_login(settings.rater),
            tell=say,
        )
    )
    file.close()
    if file.path.exists():
        found = find(was, file.session, plans)
        try:
            if for_programs:
                click.echo(as_json(found, was, file.session, file.path))
            else:
                table = as_table(found, was, file.session, file.path, ascii_only=ascii_out())
                click.echo(f"{table}\n")
                print_path(file.path)
        except OSError:
            if status == 0:  # otherwise the terminal may have gone with the signal that ended it
                raise
    end_process_soon(status)
    return status
