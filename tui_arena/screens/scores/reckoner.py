"""Reckons the figures in a thread, so that no key waits: sessions are read and counted there."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from tui_arena.errors import ArenaError
from tui_arena.scoring.gather import Gathered, Gatherer, Suggest, Wanted, find_files
from tui_arena.scoring.results import Scores, Weights

_BETWEEN = 0.2
"""Seconds between two times that it is told how far the reading is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many files were read, and of how many."""

    read: int
    of: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found, and what it comes to."""

    gathered: Gathered
    scores: Scores


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are no figures, in one sentence."""

    why: str


Told = Progress | Figures | Refused


@dataclass(slots=True, kw_only=True)
class Reckoner:
    """Answers the latest call; what is told of an earlier one is dropped.

    `tell` is called in a thread, with the number of the call.
    """

    paths: Callable[[], Sequence[Path]]
    """Returns where the saved sessions are; called in a thread."""
    wanted: Wanted
    suggest: Suggest | None
    """What a checker makes of sessions, if it is asked."""
    notes: Sequence[str]
    """What else is to be told once all sessions are read."""
    weights: Weights
    seed: int
    tell: Callable[[int, Told], object]
    number: int = 0
    """How often it was called."""
    _saved: Gathered | None = None
    """What was read from files."""

    def reckon(
        self, here: Gathered | None, *, everything: bool, without: Path | None = None
    ) -> None:
        """Begin to reckon what is in an open session, and in all others where `everything` is so.

        `without` is the file of the open session, which is older than the session.
        """
        self.number += 1
        thread = Thread(
            target=self._work,
            args=(self.number, here, everything, without),
            name="scores",
            daemon=True,
        )
        thread.start()

    def stop(self) -> None:
        """Drop all that is under way."""
        self.number += 1

    def _work(
        self, number: int, here: Gathered | None, everything: bool, without: Path | None
    ) -> None:
        # Imported here, in the thread: SciPy takes a while.
        from tui_arena.scoring.score import score

        try:
            gathered = self._gathered(number, without) if everything else None
            if gathered is None or here is None:
                gathered = here if gathered is None else gathered
            else:
                both = Gatherer(self.wanted, self.suggest)
                both.include(gathered)
                both.include(here)
                gathered = both.found
            if gathered is not None and number == self.number:
                self._tell(number, Figures(gathered, score(gathered, self.weights, self.seed)))
        except ArenaError as problem:
            self._tell(number, Refused(str(problem)))
        except BaseException:
            self._tell(number, Refused("The figures cannot be reckoned; the log says why."))
            raise

    def _gathered(self, number: int, without: Path | None) -> Gathered:
        """Return what is in all files but one; they are read once."""
        if self._saved is not None:
            return self._saved
        files, missing = find_files(self.paths())
        gatherer = Gatherer(self.wanted, self.suggest)
        gatherer.found.problems += missing
        told = 0.0
        for count, file in enumerate(files):
            if number != self.number:
                return gatherer.found
            if time.monotonic() - told > _BETWEEN:
                told = time.monotonic()
                self._tell(number, Progress(count, len(files)))
            if without is None or file.absolute() != without.absolute():
                gatherer.read(file)
        gatherer.found.notes += self.notes
        self._saved = gatherer.found
        return self._saved

    def _tell(self, number: int, told: Told) -> None:
        if number == self.number:
            self.tell(number, told)
