"""What tables of scores are drawn on: headings, prose, rows, bars, within a terminal's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tui_arena.cells import cells, fitted
from tui_arena.score_tables.grid import Column, grid
from tui_arena.scoring.results import Interval, Share
from tui_arena.scoring.words import between, of
from tui_arena.text import display_text

_T = TypeVar("_T")
_LEAST = 60
_PROSE = 100
"""Cells of a line of prose at most."""

BAR = 20
"""Cells of a bar."""
SHARE = (Column("95 % SURE"), Column("0 %            100 %", gives_way=1))
"""The columns of `Sheet.share` but for the first one."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """How wide it is, and what it can show."""

    width: int | None
    """In cells; None for a pipe, which gets everything."""
    ascii_only: bool = False

    @property
    def room(self) -> int | None:
        """How wide tables may be."""
        return self.width and max(_LEAST, self.width)

    def heading(self, title: str, about: str = "") -> Iterator[str]:
        """Yield a title and what stands below it."""
        yield ""
        yield title
        if about:
            yield from self.prose(about)

    def prose(self, text: str) -> Iterator[str]:
        """Yield text in lines."""
        room, line = min(self.room or _PROSE, _PROSE), ""
        for word in display_text(text, ascii_only=self.ascii_only).split():
            if line and cells(line) + 1 + cells(word) > room:
                yield line
                line = ""
            line = f"{line} {word}" if line else fitted(word, room, ascii_only=self.ascii_only)
            line = line.rstrip()
        if line:
            yield line

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, most: int, more: str
    ) -> Iterator[str]:
        """Yield rows in columns; of too many for a terminal the first, and how many there are.

        `more` is what these are called.
        """
        shown = self.some(rows, most)
        yield from grid(columns, shown, width=self.room, ascii_only=self.ascii_only)
        yield from self.left(len(rows) - len(shown), more)

    def some(self, rows: Sequence[_T], most: int) -> Sequence[_T]:
        """Return as many rows as a terminal gets."""
        return rows if self.room is None else rows[:most]

    def left(self, count: int, more: str) -> Iterator[str]:
        """Yield how many more there are, and where, if there are any."""
        if count:
            yield from self.prose(f"{count} more {more}: into a file with --out, or in a pipe.")

    def share(self, share: Share) -> tuple[str, str, str]:
        """Return the cells of a share: so many of so many, where it lies in words and as a bar."""
        if not share.of:
            return "-", "", ""
        return of(share), between(share.interval), self.bar(share.value or 0.0, share.interval)

    def bar(self, value: float, reach: Interval, low: float = 0.0, high: float = 1.0) -> str:
        """Return where a value lies between `low` and `high`, and between which ends it may."""
        line, end, point = "-|*" if self.ascii_only else "─┼●"
        places = [
            round((min(max(each, low), high) - low) / (high - low) * (BAR - 1))
            for each in (reach[0], value, reach[1])
        ]
        first, middle, last = places
        drawn = [" "] * first + [line] * (last - first + 1)
        drawn[first] = drawn[last] = end
        drawn[middle] = point
        return "".join(drawn)
