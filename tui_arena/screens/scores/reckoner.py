"""Reckons figures in a thread, so that no key waits: sessions are read and counted there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar

from tui_arena.errors import ArenaError
from tui_arena.scoring.gather import Gathered, Gatherer, Suggest, Wanted, find_files

_BETWEEN = 0.2
"""Seconds between two times that it is told how far it is."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done, and how far it is."""

    says: str


@dataclass(frozen=True, slots=True)
class Reckoned(Generic[F]):
    """What was found."""

    figures: F


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are no figures, in one sentence."""

    why: str


Told = Progress | Reckoned[F] | Refused

Tell = Callable[[str, float | None], None]
"""Hears what is being done, and how far it is from 0 to 1; None where that is not known."""

Count = Callable[[Gathered, Tell], F]
"""Makes figures of what was gathered; called in the thread."""


class _Dropped(Exception):
    """Another call came, so nobody waits for this one."""


@dataclass(slots=True, kw_only=True)
class Reckoner(Generic[F]):
    """Answers the latest call; what is told of an earlier one is dropped.

    `tell` is called in a thread, with the number of the call.
    """

    paths: Callable[[], Sequence[Path]]
    """Returns where the saved sessions are; called in a thread."""
    wanted: Wanted
    notes: Sequence[str]
    """What the checker tells once it has looked at sessions."""
    name: str
    """What its threads are called."""
    tell: Callable[[int, Told[F]], object]
    number: int = 0
    """How often it was called."""
    _saved: tuple[Suggest | None, Gathered] | None = None
    """What was read from files, and who suggested marks for it."""

    def reckon(
        self,
        count: Count[F],
        here: Callable[[], Gathered] | None,
        *,
        everything: bool,
        without: Path | None = None,
        suggest: Suggest | None = None,
    ) -> None:
        """Begin to reckon what is in an open session, and in all others where `everything` is so.

        `here` is called in the thread. `without` is the file of the open session, which is older
        than the session. `suggest` is what a checker makes of those in files, if it is asked.
        """
        self.number += 1
        thread = Thread(
            target=self._work,
            args=(self.number, count, here, without, suggest, everything),
            name=self.name,
            daemon=True,
        )
        thread.start()

    def stop(self) -> None:
        """Drop all that is under way."""
        self.number += 1

    def forget(self) -> None:
        """Read files anew the next time."""
        self.stop()
        self._saved = None

    def _work(
        self,
        number: int,
        count: Count[F],
        here: Callable[[], Gathered] | None,
        without: Path | None,
        suggest: Suggest | None,
        everything: bool,
    ) -> None:
        tell = self._telling(number)
        try:
            gathered = self._gathered(number, without, suggest, tell) if everything else None
            if here is not None:
                gathered = self._with(here(), gathered)
            if gathered is not None and number == self.number:
                self._tell(number, Reckoned(count(gathered, tell)))
        except _Dropped:
            pass
        except ArenaError as problem:
            self._tell(number, Refused(str(problem)))
        except BaseException:
            self._tell(number, Refused("The figures cannot be reckoned; the log says why."))
            raise

    def _with(self, here: Gathered, others: Gathered | None) -> Gathered:
        """Return what is in the open session, and what is in others if they are counted."""
        if others is None:
            return here
        both = Gatherer(self.wanted)
        both.include(others)
        both.include(here)
        return both.found

    def _gathered(
        self, number: int, without: Path | None, suggest: Suggest | None, tell: Tell
    ) -> Gathered:
        """Return what is in all files but one; they are read once."""
        if self._saved is not None and self._saved[0] is suggest:
            return self._saved[1]
        files, missing = find_files(self.paths())
        gatherer = Gatherer(self.wanted, suggest)
        gatherer.found.problems += missing
        for count, file in enumerate(files):
            tell(f"reading {count:,} of {len(files):,} files", None)
            if without is None or file.absolute() != without.absolute():
                gatherer.read(file)
        gatherer.found.notes += self.notes if suggest is not None else ()
        if number == self.number:
            self._saved = suggest, gatherer.found
        return gatherer.found

    def _telling(self, number: int) -> Tell:
        """Return what tells of the progress of a call, and ends it where another one came."""
        told = 0.0

        def tell(what: str, done: float | None) -> None:
            nonlocal told
            if number != self.number:
                raise _Dropped
            now = time.monotonic()
            if now - told > _BETWEEN:
                told = now
                share = f": {done:.0%}".replace("%", " %") if done else ""
                self._tell(number, Progress(f"{what[:1].lower()}{what[1:]}{share}"))

        return tell

    def _tell(self, number: int, told: Told[F]) -> None:
        if number == self.number:
            self.tell(number, told)
