"""Make sessions of what other programs wrote."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from tui_arena.commands import options
from tui_arena.commands.telling import Told, Watched
from tui_arena.errors import ArenaError
from tui_arena.output import print_path, say

if TYPE_CHECKING:
    from tui_arena.exchange.samples import Source
    from tui_arena.exchange.saving import Outcome

FORMATS = ("arena", "mt-bench", "openai-jsonl", "sharegpt", "lm-eval", "realmistake")
"""What can be read; the modules that do it are not loaded for a list of options."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=options.FOLDER, metavar="FILE...")
@click.option(
    "--from",
    "format",
    type=click.Choice(FORMATS),
    help="In which form they are.  [default: what the first record looks like]",
)
@click.option("--out", type=options.FOLDER, metavar="DIR", help="Save sessions in this folder.")
@click.option(
    "--model",
    default="",
    metavar="NAME",
    help="Whose answers samples are.  [default: what their file or its folder says]",
)
@click.option(
    "--metric",
    default="",
    metavar="NAME",
    help="Which metric of samples says right or wrong, as acc_norm, or exact_match,strict-match.",
)
@click.option(
    "--whole-prompts",
    is_flag=True,
    help="Keep the examples and the template around the question of a sample.",
)
def import_(
    files: tuple[Path, ...],
    format: str | None,
    out: Path | None,
    model: str,
    metric: str,
    whole_prompts: bool,
) -> int:
    """Make sessions of what other programs wrote, as JSON or JSONL.

    Read are battles, dialogs, and samples of benchmarks. Prints the path of each session; `-` reads
    stdin. A record that cannot be read is named and skipped, then the exit status is 1; a file of
    samples is then left alone as a whole. What was imported before is not imported again.
    """
    from tui_arena.exchange.importing import import_records
    from tui_arena.exchange.saving import Outcome
    from tui_arena.folders import sessions_folder
    from tui_arena.settings import settings_in_force
    from tui_arena.store import prepare_folder

    settings = settings_in_force(options.given({"sessions": out})).settings
    folder = Path(settings.sessions) if settings.sessions else sessions_folder()
    prepare_folder(folder)
    outcome = Outcome()
    try:
        for path in files:
            file = _opened(path)
            source = _source(path, model=model, metric=metric, whole=whole_prompts)
            with file, Told() as tell:
                watched = Watched(file, source.file, _size(file), tell)
                for made in import_records(
                    watched, source=source, format=format, folder=folder, outcome=outcome
                ):
                    if sys.stdout.isatty():
                        tell.clear()
                    print_path(made)
    finally:
        _tell(outcome)
    return 1 if outcome.skipped else 0


def _source(path: Path, *, model: str, metric: str, whole: bool) -> Source:
    """Return what is known of a file beside its records."""
    from tui_arena.exchange.samples import Source

    if str(path) == "-":
        return Source(file="stdin", model=model, metric=metric, whole=whole)
    folder = path.absolute().parent
    return Source(
        file=path.name,
        folder=folder.name,
        evaluated=any(folder.glob("results_*.json")),
        model=model,
        metric=metric,
        whole=whole,
    )


def _opened(path: Path) -> BinaryIO:
    """Return what a file is read from; raises ArenaError where it cannot be."""
    if str(path) == "-":
        return sys.stdin.buffer
    if path.is_dir():
        raise ArenaError(f"{path} is a folder; name the files in it.")
    try:
        return path.open("rb")
    except OSError as problem:
        raise ArenaError(f"{path} cannot be read: {problem.strerror}.") from None


def _size(file: BinaryIO) -> int | None:
    """Return how many bytes there are to read; None where that is not known, as of a pipe."""
    about = os.fstat(file.fileno())
    return about.st_size if stat.S_ISREG(about.st_mode) else None


def _tell(outcome: Outcome) -> None:
    """Say what came of it, and what did not."""
    from tui_arena.exchange.saving import Outcome

    if outcome == Outcome():
        return  # for it ended before the first record
    for problem in outcome.problems:
        say(f"Skipped: {problem}")
    if (more := outcome.skipped - len(outcome.problems)) > 0:
        say(f"Skipped {_count(more, 'more record')}.")
    said = [f"{_count(outcome.sessions, 'session')} made"]
    if outcome.votes:
        said.append(f"{_count(outcome.votes, 'vote')} added to what was there")
    if outcome.known:
        said.append(f"{_count(outcome.known, 'record')} imported before")
    say(f"{', '.join(said)}.")
    if lines := outcome.left_out.lines():
        say("A session has no place for:")
        for line in lines:
            say(f"  {line}")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"
