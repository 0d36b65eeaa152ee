"""Records of other formats become sessions, each in a file whose name follows from its id there.

So importing again finds what is there already: nothing is written twice and nothing replaced.
Judgments of several raters of the same two dialogs become votes of one session. Samples of a
benchmark go into sessions together, and so a file of them is taken whole or not at all.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.exchange.formats import READERS, SAMPLE_READERS, detect
from tui_arena.exchange.found import Found
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.made import as_session
from tui_arena.exchange.messages import RecordError
from tui_arena.exchange.records import Record, read_records
from tui_arena.exchange.said import Index, everything_said
from tui_arena.exchange.samples import ReadSample, Sample, Source, sessions_of
from tui_arena.session import Session, Vote, now
from tui_arena.store import SessionFile, load_session, locked_file, why_refused

_UNANSWERED = Kind("last prompt without an answer", "last prompts without an answer")


_MOST_PROBLEMS = 20
"""Reasons that are told; a file may be broken in every line."""


@dataclass(slots=True)
class Outcome:
    """What came of an import."""

    sessions: int = 0
    """Sessions that were made."""
    votes: int = 0
    """Votes that were added to sessions that were there already."""
    known: int = 0
    """Records of which everything was there already."""
    problems: list[str] = field(default_factory=list)
    """Why records were skipped, the first ones of them."""
    skipped: int = 0
    left_out: LeftOut = field(default_factory=LeftOut)

    def skip(self, problem: str) -> None:
        """Count a record that was skipped; the first reasons are kept."""
        self.skipped += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)


def import_records(
    file: BinaryIO, *, source: Source, format: str | None, folder: Path, outcome: Outcome
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
    name, at, empty = source.file, now(), True
    records = _records(file, name)
    for record in records:
        empty = False
        where = f"{name}, {record.where}"
        if record.value is not None:
            format = format or detect(record.value)
        if format is not None and format in SAMPLE_READERS:
            whole = itertools.chain([record], records)
            yield from _import_samples(whole, source, format, at, folder, outcome)
            return
        if record.value is None:
            outcome.skip(f"{where}: {record.problem}")
            continue
        if format is None:
            known = ", ".join([*READERS, *SAMPLE_READERS])
            raise ArenaError(
                f"{where} is in none of the formats {known}; say which it is with --from."
            )
        try:
            found = READERS[format](record.value)
            session = as_session(found, format=format, file=name, at=at)
            path = _save(session, folder, outcome, partial(_count_left_out, found))
        except RecordError as problem:
            outcome.skip(f"{where}: {problem}")
            continue
        if path is not None:
            yield path
    if empty:
        outcome.skip(f"{name}: there is no record in it.")


def _records(file: BinaryIO, name: str) -> Iterator[Record]:
    try:
        yield from read_records(file)
    except OSError as problem:
        raise ArenaError(f"{name} cannot be read: {problem.strerror}.") from None


def _count_left_out(found: Found, left_out: LeftOut) -> None:
    for dialog in filter(None, (found.left, found.right)):
        left_out.add(_UNANSWERED, dialog.unanswered)
    for key in found.ignored:
        left_out.add(Kind(f"field “{key[:40]}”", f"fields “{key[:40]}”"))


def _import_samples(
    records: Iterator[Record],
    source: Source,
    format: str,
    at: str,
    folder: Path,
    outcome: Outcome,
) -> Iterator[Path]:
    """Save the sessions of a file of samples once all of it was read; see `import_records`.

    Until then they wait in a file: memory holds the samples of one session.
    """
    name, left_out = source.file, LeftOut()
    samples = _samples(records, SAMPLE_READERS[format](source), name, left_out)
    made = sessions_of(samples, format=format, file=name, at=at)
    with _kept(_Waiting(session, count) for session, count in made) as waiting:
        for line in waiting:
            one = msgspec.json.decode(line, type=_Waiting)
            try:
                path = _save(one.session, folder, outcome, left_out.give, records=one.samples)
            except RecordError as problem:
                raise ArenaError(f"{name}: {problem}") from None
            if path is not None:
                yield path


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


def _save(
    session: Session,
    folder: Path,
    outcome: Outcome,
    count_left_out: Callable[[LeftOut], None],
    records: int = 1,
) -> Path | None:
    """Write a session, or add its votes to the one that is there; None where that has all of it.

    Raises `RecordError` where what is there is at odds with it.
    """
    file = locked_file(session, folder)
    if file is None:
        raise RecordError(f"its session {session.id} is open in another program; close it there.")
    try:
        if not file.path.exists():
            outcome.sessions += 1
        elif votes := _new_votes(session, file):
            outcome.votes += votes
        else:
            outcome.known += records
            return None
        count_left_out(outcome.left_out)
        file.save()
        return file.path
    finally:
        file.close()


def _new_votes(session: Session, file: SessionFile) -> int:
    """Take up the session that is there, with the votes that are new to it, and count these."""
    there = load_session(file.path)
    if not _has_words_of(there, session):
        raise RecordError(
            f"there is another dialog of the same name already, in {file.path.name}; "
            "import this one into another folder with --out."
        )
    fresh = [vote for vote in session.votes if _is_new(vote, there.votes)]
    if fresh:
        there.votes += fresh
        file.session = there
        file.touch()
    return len(fresh)


def _has_words_of(there: Session, session: Session) -> bool:
    """Whether all that one session says is in another one, whatever came to that since."""
    index = Index(there)
    for said in everything_said(session):
        found = index.find(said.side, said.turn.id, said.attempt.id)
        if found is None or (found.turn.prompt.text, found.attempt.text) != (
            said.turn.prompt.text,
            said.attempt.text,
        ):
            return False
    return True


def _is_new(vote: Vote, log: list[Vote]) -> bool:
    """Whether this rater has not voted on these answers yet; raises `RecordError` if otherwise."""
    same = [v for v in log if (v.left, v.right, v.by) == (vote.left, vote.right, vote.by)]
    if same and same[-1].action == "add" and same[-1].verdict != vote.verdict:
        raise RecordError(f"“{vote.by[:40]}” has voted otherwise on these answers already.")
    return not same
