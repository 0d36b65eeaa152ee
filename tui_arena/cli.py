"""The command line. Each command imports only what it needs: help and lists answer at once."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui_arena import __version__
from tui_arena.errors import ArenaError
from tui_arena.output import ascii_out, print_path, say, stand_in_for_closed_streams
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.store import SessionFile

_MOST_ATTEMPTS = 16
"""As many as the engine takes, whose modules are not loaded for a list of options."""
_FOLDER = click.Path(file_okay=True, path_type=Path)

# What is left out here is read from the settings.
_left = click.option("--left", metavar="PROFILE", help="[default: smollm2-135m]")
_right = click.option("--right", metavar="PROFILE", help="[default: smollm2-sampled]")
_profiles = click.option(
    "--profiles",
    "profiles_folder",
    type=_FOLDER,
    metavar="DIR",
    help="Look for profiles in this folder first.",
)
_memory = click.option(
    "--memory",
    metavar="SIZE",
    help="Let models take so much of each device, as 12GB.  [default: all but 0.5 GB]",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_left
@_right
@click.option("--scenario", metavar="SCENARIO", help="Prompts to play, step by step.")
@click.option("--sessions", type=_FOLDER, metavar="DIR", help="Save sessions in this folder.")
@click.option("--resume", metavar="FILE", type=_FOLDER, help="Go on with a saved session.")
@_profiles
@click.option("--as", "rater", metavar="NAME", help="Rate under this name.  [default: your login]")
@click.option("--blind", is_flag=True, help="Hide which model is which until you have voted.")
@click.option("--theme", metavar="NAME", help="Draw in this theme.  [default: arena-night]")
@click.option("--ascii/--no-ascii", default=None, help="Show ASCII only, no emoji.")
@click.option("--colour/--no-colour", default=None, help="Write colours, or none at all.")
@click.option(
    "--slow-link/--no-slow-link", default=None, help="Write little: few redraws, no blinking."
)
@click.option(
    "--reduced-motion/--no-reduced-motion", default=None, help="Let nothing blink or slide."
)
@_memory
@click.version_option(__version__, prog_name="tui-arena", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    context: click.Context,
    /,
    resume: Path | None,
    profiles_folder: Path | None,
    blind: bool,
    memory: str | None,
    **said: Any,
) -> int | None:
    """Two conversations at once with two language models; one key rates an answer.

    Without a command the arena opens. PROFILE and SCENARIO are names or paths. What is left out is
    read from your settings; `tui-arena config` shows them.
    """
    if context.invoked_subcommand is not None:
        _refuse_options_before(context.invoked_subcommand, context)
        return None
    from tui_arena.opening import find_pair, folders_of_profiles, new_file, old_file, rater_or_login
    from tui_arena.scenario import find_scenario

    given = _given(said)
    found = settings_in_force(given)
    settings = found.settings
    left, right, script = settings.left, settings.right, None
    file: SessionFile | None = None
    if resume is not None:
        if clash := given.keys() & {"scenario", "sessions"}:
            raise ArenaError(f"--resume goes on as it was; leave out --{min(clash)}.")
        file = old_file(resume)
        panes = file.session.panes
        left = left if "left" in given else panes.left.profile or left
        right = right if "right" in given else panes.right.profile or right
        if file.session.scenario is not None:
            with contextlib.suppress(ArenaError):  # the conversations go on without its title too
                script = find_scenario(file.session.scenario)
    elif settings.scenario:
        script = find_scenario(settings.scenario)
    pair = find_pair(left, right, profiles_folder)

    from tui_arena.manner import manner_of

    manner = manner_of(found)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArenaError(
            "The arena needs a terminal to draw on and to read keys from; "
            "`tui-arena run SCENARIO` works without one."
        )
    file = file or new_file(pair, script, settings.sessions)
    budget = _size(memory)

    from tui_arena.app import open_arena
    from tui_arena.engine.engine import KerasEngine
    from tui_arena.first_run import is_first_run

    return open_arena(
        engine=KerasEngine(memory=budget),
        profiles=pair,
        file=file,
        scenario=script,
        rater=rater_or_login(settings.rater),
        manner=manner,
        profile_folders=folders_of_profiles(profiles_folder),
        first_run=is_first_run(),
        blind=blind,
    )


@cli.command()
@click.argument("scenario")
@_left
@_right
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
    help="Send the scenario's corrections only after answers that are not the expected ones, up to "
    "K times, once where K is left out.",
)
@click.option("--out", type=_FOLDER, metavar="DIR", help="Save the session in this folder.")
@_memory
@_profiles
def run(
    scenario: str,
    left: str | None,
    right: str | None,
    max_tokens: int | None,
    attempts: int,
    correct: int | None,
    out: Path | None,
    memory: str | None,
    profiles_folder: Path | None,
) -> int:
    """Play a scenario through both models, without a screen.

    Progress goes to stderr; the last line on stdout is the path of the session's file.
    """
    import asyncio

    from tui_arena.headless import play
    from tui_arena.opening import find_pair, new_file, rater_or_login
    from tui_arena.player import Order
    from tui_arena.scenario import find_scenario

    settings = settings_in_force(_given({"left": left, "right": right, "sessions": out})).settings
    script = find_scenario(scenario)
    budget = _size(memory)
    pair = find_pair(settings.left, settings.right, profiles_folder)
    file = new_file(pair, script, settings.sessions)

    from tui_arena.engine.engine import KerasEngine
    from tui_arena.folders import log_file
    from tui_arena.logs import log_into
    from tui_arena.terminal import end_process_soon

    log_into(log_file())
    status = asyncio.run(
        play(
            engine=KerasEngine(memory=budget),
            scenario=script,
            profiles=pair,
            file=file,
            rater=rater_or_login(settings.rater),
            order=Order(max_tokens=max_tokens, attempts=attempts, corrections=correct),
            tell=say,
        )
    )
    if file.path.exists():
        try:
            print_path(file.path)
        except OSError:
            if status == 0:  # otherwise the terminal may have gone with the signal that ended it
                raise
    end_process_soon(status)
    return status


@cli.command()
@click.argument("session", type=_FOLDER, metavar="FILE")
@click.option("--turn", type=click.IntRange(1), required=True, metavar="N", help="Its last turn.")
@click.option("--out", type=_FOLDER, metavar="DIR", help="Save the new session in this folder.")
def fork(session: Path, turn: int, out: Path | None) -> int:
    """Make a new session from the first N turns of another one, beside it; print its path."""
    from tui_arena.fork import save_fork
    from tui_arena.store import load_session

    print_path(save_fork(load_session(session), turn, out or session.parent))
    return 0


@cli.command()
@click.option("--json", "for_programs", is_flag=True, help="Print JSON.")
@_profiles
def profiles(for_programs: bool, profiles_folder: Path | None) -> int:
    """List the profiles there are."""
    from tui_arena.catalog import as_json, as_table, read_catalog
    from tui_arena.opening import folders_of_profiles

    entries, problems = read_catalog(folders_of_profiles(profiles_folder))
    click.echo(as_json(entries) if for_programs else as_table(entries, ascii_only=ascii_out()))
    for problem in problems:
        say(str(problem))
    return 2 if problems else 0


@cli.command()
@click.argument("names", nargs=-1, metavar="[PROFILE]...")
@click.option(
    "--devices", type=click.IntRange(1, 4096), metavar="N", help="Plan for so many devices."
)
@click.option("--memory", metavar="SIZE", help="Plan for devices with so much memory, as 16GB.")
@_profiles
def doctor(
    names: tuple[str, ...],
    devices: int | None,
    memory: str | None,
    profiles_folder: Path | None,
) -> int:
    """Say what this machine has, what each model needs, and which fit together.

    Looks at all profiles, or at those named. With --devices and --memory it plans for a machine
    that is not this one.
    """
    from tui_arena.catalog import read_catalog
    from tui_arena.doctor import checkup_text, examine
    from tui_arena.engine.plan import Machine
    from tui_arena.engine.profile import ProfileError, find_profile
    from tui_arena.opening import folders_of_profiles

    size = _size(memory)
    folders = folders_of_profiles(profiles_folder)
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


@cli.command()
@click.argument("profile")
@click.option(
    "--devices",
    type=click.IntRange(1, 4096),
    metavar="N",
    help="Plan for so many devices, without loading the model.",
)
@_profiles
def shardings(profile: str, devices: int | None, profiles_folder: Path | None) -> int:
    """Show how a model's weights lie over the devices.

    Loads the model onto this machine's devices and looks; with --devices it only plans.
    """
    from tui_arena.doctor import planned_audit, shardings_text
    from tui_arena.engine.profile import find_profile
    from tui_arena.opening import folders_of_profiles

    chosen = find_profile(profile, folders_of_profiles(profiles_folder))
    if devices is not None:
        audit = planned_audit(chosen, devices)
    else:
        from tui_arena.engine.machine import loaded_audit

        audit = loaded_audit(chosen)
    click.echo(shardings_text(audit, ascii_only=ascii_out()))
    audit.check(chosen.name)
    return 0


@cli.command()
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
    commands = manner_of(found).commands
    click.echo(
        as_json(found, commands)
        if for_programs
        else as_table(found, commands, ascii_only=ascii_out())
    )
    return 0


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


def _given(said: dict[str, Any]) -> dict[str, object]:
    """Return the settings that the command line names."""
    given: dict[str, object] = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in said.items()
        if value is not None
    }
    if not str(given.get("rater", "someone")).strip():
        raise ArenaError("The name after --as is empty; give one.")
    return given


def _size(memory: str | None) -> int | None:
    from tui_arena.doctor import read_size

    return read_size(memory) if memory is not None else None


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
