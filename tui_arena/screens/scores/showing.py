"""What screens of figures are opened with: where their sessions are, and the one that is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

import msgspec

from tui_arena.command import Command
from tui_arena.exchange.said import Index, Said
from tui_arena.keymap.pages import PAGES
from tui_arena.scoring.gather import Gathered, Gatherer, Suggest, Wanted
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Weights
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.session import Attempt, Mark, Session, Side
from tui_arena.store import SessionFile
from tui_arena.widgets.signs import Signs

ALL, USUAL = Wanted(), Weights()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The session that goes on while its scores are looked at."""

    file: SessionFile
    under_way: Callable[[], Collection[str]]
    """Returns the ids of attempts that do not count yet."""
    mark: Callable[[Side, Attempt, Mark], None]
    """Gives a response a mark or takes it back."""

    @property
    def changes(self) -> int:
        """A number that is another one once the figures may be."""
        return self.file.turning_points

    def gathered(self, wanted: Wanted, suggest: Suggest | None) -> Gathered:
        """Return what scoring needs of it as it is now."""
        gatherer = Gatherer(wanted, suggest)
        gatherer.add(self.file.session, self.file.path, under_way=self.under_way())
        return gatherer.found

    def holds(self, reply: Reply) -> bool:
        """Whether a response is one of this session."""
        return reply.session == self.file.session.id


class Copy:
    """The open session as it was at a moment, for a thread: the session itself is the loop's."""

    def __init__(self, open_session: OpenSession) -> None:
        """Called on the loop; what takes longer is done when it is asked for."""
        self._file = open_session.file.path
        self._under_way = open_session.under_way()
        self._raw = msgspec.msgpack.encode(open_session.file.session)

    @cached_property
    def session(self) -> Session:
        """The copy."""
        return msgspec.msgpack.decode(self._raw, type=Session)

    @cached_property
    def _index(self) -> Index:
        return Index(self.session)

    def gathered(self, wanted: Wanted, suggest: Suggest | None) -> Gathered:
        """Return what scoring needs of it."""
        gatherer = Gatherer(wanted, suggest)
        gatherer.add(self.session, self._file, under_way=self._under_way)
        return gatherer.found

    def find(self, reply: Reply) -> Said | None:
        """Return a response with its text; None where it is another session's."""
        if reply.session != self.session.id:
            return None
        return self._index.find(reply.side, reply.turn, reply.attempt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What the screen needs; without an open session it shows what is saved."""

    signs: Signs
    paths: Callable[[], Sequence[Path]]
    """Returns the files and folders with saved sessions; called in a thread."""
    open: OpenSession | None = None
    wanted: Wanted = ALL
    suggest: Suggest | None = None
    """What a checker makes of sessions, where it is asked."""
    notes: Sequence[str] = ()
    """What it tells once it has looked at sessions, a sentence each."""
    seed: int = 0
    how_to_rate: str
    """A sentence that says with which keys marks are given."""
    closed_by: Sequence[str] = ()
    """Further keys that close the screen, unless it needs them."""
    pages: Mapping[str, Sequence[Command]] = field(default_factory=lambda: PAGES)
    """The commands of pages with the keys that are in force, by the page's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreShowing(Showing):
    """What the score screen needs besides."""

    weights: Weights = USUAL
    check: bool = False
    """Whether the checker is asked from the beginning; of an open session, not of all saved ones
    beside it, which takes long."""


@dataclass(slots=True)
class View:
    """Where somebody was when the screen was left, so that it opens there again."""

    page: int = 0
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Where the cursor was on each page."""


class Words:
    """Finds what responses said: in the open session as it is, else in their files."""

    def __init__(self, gathered: Gathered, open_session: OpenSession | None) -> None:
        self._transcripts = Transcripts(gathered.files)
        self._one_at_a_time = Lock()
        self._open = open_session
        self._known: tuple[int, Index] | None = None
        """The responses of the open session, and after how many of its changes."""

    def is_here(self, reply: Reply) -> bool:
        """Whether a response is one of the session that is open, so that no file need be read."""
        return self._open is not None and self._open.holds(reply)

    def said(self, reply: Reply) -> Said | None:
        """Return a response with its text; None where it is not there any more.

        Raises `SessionError` where its file cannot be read.
        """
        if self._open is not None and self._open.holds(reply):
            changes = self._open.changes
            if self._known is None or self._known[0] != changes:
                self._known = changes, Index(self._open.file.session)
            return self._known[1].find(reply.side, reply.turn, reply.attempt)
        with self._one_at_a_time:  # it may be asked from several threads
            return self._transcripts.said(reply)
