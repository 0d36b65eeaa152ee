"""Play a scenario without a screen."""

from __future__ import annotations

from pathlib import Path

import click

from tui_arena.commands import options
from tui_arena.errors import ArenaError
from tui_arena.output import print_path, say
from tui_arena.settings import settings_in_force

_MOST_ATTEMPTS = 16
"""As many as the engine takes, whose modules are not loaded for a list of options."""


@click.command()
@click.argument("scenario")
@options.left
@options.right
@click.option(
    "--max-tokens", type=click.IntRange(min=1), metavar="N", help="Most tokens of one answer."
)
@click.option(
    "--attempts",
    type=click.IntRange(1, _MOST_ATTEMPTS),
    default=1,
    metavar="N",
    help="Ask each prompt N times at once; the first attempt stays in the context.",
)
@click.option(
    "--correct",
    type=click.IntRange(1, 100),
    is_flag=False,
    flag_value="1",
    metavar="[K]",
    help="Send the scenario's corrections only after answers in which a mistake is found, up to "
    "K times, once where K is left out.",
)
@options.checker
@click.option("--out", type=options.FOLDER, metavar="DIR", help="Save the session in this folder.")
@options.memory
@options.profiles
def run(
    scenario: str,
    left: str | None,
    right: str | None,
    max_tokens: int | None,
    attempts: int,
    correct: int | None,
    checker: Path | None,
    out: Path | None,
    memory: str | None,
    profiles: Path | None,
) -> int:
    """Play a scenario through both models, without a screen.

    Progress goes to stderr; the last line on stdout is the path of the session's file.
    """
    import asyncio

    from tui_arena.checking.checker import Checker
    from tui_arena.headless import play
    from tui_arena.opening import find_pair, new_file, rater_or_login
    from tui_arena.player import Order
    from tui_arena.scenario import find_scenario

    said = {"left": left, "right": right, "sessions": out, "memory": memory, "profiles": profiles}
    settings = settings_in_force(options.given(said)).settings
    script = find_scenario(scenario)
    checks = Checker(script, options.own_check(checker))
    if correct is not None and checks.asks_for_own is not None:
        raise ArenaError(
            f"Step {checks.asks_for_own} of {script.name} is checked by a function of your own; "
            "name its file with --checker."
        )
    budget = options.size(settings.memory)
    pair = find_pair(settings.left, settings.right, settings.profiles)
    file = new_file(pair, script, settings.sessions)

    from tui_arena.engine.engine import KerasEngine
    from tui_arena.folders import log_file
    from tui_arena.logs import log_into
    from tui_arena.terminal import end_process_soon

    log_into(log_file())
    status = asyncio.run(
        play(
            engine=KerasEngine(memory=budget),
            checker=checks,
            profiles=pair,
            file=file,
            rater=rater_or_login(settings.rater),
            order=Order(max_tokens=max_tokens, attempts=attempts, corrections=correct),
            tell=say,
        )
    )
    file.close()
    if file.path.exists():
        try:
            print_path(file.path)
        except OSError:
            if status == 0:  # otherwise the terminal may have gone with the signal that ended it
                raise
    end_process_soon(status)
    return status
