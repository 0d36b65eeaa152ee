"""Records of other formats become sessions, each in a file whose name follows from its id there.

So importing again finds what is there already: nothing is written twice and nothing replaced.
Judgments of several raters of the same two dialogs become votes of one session. Samples of a
benchmark go into sessions together, and so a file of them is taken whole or not at all.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.exchange.formats import READERS, SAMPLE_READERS, detect
from tui_arena.exchange.found import Found
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.made import as_session
from tui_arena.exchange.messages import RecordError
from tui_arena.exchange.records import Readable, Record, read_records
from tui_arena.exchange.samples import ReadSample, Sample, Source, sessions_of
from tui_arena.exchange.saving import Outcome, Saves
from tui_arena.session import Session
from tui_arena.stamps import now
from tui_arena.store import why_refused

_UNANSWERED = Kind("last prompt without an answer", "last prompts without an answer")


def import_records(
    file: Readable, *, source: Source, format: str | None, folder: Path, outcome: Outcome
) -> Iterator[Path]:
    """Import a file's records into a folder; yield the path of each session that was written.

    Args:
        file: where they are read from, record by record.
        source: what the file is called, and what else is known of it.
        format: one of `READERS` or `SAMPLE_READERS`; None for what the first good record looks
            like.
        folder: where the sessions are saved; it must be there.
        outcome: what is counted.

    Raises:
        ArenaError: the file cannot be read or is in no format that is known, the folder takes no
            file, or a sample of a benchmark is broken, and then nothing of the file was saved.
    """
    with Saves(folder, outcome) as saves:
        yield from _imported(file, source, format, saves, outcome)
        yield from saves.rest()


def _imported(
    file: Readable, source: Source, format: str | None, saves: Saves, outcome: Outcome
) -> Iterator[Path]:
    name, at, empty = source.file, now(), True
    records = _records(file, name)
    for record in records:
        empty = False
        where = f"{name}, {record.where}"
        if record.value is not None:
            format = format or detect(record.value)
        if format is not None and format in SAMPLE_READERS:
            yield from _samples_imported(
                itertools.chain([record], records), source, format, at, saves
            )
            return
        if record.value is None:
            outcome.skip(f"{where}: {record.problem}")
            continue
        if format is None:
            known = ", ".join([*READERS, *SAMPLE_READERS])
            raise ArenaError(
                f"{where} is in none of the formats {known}; say which it is with --from."
            )
        if source.model or source.metric or source.whole:
            raise ArenaError(
                f"{name} is in the format {format}; --model, --metric and --whole-prompts are for "
                "samples of benchmarks."
            )
        try:
            found = READERS[format](record.value)
            session = as_session(found, format=format, file=name, at=at)
            yield from saves.save(session, partial(_count_left_out, found))
        except RecordError as problem:
            outcome.skip(f"{where}: {problem}")
    if empty:
        outcome.skip(f"{name}: there is no record in it.")


def _records(file: Readable, name: str) -> Iterator[Record]:
    try:
        yield from read_records(file)
    except OSError as problem:
        raise ArenaError(f"{name} cannot be read: {problem.strerror}.") from None


def _count_left_out(found: Found, left_out: LeftOut) -> None:
    for dialog in filter(None, (found.left, found.right)):
        left_out.add(_UNANSWERED, dialog.unanswered)
    for key in found.ignored:
        left_out.add(Kind(f"field “{key[:40]}”", f"fields “{key[:40]}”"))


def _samples_imported(
    records: Iterator[Record], source: Source, format: str, at: str, saves: Saves
) -> Iterator[Path]:
    """Save the sessions of a file of samples once all of it was read; see `import_records`.

    Until then they wait in a file: memory holds the samples of some sessions.
    """
    name, left_out = source.file, LeftOut()
    samples = _samples(records, SAMPLE_READERS[format](source), name, left_out)
    made = sessions_of(samples, format=format, file=name, at=at)
    with _kept(_Waiting(session, count) for session, count in made) as waiting:
        taken = False
        for line in waiting:
            taken = True
            one = msgspec.json.decode(line, type=_Waiting)
            try:
                yield from saves.save(one.session, left_out.give, records=one.samples)
            except RecordError as problem:
                raise ArenaError(f"{name}: {problem}") from None
    if not taken:
        named = source.metric.partition(",")[2]
        raise ArenaError(
            f"No sample in {name} was judged by the filter “{named}”; name one that is there after "
            "the metric, or none for the first one."
        )


class _Waiting(msgspec.Struct):
    session: Session
    samples: int


def _kept(sessions: Iterator[_Waiting]) -> IO[bytes]:
    """Return a file without a name that holds these, a line each; raises ArenaError without one."""
    with contextlib.ExitStack() as until_whole:
        try:
            file = until_whole.enter_context(tempfile.TemporaryFile())
            file.writelines(msgspec.json.encode(each) + b"\n" for each in sessions)
            file.seek(0)
        except OSError as problem:
            raise ArenaError(
                f"The folder for temporary files, {tempfile.gettempdir()}, cannot be used: "
                f"{why_refused(problem)}"
            ) from None
        until_whole.pop_all()
        return file


def _samples(
    records: Iterator[Record], read: ReadSample, name: str, left_out: LeftOut
) -> Iterator[Sample]:
    """Yield the samples of records; raises ArenaError for the first one that is none."""
    for record in records:
        problem = record.problem
        if record.value is not None:
            try:
                sample = read(record.value, left_out)
            except RecordError as reason:
                problem = str(reason)
            else:
                if sample is not None:
                    yield sample
                continue
        raise ArenaError(f"{name}, {record.where}: {problem} Nothing of the file was imported.")
