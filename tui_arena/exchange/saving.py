"""Sessions of an import, saved or brought up to what was read.

Several are saved at the same time: each save waits for the disk, and the disk has many done in
hardly longer than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.messages import RecordError
from tui_arena.exchange.said import Index, everything_said
from tui_arena.session import SIDES, Session, Vote
from tui_arena.store import SessionFile, load_session, locked_file

_AT_ONCE = 8
_MOST_WAITING = 32
_MOST_CHARACTERS = 16_000_000
"""Sessions that are held in memory until they are saved, and what they say altogether."""
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


class Saves:
    """Saves sessions into a folder; a context that is left when all of them are on the disk.

    One thread uses it; what it gives out are paths, in the order in which sessions came.
    """

    def __init__(self, folder: Path, outcome: Outcome) -> None:
        self._folder = folder
        self._outcome = outcome
        self._writers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="save")
        self._under_way: dict[str, _Save] = {}
        """By session, the oldest first."""
        self._waiting = 0
        """How many characters the sessions under way say."""

    def __enter__(self) -> Saves:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writers.shutdown()

    def save(
        self, session: Session, count_left_out: Callable[[LeftOut], None], records: int = 1
    ) -> Iterator[Path]:
        """Write a session, or add its votes to the one that is there; yield what is saved by now.

        Raises `RecordError` where what is there is at odds with it, and `SessionError` where the
        folder takes no file.
        """
        while session.id in self._under_way:
            yield self._oldest()
        file = locked_file(session, self._folder)
        if file is None:
            raise RecordError(
                f"its session {session.id} is open in another program; close it there."
            )
        with ExitStack() as undone:
            undone.callback(file.close)
            there = file.path.exists()
            votes = _new_votes(session, file) if there else 0
            undone.pop_all()
        if there and not votes:
            file.close()
            self._outcome.known += records
            return
        count_left_out(self._outcome.left_out)
        save = _Save(self._writers.submit(_written, file), votes, _characters(file.session))
        self._under_way[session.id] = save
        self._waiting += save.characters
        while len(self._under_way) > _MOST_WAITING or self._waiting > _MOST_CHARACTERS:
            yield self._oldest()

    def rest(self) -> Iterator[Path]:
        """Yield what was still under way, once it is saved."""
        while self._under_way:
            yield self._oldest()

    def _oldest(self) -> Path:
        save = self._under_way.pop(next(iter(self._under_way)))
        path = save.path.result()
        self._waiting -= save.characters
        self._outcome.votes += save.votes
        self._outcome.sessions += not save.votes
        return path


class _Save(NamedTuple):
    path: Future[Path]
    votes: int
    """How many are added to a session; 0 for a new one."""
    characters: int


def _characters(session: Session) -> int:
    turns = (turn for side in SIDES for turn in session.panes[side].turns)
    return sum(len(turn.prompt.text) + sum(len(a.text) for a in turn.attempts) for turn in turns)


def _written(file: SessionFile) -> Path:
    try:
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
