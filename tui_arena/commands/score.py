"""Score saved sessions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_arena.commands import options
from tui_arena.commands.result import deliver, refuse_to_replace
from tui_arena.commands.saved import saved_sessions
from tui_arena.commands.telling import Told
from tui_arena.commands.unread import say_unread
from tui_arena.errors import ArenaError
from tui_arena.output import ascii_out, refuse_without_a_terminal, say, width_of_output
from tui_arena.settings import InForce, settings_in_force

if TYPE_CHECKING:
    from datetime import date

    from tui_arena.scoring.checks import Checks
    from tui_arena.scoring.gather import Gathered, Wanted
    from tui_arena.scoring.results import Scores, Weights

FORMATS = ("table", "json", "csv", "markdown", "html")
"""What can be written; the modules that do it are not loaded for a list of options."""


@click.command()
@click.argument("paths", nargs=-1, type=options.FOLDER, metavar="[PATH]...")
@options.result(*FORMATS)
@click.option("--model", multiple=True, metavar="NAME", help="Answers of this model.")
@click.option("--scenario", multiple=True, metavar="NAME", help="Sessions with this scenario.")
@click.option("--rater", multiple=True, metavar="NAME", help="Marks and votes of this rater.")
@click.option("--since", metavar="DAY", help="Sessions begun on this day or later.")
@click.option("--until", metavar="DAY", help="Sessions begun on this day or before.")
@click.option(
    "--weights",
    metavar="WEIGHTS",
    help="What symbols count.  [default: ok=1,fixed=1,mistake=0,garbage=-1]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Seed of what is drawn."
)
@click.option("--check", is_flag=True, help="Hold marks against what the checker suggests.")
@click.option(
    "--checker",
    type=options.FOLDER,
    metavar="FILE.py",
    help="Check with this file's own function check(answer, expected, prompt) as well.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 where a file could not be read.")
@click.option("--screen", is_flag=True, help="Look through them in the terminal, answer by answer.")
def score(
    paths: tuple[Path, ...],
    format: str,
    out: Path | None,
    model: tuple[str, ...],
    scenario: tuple[str, ...],
    rater: tuple[str, ...],
    since: str | None,
    until: str | None,
    weights: str | None,
    seed: int,
    check: bool,
    checker: Path | None,
    strict: bool,
    screen: bool,
) -> int:
    """Score saved sessions: the tables of the experiment, and how sure they are.

    PATH is a folder of sessions or a session's file; where it is left out, the folder that sessions
    are saved in. Options that can be given several times ask for all that they name. DAY is such as
    2026-11-22, or 7d for a week ago. Files that cannot be read are named and left out. `--rater
    checker` scores what the checker suggests, as if it had given the marks.
    """
    from tui_arena.scoring.gather import Wanted, day, gather
    from tui_arena.scoring.ratings import CHECKER
    from tui_arena.scoring.score import score as score_all
    from tui_arena.scoring.weights import read_weights

    in_force = settings_in_force(options.given({"weights": weights}))
    weighed = read_weights(in_force.settings.weights, source=in_force.sources["weights"])
    places = paths or saved_sessions(in_force.settings.sessions)
    refuse_to_replace(out, places)

    def date_of(text: str | None) -> date | None:
        return day(text) if text is not None else None

    wanted = Wanted(
        models=model, scenarios=scenario, raters=rater, since=date_of(since), until=date_of(until)
    )
    checked = check or checker is not None or CHECKER in rater
    with redirect_stdout(sys.stderr):  # a check of one's own may write, and stdout is for scores
        checks = _checks(checker) if checked or screen else None
    if screen:
        if out is not None or format != "table" or strict:
            raise ArenaError("--screen writes nothing; leave out --format, --out and --strict.")
        return _look(places, wanted, weighed, seed, checks, checked, in_force)
    with Told() as tell, redirect_stdout(sys.stderr):
        found = gather(
            places,
            wanted,
            suggest=checks,
            told=lambda done, of: tell("Reading sessions", done / of),
        )
        found.notes += checks.notes if checks is not None else []
        tell(f"Adding up {len(found.replies)} answers", None)
        scores = score_all(found, weighed, seed)
    could = bool(found.files or found.passed_over)
    say_unread(found.problems, but="; all that could be read is scored" if could else "")
    if not could:
        raise ArenaError("No session could be read.")
    filters = _asked_for(model=model, scenario=scenario, since=since, until=until)
    if filters and not found.replies:
        raise ArenaError(f"No answer fits {filters}.")
    for line in scores.notes:
        say(line)
    ascii_only = out is None and (in_force.settings.ascii or ascii_out())
    width = None if out is not None else width_of_output()
    deliver(_form(found, scores, format, width=width, ascii_only=ascii_only), out)
    return 1 if strict and found.problems else 0


def _look(
    places: Sequence[Path],
    wanted: Wanted,
    weights: Weights,
    seed: int,
    checks: Checks | None,
    checked: bool,
    in_force: InForce,
) -> int:
    from tui_arena.manner import manner_of

    manner = manner_of(in_force)
    refuse_without_a_terminal("--screen")

    from tui_arena.score_app import open_scores

    return open_scores(
        places,
        wanted=wanted,
        weights=weights,
        seed=seed,
        suggest=checks,
        check=checked,
        notes=checks.notes if checks is not None else (),
        manner=manner,
    )


def _asked_for(**filters: tuple[str, ...] | str | None) -> str:
    """Return the filters as they were written; nothing where there are none."""
    said = []
    for name, value in filters.items():
        values = (value,) if isinstance(value, str) else value or ()
        said += [f"--{name} {each}" for each in values]
    return " ".join(said)


def _checks(own: Path | None) -> Checks:
    from tui_arena.checking.own import load_own
    from tui_arena.scoring.checks import Checks

    return Checks(load_own(own) if own is not None else None)


def _form(
    found: Gathered, scores: Scores, format: str, *, width: int | None, ascii_only: bool
) -> Iterable[bytes]:
    if format == "json":
        from tui_arena.scoring import as_json

        return as_json.write(scores)
    if format == "csv":
        from tui_arena.scoring import as_csv

        return as_csv.write(scores)
    if format == "markdown":
        from tui_arena.scoring import as_markdown

        return as_markdown.write(scores)
    if format == "html":
        from tui_arena.scoring.report import page
        from tui_arena.scoring.transcripts import Transcripts

        return page.write(scores, Transcripts(found.files))
    from tui_arena.score_tables.page import lines

    return (f"{line}\n".encode() for line in lines(scores, width=width, ascii_only=ascii_only))
