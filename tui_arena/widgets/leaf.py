"""A turn of a transcript, whether it is drawn or not; and which turns to draw around a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tui_arena.session import Turn
from tui_arena.widgets.turn_view import Era, TurnView, eras_under_way

_FOLDED_ROWS = 2


@dataclass(eq=False, slots=True)
class Leaf:
    """What is known of a turn; kept while no view of it is there."""

    turn: Turn
    number: int
    """Its place in the transcript, counted from 0."""
    before: Turn | None
    """The turn above it."""
    broken_off: frozenset[Era] = frozenset()
    """Answers whose end nobody saw; they are not under way."""
    folded: bool = False
    remark: str = ""
    """What only those know of it who see the whole conversation."""
    view: TurnView | None = None
    """Draws it; None where it is too far from what is seen."""
    _rows: int = field(default=0, init=False)
    _width: int = field(default=-1, init=False)
    """For which the rows hold; -1 where they are not known."""

    @classmethod
    def of(cls, turn: Turn, *, after: Sequence[Leaf], from_file: bool) -> Leaf:
        """Make the leaf of a turn that comes after others; one from a file is not under way."""
        return cls(
            turn=turn,
            number=len(after),
            before=after[-1].turn if after else None,
            broken_off=eras_under_way(turn) if from_file else frozenset(),
        )

    def rows(self, width: int) -> int:
        """Return its height with the row above it: as it was drawn last, or else a guess."""
        if self._width != width:
            columns = max(1, width - 5)
            answer = _FOLDED_ROWS if self.folded else _lines(self.turn.response.said, columns)
            self.measured(1 + _lines(self.turn.prompt.text, columns) + answer, width)
        return self._rows

    def measured(self, rows: int, width: int) -> None:
        """Take note of its height in a transcript of a width."""
        self._rows, self._width = rows, width

    def changed(self) -> None:
        """Take note that its height may be another one."""
        self._width = -1


def around(
    leaves: Sequence[Leaf], at: int, row: int, *, width: int, height: int, margin: int
) -> range:
    """Return the numbers of the leaves that a window shows, and so many rows above and below it.

    The top of leaf `at` stands `row` rows below the top of the window.
    """
    first, stop = at, at + 1
    room = margin + row
    while room > 0 and first > 0:
        first -= 1
        room -= leaves[first].rows(width)
    room = height + margin - row - leaves[at].rows(width)
    while room > 0 and stop < len(leaves):
        room -= leaves[stop].rows(width)
        stop += 1
    return range(first, stop)


def _lines(text: str, columns: int) -> int:
    """Guess how many rows a text takes, without a look at each of its lines."""
    return 1 + text.count("\n") + len(text) // columns
