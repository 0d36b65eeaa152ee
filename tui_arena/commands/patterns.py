"""Say where models fail, and whether the one fails where the other does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from tui_arena.output import ascii_out, refuse_without_a_terminal, say, width_of_output
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.patterns.analysis import Analysis
    from tui_arena.patterns.found import Patterns
    from tui_arena.patterns.training import As
    from tui_arena.scoring.gather import Gathered

FORMATS = ("table", "json", "html")
"""What can be written; the modules that do it are not loaded for a list of options."""


@click.command()
@click.argument("paths", nargs=-1, type=options.FOLDER, metavar="[PATH]...")
@options.result(*FORMATS)
@click.option(
    "--model", multiple=True, metavar="NAME", help="Look at this model; of several, compare two."
)
@click.option("--rater", multiple=True, metavar="NAME", help="Marks of this rater.")
@embed_option
@seed_option
@click.option(
    "--label", multiple=True, metavar="GROUP=NAME", help="Call a group so from now on, as R1=Dates."
)
@click.option(
    "--labels", type=options.FOLDER, metavar="FILE", help="Keep names of groups in this file."
)
@click.option(
    "--picks", type=options.FOLDER, metavar="FILE", help="Write the failures to learn from first."
)
@click.option(
    "--as",
    "form",
    type=click.Choice(("preference", "messages")),
    default="preference",
    help="What --picks writes.  [default: preference]",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    metavar="N",
    help="Most prompts that --picks takes.  [default: 100]",
)
@click.option("--screen", is_flag=True, help="Look through them in the terminal, answer by answer.")
def patterns(
    paths: tuple[Path, ...],
    format: str,
    out: Path | None,
    model: tuple[str, ...],
    rater: tuple[str, ...],
    embed: str,
    seed: int,
    label: tuple[str, ...],
    labels: Path | None,
    picks: Path | None,
    form: As,
    most: int,
    screen: bool,
) -> int:
    """Say where models fail, and whether the one fails where the other does.

    PATH is a folder of sessions or a session's file; where it is left out, the folder that sessions
    are saved in. A prompt counts once, however often it was asked. Names of groups are kept in
    patterns.toml beside the sessions. --picks takes the failures of the first model that is named.
    Files that cannot be read are named and left out.
    """
    places = paths or tuple(saved_sessions(settings_in_force({}).settings.sessions))
    if screen:
        if out is not None or format != "table" or label or picks is not None:
            raise ArenaError(
                "--screen writes nothing; leave out --format, --out, --label, --picks."
            )
        return _look(places, model, rater, embed, seed, labels)
    from tui_arena.patterns.analysis import find_patterns
    from tui_arena.patterns.names import names_file
    from tui_arena.patterns.reading import responses_of
    from tui_arena.scoring.checks import Checks
    from tui_arena.scoring.gather import Wanted, gather
    from tui_arena.scoring.ratings import CHECKER

    for file in (out, picks):
        refuse_to_replace(file, places)
    keep = labels or names_file(places)
    _refuse_the_same(out=out, picks=picks, labels=keep)
    embedder = embedder_of(embed, seed)
    checks = Checks()
    with Told() as tell:
        found = gather(
            places,
            Wanted(raters=rater),
            suggest=checks,
            told=lambda done, total: tell("Reading sessions", done / total),
        )
    say_unread(found.problems)
    if not found.files:
        raise ArenaError("No session could be read.")
    if votes := len(found.polls):
        are = "1 vote says" if votes == 1 else f"{votes} votes say"
        say(f"{are} which answer is better: `tui-arena questions` counts who wins on what.")
    if CHECKER in rater:
        for note in checks.notes:
            say(note)
    with Told() as tell:
        responses = responses_of(found, tell)
        analysis = find_patterns(responses, embedder=embedder, tell=tell, seed=seed, models=model)
    _name(analysis.patterns, keep, label)
    if picks is not None:
        _write_picks(analysis, found, picks, form, model, most)
    deliver(_form(analysis.patterns, format, to_file=out is not None), out)
    return 0


def _look(
    paths: Sequence[Path],
    models: Sequence[str],
    raters: tuple[str, ...],
    embed: str,
    seed: int,
    labels: Path | None,
) -> int:
    """Show patterns on a screen; files are read while it is open."""
    from tui_arena.manner import manner_of
    from tui_arena.pattern_app import open_patterns
    from tui_arena.patterns.names import names_file
    from tui_arena.scoring.checks import Checks
    from tui_arena.scoring.gather import Wanted
    from tui_arena.screens.patterns.showing import PatternShowing
    from tui_arena.widgets.signs import signs

    manner = manner_of(settings_in_force({}))
    refuse_without_a_terminal("--screen")
    embedder = embedder_of(embed, seed)
    showing = PatternShowing(
        signs=signs(ascii_only=manner.ascii_only),
        pages=manner.pages,
        paths=lambda: paths,
        wanted=Wanted(raters=raters),
        suggest=Checks(),
        seed=seed,
        models=models,
        embedder=lambda: embedder,
        names=labels or names_file(paths),
        how_to_rate="`tui-arena rate` walks through the responses.",
    )
    return open_patterns(showing, manner=manner)


def _refuse_the_same(**files: Path | None) -> None:
    """Raise `ArenaError` where two options name one file: the one would replace the other."""
    met: dict[Path, str] = {}
    for option, file in files.items():
        if file is not None and (other := met.setdefault(file.resolve(), option)) != option:
            raise ArenaError(f"--{other} and --{option} are both {file}; name another file.")


def _name(found: Patterns, file: Path, orders: Iterable[str]) -> None:
    """Call groups what people called them before, and as they say now."""
    from tui_arena.patterns.names import give_names, read_names, rename, write_names

    names = read_names(file)
    lost = give_names(found, names)
    if orders:
        rename(found, names, orders)
        write_names(file, names)
    if lost:
        say(f"No group here is: {', '.join(lost)}.")


def _form(found: Patterns, format: str, *, to_file: bool) -> Iterable[bytes]:
    if format == "json":
        from tui_arena.patterns.as_json import as_json

        return [as_json(found).encode(), b"\n"]
    if format == "html":
        from tui_arena.patterns.page import page

        return page(found)
    from tui_arena.patterns.as_table import as_table

    width = None if to_file else width_of_output()
    table = as_table(found, width=width, ascii_only=not to_file and ascii_out())
    return [table.encode(), b"\n"]


def _write_picks(
    analysis: Analysis, found: Gathered, file: Path, form: As, named: tuple[str, ...], most: int
) -> None:
    from tui_arena.patterns.training import lesson

    models = analysis.patterns.models
    if not named and len(models) > 1:
        known = ", ".join(each.model for each in models)
        raise ArenaError(f"Whose failures are to be picked? Name one with --model: {known}.")
    model = named[0] if named else models[0].model
    made = lesson(analysis, model, found, form=form, most=most)
    deliver(made.lines, file, told=False)  # stdout holds the result, for a program too
    say(f"{made.says}, in {file}.")
    for line in made.without:
        say(f"  without one: {line}")
    if made.alone:
        say(f"  not picked: {made.alone}")
