"""Several sessions to be exported together: what stands in more than one of them counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tui_arena.exchange.said import Index, Said, everything_said
from tui_arena.judgement import standing_marks
from tui_arena.session import Mark, MarkEntry, Session


class Collected:
    """Sessions, oldest first, so that a fork comes after what it was forked from.

    A session that is given twice is taken once, as it was last.
    """

    def __init__(self, sessions: Iterable[Session]) -> None:
        latest: dict[str, Session] = {}
        for session in sessions:
            known = latest.get(session.id)
            if known is None or _moment(session.updated) > _moment(known.updated):
                latest[session.id] = session
        self.sessions = sorted(latest.values(), key=lambda session: _moment(session.created))
        self._indexes = {session.id: Index(session) for session in self.sessions}
        self._logs: dict[tuple[str, ...], list[MarkEntry]] = {}
        for said in (said for session in self.sessions for said in everything_said(session)):
            log = said.attempt.marks
            if said.key in self._logs:
                log = _merged(self._logs[said.key], log)
            self._logs[said.key] = log

    def index(self, session: Session) -> Index:
        """Return what finds the answers of one of the sessions."""
        return self._indexes[session.id]

    def log(self, said: Said) -> list[MarkEntry]:
        """Return the marks given to an answer, in whichever session, oldest first."""
        return self._logs[said.key]

    def marks(self, said: Said) -> dict[Mark, int]:
        """Count the marks that an answer carries now, in whichever session they were given."""
        return standing_marks(self.log(said))


class Once:
    """Says of each key whether it comes for the first time."""

    def __init__(self) -> None:
        self._met: set[object] = set()

    def __call__(self, key: object) -> bool:
        """Whether this key was not asked about before."""
        fresh = key not in self._met
        self._met.add(key)
        return fresh


def _merged(one: list[MarkEntry], other: list[MarkEntry]) -> list[MarkEntry]:
    """Return the lines of both logs by their times, those that both have once."""
    entries = {(e.mark, e.action, e.by, e.at): e for e in [*one, *other]}
    counts = Counter((e.mark, e.action, e.by, e.at) for e in one)
    counts |= Counter((e.mark, e.action, e.by, e.at) for e in other)
    return sorted((entries[key] for key in counts.elements()), key=lambda e: _moment(e.at))


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
