"""The command line. Each command imports only what it needs: help and lists answer at once."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui_arena import __version__
from tui_arena.commands import options
from tui_arena.commands.config import config
from tui_arena.commands.doctor import doctor
from tui_arena.commands.exporting import export
from tui_arena.commands.fork import fork
from tui_arena.commands.importing import import_
from tui_arena.commands.patterns import patterns
from tui_arena.commands.profiles import profiles
from tui_arena.commands.questions import questions
from tui_arena.commands.rate import rate
from tui_arena.commands.replay import replay
from tui_arena.commands.rerun import rerun
from tui_arena.commands.run import run
from tui_arena.commands.schema import schema
from tui_arena.commands.score import score
from tui_arena.commands.sessions import sessions
from tui_arena.commands.shardings import shardings
from tui_arena.errors import ArenaError
from tui_arena.output import say, stand_in_for_closed_streams
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.store import SessionFile


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@options.left
@options.right
@click.option("--scenario", metavar="SCENARIO", help="Prompts to play, step by step.")
@click.option(
    "--sessions", type=options.FOLDER, metavar="DIR", help="Save sessions in this folder."
)
@click.option(
    "--resume",
    metavar="[SESSION]",
    is_flag=False,
    flag_value="last",
    help="Go on with a saved session, the last one where none is named.",
)
@options.suggest
@options.checker
@options.profiles
@click.option("--as", "rater", metavar="NAME", help="Rate under this name.  [default: your login]")
@click.option(
    "--blind/--no-blind", default=None, help="Hide which model is which until you have voted."
)
@options.look
@options.memory
@click.version_option(__version__, prog_name="tui-arena", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    context: click.Context,
    /,
    resume: str | None,
    checker: Path | None,
    **said: Any,
) -> int | None:
    """Two conversations at once with two language models; one key rates an answer.

    Without a command the arena opens. PROFILE and SCENARIO are names or paths. What is left out is
    read from your settings; `tui-arena config` shows them.
    """
    if context.invoked_subcommand is not None:
        _refuse_options_before(context.invoked_subcommand, context)
        return None
    from tui_arena.opening import (
        file_to_resume,
        find_pair,
        folders_of_profiles,
        new_file,
        profile_of,
        rater_or_login,
    )
    from tui_arena.scenario import find_scenario

    given = options.given(said)
    found = settings_in_force(given)
    settings = found.settings
    left, right, script, says = settings.left, settings.right, None, ""
    file: SessionFile | None = None
    if resume is not None:
        fixed = {"scenario", "sessions"} if Path(resume).is_file() else {"scenario"}
        if clash := given.keys() & fixed:
            raise ArenaError(f"--resume goes on as it was; leave out --{min(clash)}.")
        file, says = file_to_resume(resume, settings.sessions)
        if "left" not in given:
            left = profile_of(file.session, "left", left, settings.profiles)
        if "right" not in given:
            right = profile_of(file.session, "right", right, settings.profiles)
        if file.session.scenario is not None:
            with contextlib.suppress(ArenaError):  # the conversations go on without its title too
                script = find_scenario(file.session.scenario)
    elif settings.scenario:
        script = find_scenario(settings.scenario)
    pair = find_pair(left, right, settings.profiles)
    budget, own = options.size(settings.memory), options.own_check(checker)
    weights = None
    if settings.weights:
        from tui_arena.scoring.weights import read_weights

        weights = read_weights(settings.weights, source=found.sources["weights"])

    from tui_arena.manner import manner_of

    manner = manner_of(found)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArenaError(
            "The arena needs a terminal to draw on and to read keys from; "
            "`tui-arena run SCENARIO` works without one."
        )
    file = file or new_file(pair, script, settings.sessions)

    from tui_arena.app import open_arena
    from tui_arena.engine.engine import KerasEngine
    from tui_arena.first_run import is_first_run

    return open_arena(
        engine=KerasEngine(memory=budget, gives_way=True),
        profiles=pair,
        file=file,
        scenario=script,
        rater=rater_or_login(settings.rater),
        manner=manner,
        profile_folders=folders_of_profiles(settings.profiles),
        first_run=is_first_run(),
        blind=settings.blind,
        says=says,
        own_check=own,
        weights=weights,
    )


for _command in (
    run,
    rate,
    replay,
    rerun,
    fork,
    sessions,
    score,
    export,
    import_,
    patterns,
    questions,
    profiles,
    doctor,
    shardings,
    config,
    schema,
):
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command line; every fault a person can mend is one sentence and exit status 2."""
    stand_in_for_closed_streams()
    try:
        status = cli.main(prog_name="tui-arena", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as problem:
        say(_in_one_sentence(problem))
        status = 2
    except ArenaError as problem:
        say(str(problem))
        status = 2
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except OSError as problem:
        if problem.filename is not None:
            raise  # not the output, and so nothing that was foreseen
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(problem, BrokenPipeError):  # which is a reader that has read enough
            say(f"The output cannot be written: {problem.strerror}.")
        status = 1
    sys.exit(status)


def _is_given(name: str, context: click.Context) -> bool:
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _refuse_options_before(command: str, context: click.Context) -> None:
    for name in context.params:
        if _is_given(name, context):
            option = next(p.opts[0] for p in context.command.params if p.name == name)
            raise click.UsageError(
                f"{option} belongs to the arena; options of {command} come after its name."
            )


def _in_one_sentence(problem: click.ClickException) -> str:
    message = " ".join(problem.format_message().split())
    context: Any = getattr(problem, "ctx", None)
    hint = f" See: {context.command_path} --help" if context is not None else ""
    return message + hint
