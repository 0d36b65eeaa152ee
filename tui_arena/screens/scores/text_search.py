"""Goes from one place that holds a text to the next: a figure on a page, a response behind one.

What is shown of a place counts, and what its response said, which may have to be read from a file.
So it goes on beside the screen, a few places at a time, and ends where something else is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from tui_arena.scoring.reply import Reply
from tui_arena.screens.find_line import FindLine
from tui_arena.screens.scores.showing import Words
from tui_arena.screens.scores.words import so_many
from tui_arena.session import SessionError
from tui_arena.widgets.look import places
from tui_arena.widgets.sheet import Row
from tui_arena.widgets.signs import Signs

_AT_ONCE = 200
"""Places that are looked at before keys are heard again."""
_MOST_COUNTED = 3_000
"""Places that are counted while one writes."""
_BEFORE, _AFTER = 20, 50
"""Characters of an answer that are told around what was found."""
_APART = "\0"
"""Stands between texts: no match reaches over it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to look at."""

    place: tuple[int, int]
    """A row, and which of its cells."""
    text: str
    """What is shown of it."""
    reply: Reply | None = None
    """The response that it is about, where it is about one."""


Spots = Callable[[int, bool], Iterator[Spot]]
"""Returns all places, each once and round about: first those after the one where one is (1), or
those before it (-1); that one itself is the first or the last one."""


class TextSearch:
    """Asks what to find, and finds it."""

    def __init__(
        self,
        screen: Screen[Any],
        *,
        spots: Spots,
        words: Callable[[], Words | None],
        go: Callable[[Spot, str], bool],
        tell: Callable[[str], object],
        key: str,
        signs: Signs,
    ) -> None:
        """`go` is told what was found, and the words of the response around it, if it is there.

        It returns whether that still stands where it was found. `key` is the one that asks, as
        people write it.
        """
        self._screen, self._spots, self._words = screen, spots, words
        self._go, self._tell, self._key, self._signs = go, tell, key, signs
        self._searches = 0
        self._worker: Worker[None] | None = None
        self.query = ""
        """What is looked for; empty for nothing."""

    def ask(self) -> None:
        """Ask what to find, and go to the first place from here on that holds it."""

        def asked(query: str | None) -> None:
            if query is not None and query.strip():
                self.query = query
                self._begin(1, itself=True)

        self._screen.app.push_screen(FindLine(count=self._counting(), signs=self._signs), asked)

    def step(self, way: int) -> None:
        """Go to the next place (1) or to the one before (-1); after the last comes the first."""
        if self.query:
            self._begin(way, itself=False)
        else:
            self._tell(f"Press {self._key} first, and write what to find.")

    def stop(self) -> None:
        """Look no further; what was told of it is told no more."""
        self._searches += 1
        if self._worker is not None and not self._worker.is_finished:
            self._worker.cancel()
            self._tell("")

    def _counting(self) -> Callable[[str], str]:
        """Return what says how often something is there, as far as that is known at once."""
        spots = list(islice(self._spots(1, True), _MOST_COUNTED + 1))
        if len(spots) > _MOST_COUNTED:
            return lambda query: "Enter finds"
        more = "; Enter looks into responses too" if any(spot.reply for spot in spots) else ""

        def count(query: str) -> str:
            found = sum(bool(places(query, spot.text)) for spot in spots)
            return f"in {so_many(found, 'place')}{more}"

        return count

    def _begin(self, way: int, *, itself: bool) -> None:
        self._searches += 1
        look = self._look(way, itself=itself)
        self._worker = self._screen.run_worker(look, group="find", exclusive=True)

    async def _look(self, way: int, *, itself: bool) -> None:
        words, query, looked, number = self._words(), self.query, 0, self._searches
        if words is None:
            return

        def wanted() -> bool:
            return number == self._searches and self._screen.is_attached

        spots = self._spots(way, itself)
        while batch := list(islice(spots, _AT_ONCE)):
            found = await _first(batch, query, words, wanted)
            if found is not None:
                if not self._go(*found):  # what is shown has changed since, so look at that
                    self._begin(way, itself=itself)
                return
            looked += len(batch)
            self._tell(f"Looking for “{query}”: not in {looked:,} places so far.")
            await asyncio.sleep(0)
        self._tell(f"Nothing here holds “{query}”.")


async def _first(
    batch: Sequence[Spot], query: str, words: Words, wanted: Callable[[], bool]
) -> tuple[Spot, str] | None:
    """Return the first place that holds a text, and the words of its response where they do.

    No more files are read once that is not `wanted`: the program's end waits for the thread.
    """
    shown = next((n for n, spot in enumerate(batch) if places(query, spot.text)), len(batch))
    asked = [(n, spot.reply) for n, spot in enumerate(batch[:shown]) if spot.reply is not None]
    found = [_said([pair for pair in asked if words.is_here(pair[1])], query, words, wanted)]
    elsewhere = [pair for pair in asked if not words.is_here(pair[1])]
    if elsewhere:
        found.append(await asyncio.to_thread(_said, elsewhere, query, words, wanted))
    said = min((each for each in found if each is not None), default=None)
    if said is not None:
        return batch[said[0]], said[1]
    return (batch[shown], "") if shown < len(batch) else None


def _said(
    replies: Sequence[tuple[int, Reply]], query: str, words: Words, wanted: Callable[[], bool]
) -> tuple[int, str] | None:
    """Return the first response that says a text, by its number, and the words around it."""
    for n, reply in replies:
        if not wanted():
            break
        try:
            said = words.said(reply)
        except SessionError:  # it is gone, and can be read by nobody
            continue
        if said is not None:
            text = _APART.join(dict.fromkeys((said.attempt.text, said.attempt.said)))
            for at in places(query, text)[:1]:
                return n, _around(text, at)
    return None


def _around(text: str, at: int) -> str:
    first, last = max(0, at - _BEFORE), at + _AFTER
    part = text[first:last].replace(_APART, " ")
    return f"{'…' if first else ''}{part}{'…' if last < len(text) else ''}"


def spots_of(replies: Sequence[Reply], at: int, way: int, *, itself: bool) -> Iterator[Spot]:
    """Yield responses of a list, from the one after a place on, or from that one itself."""
    for n in _round(len(replies), at, way, itself=itself):
        reply = replies[n]
        shown = (reply.model, reply.prompt, reply.session, reply.scenario or "")
        yield Spot((n, 0), _APART.join(shown), reply)


def spots_on(rows: Sequence[Row], at: tuple[int, int], way: int, *, itself: bool) -> Iterator[Spot]:
    """Yield the cells of rows, from the one after a place on, or from that one itself."""
    row, cell = at
    for n in _round(len(rows), row, way, itself=True):
        cells = _cells(rows, n)[::way]
        if n == row:
            cells = [spot for spot in cells if _after(spot.place[1], cell, way, itself=itself)]
        yield from cells
    if 0 <= row < len(rows):
        for spot in _cells(rows, row)[::way]:
            if not _after(spot.place[1], cell, way, itself=itself):
                yield spot


def stands(spot: Spot, rows: Sequence[Row]) -> bool:
    """Whether a cell that was found is still the one in its place."""
    row, cell = spot.place
    found = _cells(rows, row) if row < len(rows) else []
    return cell < len(found) and found[cell].text == spot.text


def _after(cell: int, here: int, way: int, *, itself: bool) -> bool:
    return way * (cell - here) > 0 or (itself and cell == here)


def _round(count: int, at: int, way: int, *, itself: bool) -> Iterator[int]:
    """Yield each number below a count once, going round."""
    first = 0 if itself else 1
    for far in range(first, count + first):
        yield (at + way * far) % count


def _cells(rows: Sequence[Row], at: int) -> list[Spot]:
    """Return the cells of a row; words without a cell belong to the cell before them, or after."""
    found: list[Spot] = []
    loose: list[str] = []
    above = at - 1
    if any(piece.cell is not None for piece in rows[at]):
        while above >= 0 and all(piece.cell is None for piece in rows[above]):
            loose += [piece.text for piece in rows[above] if piece.text.strip()]
            above -= 1
    for piece in rows[at]:
        if piece.cell is None:
            if found and piece.text.strip():
                last = found[-1]
                found[-1] = Spot(last.place, f"{last.text}{_APART}{piece.text}", last.reply)
            elif piece.text.strip():
                loose.append(piece.text)
            continue
        replies = piece.cell.replies
        reply = replies[0] if len(replies) == 1 else None
        prompt = [reply.prompt] if reply is not None else []
        text = _APART.join([*loose, piece.text, piece.cell.says, *prompt])
        found.append(Spot((at, len(found)), text, reply))
        loose = []
    return found
