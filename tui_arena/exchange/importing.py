"""Records of other formats become sessions, each in a file whose name follows from its id there.

So importing again finds what is there already: nothing is written twice and nothing replaced.
Judgments of several raters of the same two dialogs become votes of one session.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tui_arena.engine.profile import Sampler
from tui_arena.errors import ArenaError
from tui_arena.exchange.formats import READERS, detect
from tui_arena.exchange.found import Found, FoundVote
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.messages import Dialog, RecordError
from tui_arena.exchange.records import Record, read_records
from tui_arena.exchange.said import Index, everything_said
from tui_arena.session import (
    SCHEMA,
    SIDES,
    Attempt,
    Imported,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    Side,
    Timing,
    Turn,
    Vote,
    Voted,
    now,
)
from tui_arena.store import SessionFile, load_session, locked_file

_UNKNOWN_MODEL = "unknown"
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
    file: BinaryIO, *, name: str, format: str | None, folder: Path, outcome: Outcome
) -> Iterator[Path]:
    """Import a file's records into a folder; yield the path of each session that was written.

    Args:
        file: where they are read from, record by record.
        name: the file's name, without its folder.
        format: one of `READERS`; None for what the first good record looks like.
        folder: where the sessions are saved; it must be there.
        outcome: what is counted.

    Raises:
        ArenaError: the file cannot be read or is in no format that is known, or the folder takes
            no file.
    """
    at, empty = now(), True
    for record in _records(file, name):
        empty = False
        where = f"{name}, {record.where}"
        if record.value is None:
            outcome.skip(f"{where}: {record.problem}")
            continue
        format = format or detect(record.value)
        if format is None:
            known = ", ".join(READERS)
            raise ArenaError(
                f"{where} is in none of the formats {known}; say which it is with --from."
            )
        try:
            found = READERS[format](record.value)
            path = _save(as_session(found, format=format, file=name, at=at), found, folder, outcome)
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


def _save(session: Session, found: Found, folder: Path, outcome: Outcome) -> Path | None:
    """Write a session, or add its vote to the one that is there; None where that has it already.

    Raises `RecordError` where what is there is at odds with it.
    """
    file = locked_file(session, folder)
    if file is None:
        raise RecordError(f"its session {session.id} is open in another program; close it there.")
    try:
        return _save_into(file, found, outcome)
    finally:
        file.close()


def _save_into(file: SessionFile, found: Found, outcome: Outcome) -> Path | None:
    session = file.session
    if file.path.exists():
        there = load_session(file.path)
        if not _has_words_of(there, session):
            raise RecordError(
                f"there is another dialog of the same name already, in {file.path.name}; "
                "import this one into another folder with --out."
            )
        fresh = [vote for vote in session.votes if _is_new(vote, there.votes)]
        if not fresh:
            outcome.known += 1
            return None
        there.votes += fresh
        file.session = there
        file.touch()
        outcome.votes += len(fresh)
    else:
        outcome.sessions += 1
        for dialog in filter(None, (found.left, found.right)):
            outcome.left_out.add(_UNANSWERED, dialog.unanswered)
    for key in found.ignored:
        outcome.left_out.add(Kind(f"field “{key[:40]}”", f"fields “{key[:40]}”"))
    file.save()
    return file.path


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


def as_session(found: Found, *, format: str, file: str, at: str) -> Session:
    """Make a session of a record; `at` is the time of the import.

    Nothing is invented: each time is the one that the source has for the whole record, or else that
    of the import, and an answer ends when it was asked for and has no chunks.
    """
    said = _time(found.at) or at
    digest = _digest(found, format)
    right = found.right or Dialog("", ())
    dialogs: dict[Side, Dialog] = {"left": found.left, "right": right}
    panes = {
        side: PaneRecord(
            system=dialogs[side].system,
            profile=(model or _UNKNOWN_MODEL) if dialogs[side].exchanges else "",
            turns=list(_turns(dialogs[side], model or _UNKNOWN_MODEL, digest, said)),
        )
        for side, model in zip(SIDES, found.models, strict=True)
    }
    return Session(
        schema=SCHEMA,
        id=_session_id(found, format, digest),
        created=said,
        updated=at,
        imported=Imported(format=format, id=found.id, file=file, at=at),
        votes=[_vote(found.vote, panes, said)] if found.vote else [],
        panes=Panes(left=panes["left"], right=panes["right"]),
    )


def _turns(dialog: Dialog, model: str, digest: str, at: str) -> Iterator[Turn]:
    for number, (prompt, answer) in enumerate(dialog.exchanges, 1):
        attempt = Attempt(
            id=f"{digest}-{number}",
            profile=model,
            system=dialog.system,
            sampler=Sampler(),
            text=answer,
            stop="end",
            timing=Timing(submitted=at, finished=at),
        )
        yield Turn(id=f"{digest}-{number}", prompt=Prompt(text=prompt, at=at), attempts=[attempt])


def _vote(vote: FoundVote, panes: dict[Side, PaneRecord], at: str) -> Vote:
    left, right = (panes[side].turns[vote.turn - 1] for side in SIDES)
    return Vote(
        verdict=vote.verdict,
        action="add",
        left=Voted(turn=left.id, attempt=left.response.id),
        right=Voted(turn=right.id, attempt=right.response.id),
        by=vote.by,
        at=at,
        blind=vote.blind,
    )


def _session_id(found: Found, format: str, digest: str) -> str:
    """Return an id that follows from the record: the same record always has the same."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", found.id)[:40].strip("-")
    return "-".join(filter(None, (format, readable, digest)))


def _digest(found: Found, format: str) -> str:
    """Return a digest of what a record is called, or of its words where it has no name."""
    named: list[str] = [format, found.id, *found.models]
    if not found.id:
        for dialog in filter(None, (found.left, found.right)):
            named += [dialog.system, *(text for pair in dialog.exchanges for text in pair)]
    whole = hashlib.blake2b(digest_size=6)
    for text in named:
        raw = text.encode("utf-8", "replace")
        whole.update(len(raw).to_bytes(8) + raw)
    return whole.hexdigest()


def _time(seconds: float | None) -> str | None:
    """Return a time of the source as sessions have it; None for what is no time."""
    if seconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return moment.isoformat(timespec="microseconds")
