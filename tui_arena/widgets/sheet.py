"""Rows with cells that a cursor goes over; of a long sheet only what is seen is drawn.

Rows are made of pieces, whose text is made safe when it is drawn, wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui_arena.cells import cells, fitted
from tui_arena.scoring.reply import Reply
from tui_arena.widgets.signs import Signs

_CHOSEN = "bold reverse"
_MOST = 4
"""Characters of outside text that are looked at for each of its cells."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Something that the cursor can be on."""

    says: str
    """What it tells, in a sentence; may hold outside text."""
    replies: Sequence[Reply] = ()
    """The responses behind it."""
    of: str = ""
    """The id of the group that it is about, if it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a row."""

    text: str
    width: int = 0
    """In cells; as wide as its text where it is 0."""
    style: str = ""
    cell: Cell | None = None
    right: bool = False
    """Whether it stands at the right of its room."""
    outside: bool = False
    """Whether it may be of any length and have lines: it is brought on one."""


Row = tuple[Piece, ...]


class Sheet(ScrollView, can_focus=False):
    """Shows rows; the cursor is on one of their cells, if there is one."""

    @dataclass
    class Moved(Message):
        """The cursor is on another cell."""

        cell: Cell | None

    @dataclass
    class Picked(Message):
        """The mouse asks for what is behind the cell that the cursor is on."""

        cell: Cell

    def __init__(self, *, signs: Signs, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._signs = signs
        self._rows: Sequence[Row] = ()
        self._at = 0
        """The row of the cursor."""
        self._cell = 0
        """Which of the row's cells it is on."""

    @property
    def chosen(self) -> Cell | None:
        """The cell of the cursor."""
        found = self._cells(self._at)
        return found[self._cell] if self._cell < len(found) else None

    @property
    def place(self) -> tuple[int, int]:
        """The row of the cursor, and which of its cells it is on."""
        return self._at, self._cell

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    @property
    def room(self) -> int:
        """How many cells a row has."""
        return self.scrollable_content_region.width

    def show(self, rows: Sequence[Row], place: tuple[int, int] | None = None) -> None:
        """Show rows, with the cursor where it was, or in another place."""
        self._rows = rows
        at, cell = self.place if place is None else place
        self._at = self._nearest(min(at, max(0, len(rows) - 1)))
        self._cell = max(0, min(cell, len(self._cells(self._at)) - 1))
        self.virtual_size = Size(self.room, len(rows))
        self.refresh()
        self.call_after_refresh(self._keep_in_sight)
        self.post_message(self.Moved(self.chosen))

    def go_to(self, place: tuple[int, int]) -> None:
        """Go to a cell; where there is none by now, to the nearest one."""
        row, cell = place
        at = self._nearest(min(row, max(0, len(self._rows) - 1)))
        self._go(at, max(0, min(cell, len(self._cells(at)) - 1)))

    def step(self, rows: int) -> None:
        """Go so many rows with cells further down, or up."""
        way = 1 if rows > 0 else -1
        at = found = self._at
        for _ in range(abs(rows)):
            at += way
            while 0 <= at < len(self._rows) and not self._cells(at):
                at += way
            if not 0 <= at < len(self._rows):
                break
            found = at
        if found != self._at:
            self._go(found, self._nearest_cell(found, self._middle(self._at, self._cell)))
        elif rows < 0:
            self.scroll_home(animate=False)
        else:
            self.scroll_end(animate=False)

    def page(self, pages: int) -> None:
        """Go so many screens down, or up."""
        height = max(1, self.size.height - 1)
        wanted = max(0, min(self._at + pages * height, len(self._rows) - 1))
        at = self._nearest(wanted)
        if at == self._at:
            self.step(pages)
        else:
            self._go(at, self._nearest_cell(at, self._middle(self._at, self._cell)))

    def sideways(self, cells: int) -> None:
        """Go so many cells to the right, or to the left."""
        count = len(self._cells(self._at))
        self._go(self._at, max(0, min(self._cell + cells, count - 1)))

    def end(self, *, last: bool) -> None:
        """Go to the first cell, or to the last row."""
        self._go(self._nearest(len(self._rows) - 1 if last else 0), 0)

    def render_line(self, y: int) -> Strip:
        """Draw a row."""
        at, width = self.scroll_offset.y + y, self.room
        style = self.visual_style
        if at >= len(self._rows):
            return Strip.blank(width, style.rich_style)
        content = self._content(at).truncate(width)
        return Visual.to_strips(self, content, width, 1, style, pad=True)[0]

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._keep_in_sight()

    def on_click(self, event: events.Click) -> None:
        """Go to the cell that was clicked; ask for what is behind it where the cursor is there."""
        offset = event.get_content_offset(self)
        at = self.scroll_offset.y + offset.y if offset is not None else -1
        if offset is None or not self._cells(at):
            return
        cell = self._nearest_cell(at, offset.x)
        if (at, cell) == self.place and self.chosen is not None:
            self.post_message(self.Picked(self.chosen))
        else:
            self._go(at, cell)

    def _go(self, at: int, cell: int) -> None:
        before = self.place
        self._at, self._cell = at, cell
        self._keep_in_sight()
        if self.place != before:
            self.refresh()
            self.post_message(self.Moved(self.chosen))

    def _keep_in_sight(self) -> None:
        above = self._at  # with the words above it, up to the row before that has cells
        while above > 0 and self._at - above < self.size.height - 1 and not self._cells(above - 1):
            above -= 1
        if self._nearest(len(self._rows) - 1) == self._at:  # and with what stands below the last
            self.scroll_end(animate=False, force=True, immediate=True)
        region = Region(0, above, 1, self._at - above + 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def _cells(self, at: int) -> list[Cell]:
        if not 0 <= at < len(self._rows):
            return []
        return [piece.cell for piece in self._rows[at] if piece.cell is not None]

    def _nearest(self, at: int) -> int:
        """Return the nearest row that has cells; the row itself where none has."""
        for far in range(len(self._rows)):
            for near in (at + far, at - far):
                if self._cells(near):
                    return near
        return at

    def _spans(self, at: int) -> list[tuple[int, int]]:
        """Return where the cells of a row begin and end."""
        found, x = [], 0
        for piece in self._rows[at]:
            wide = piece.width or cells(piece.text)
            if piece.cell is not None:
                found.append((x, x + wide))
            x += wide
        return found

    def _middle(self, at: int, cell: int) -> int:
        spans = self._spans(at) if at < len(self._rows) else []
        return spans[cell][0] if cell < len(spans) else 0

    def _nearest_cell(self, at: int, x: int) -> int:
        def far(span: tuple[int, int]) -> int:
            return max(span[0] - x, x - span[1] + 1, 0)

        spans = self._spans(at)
        return min(range(len(spans)), key=lambda n: far(spans[n]), default=0)

    def _content(self, at: int) -> Content:
        parts, number = [], 0
        for piece in self._rows[at]:
            style = piece.style
            if piece.cell is not None:
                if at == self._at and number == self._cell:
                    style = _CHOSEN
                number += 1
            parts.append(Content.styled(self._text(piece), style))
        return Content.assemble(*parts)

    def _text(self, piece: Piece) -> str:
        ascii_only = self._signs.ascii_only
        if piece.outside:
            text = piece.text[: _MOST * piece.width] if piece.width else piece.text
            text = self._signs.one_line(text)
        else:
            text = self._signs.text(piece.text)
        if not piece.width:
            return text
        if piece.right:
            text = " " * (piece.width - cells(text)) + text
        return fitted(text, piece.width, ascii_only=ascii_only)
