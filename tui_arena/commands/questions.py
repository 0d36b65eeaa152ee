"""Say which of two models wins on which type of question, by votes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_arena.commands import options
from tui_arena.commands.embedding import embed_option, embedder_of, seed_option
from tui_arena.commands.result import deliver, refuse_to_replace
from tui_arena.commands.saved import saved_sessions
from tui_arena.commands.telling import Told
from tui_arena.commands.unread import say_unread
from tui_arena.errors import ArenaError
from tui_arena.output import ascii_out, width_of_output
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.patterns.contests import Contests
    from tui_arena.patterns.questions import Questions

FORMATS = ("table", "json", "html")
"""What can be written; the modules that do it are not loaded for a list of options."""


@click.command()
@click.argument("paths", nargs=-1, type=options.FOLDER, metavar="[PATH]...")
@options.result(*FORMATS)
@click.option(
    "--model",
    multiple=True,
    metavar="NAME",
    help="Hold this model against all others, or two against each other.  [default: the two with "
    "most votes]",
)
@embed_option
@seed_option
def questions(
    paths: tuple[Path, ...],
    format: str,
    out: Path | None,
    model: tuple[str, ...],
    embed: str,
    seed: int,
) -> int:
    """Say which of two models wins on which type of question, by votes.

    PATH is a folder of sessions or a session's file; where it is left out, the folder that sessions
    are saved in. Counted are the votes of imported battles, and those that were given blind in the
    arena. Types are the categories that an import brings, else groups of questions that are alike.
    """
    from tui_arena.patterns.questions import questions as by_type

    if len(model) > 2:
        raise ArenaError("--model names two models at most.")
    places = paths or tuple(saved_sessions(settings_in_force({}).settings.sessions))
    refuse_to_replace(out, places)
    embedder = embedder_of(embed, seed)
    contests = _contests(places)
    with Told() as tell:
        found = by_type(contests, embedder=embedder, tell=tell, seed=seed, models=model)
    deliver(_form(found, format, to_file=out is not None), out)
    return 0


def _contests(paths: tuple[Path, ...]) -> Contests:
    """Read the votes of sessions, one session after the other."""
    from tui_arena.patterns.contests import Contests
    from tui_arena.scoring.gather import find_files
    from tui_arena.session import SessionError
    from tui_arena.store import load_session

    files, problems = find_files(paths)
    missing = len(problems)
    contests = Contests()
    with Told() as tell:
        for number, file in enumerate(files):
            tell("Reading sessions", number / len(files))
            try:
                contests.add(load_session(file))
            except SessionError as problem:
                problems.append(str(problem))
    say_unread(problems)
    if len(problems) >= len(files) + missing:
        raise ArenaError("No session could be read.")
    return contests


def _form(found: Questions, format: str, *, to_file: bool) -> Iterable[bytes]:
    from tui_arena.patterns import question_forms

    if format == "json":
        return [question_forms.as_json(found).encode(), b"\n"]
    if format == "html":
        return question_forms.page(found)
    width = None if to_file else width_of_output()
    ascii_only = not to_file and ascii_out()
    return [question_forms.as_table(found, width=width, ascii_only=ascii_only).encode(), b"\n"]
