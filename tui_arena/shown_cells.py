"""What the terminal shows, cell by cell, so that only cells that differ are written to it.

Textual writes every row that a change touches, with all its colours. Where a pane scrolls while an
answer streams that is the whole pane, several times a second, and a slow link cannot carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

_BRIDGED = 4
"""Cells; writing so many once more costs no more than moving over them."""
_SEEN_ON_BLANKS = {"4", "7", "9", "21", "51", "52", "53"}
"""Lines under, through, around and above, and reverse: on a blank they show."""
_MOST_CELLS = 8192
"""In one look; what models write must not fill the memory."""


class ShownCells:
    """Remembers what was written, and makes of an update what is new in it."""

    def __init__(self) -> None:
        self._rows: list[list[_Cell | None]] = []
        self._looks: dict[str, _Look] = {}
        self._blanks: dict[str, _Cell] = {}

    def forget(self) -> None:
        """Take note that the terminal may show anything now."""
        self._rows = []

    def only_new(self, update: CompositorUpdate) -> CompositorUpdate:
        """Return an update that writes only what differs; a whole screen is written as a whole."""
        return _OnlyNew(self, update) if isinstance(update, LayoutUpdate | ChopsUpdate) else update

    def write(self, update: LayoutUpdate | ChopsUpdate, colours: ColorSystem) -> str:
        """Return what brings the terminal up to date, and remember what it shows then."""
        if isinstance(update, LayoutUpdate):
            self.forget()  # so that whoever finds the screen spoilt can have it drawn again
        writing = _Writing()
        for y, pieces in _rows_of(update):
            self._rows += [[] for _ in range(y + 1 - len(self._rows))]
            new = self._rows[y].copy()
            for x, strip in pieces:
                cells = self._cells(strip, colours)
                new += [None] * (x + len(cells) - len(new))
                new[x : x + len(cells)] = cells
            writing.row(y, self._rows[y], new)
            self._rows[y] = new
        return writing.end()

    def _cells(self, strip: Strip, colours: ColorSystem) -> list[_Cell]:
        cells: list[_Cell] = []
        for text, style, _ in strip:
            look = self._look("" if style is None else Strip.render_ansi(style, colours))
            if text.isascii():
                cells += [look[sign] for sign in text]
            else:
                _add_signs(cells, text, look)
        return cells

    def _look(self, ansi: str) -> _Look:
        look = self._looks.get(ansi)
        if look is None:
            look = self._looks[ansi] = _Look(*_parts_of(ansi))
            if not look.seen_on_blanks:
                back = look.background
                look.blank = self._blanks.setdefault(back, _Cell(" ", _Look(None, back, "")))
        return look


class _OnlyNew(CompositorUpdate):
    """Stands in for an update; takes effect only when it is written."""

    def __init__(self, shown: ShownCells, update: LayoutUpdate | ChopsUpdate) -> None:
        self._shown, self._update = shown, update

    def render_segments(self, console: Console) -> str:
        """Return what is to be written."""
        return self._shown.write(self._update, console._color_system or ColorSystem.TRUECOLOR)


class _Look(dict[str, "_Cell"]):
    """Colours and attributes, with the cells that are drawn so, by their text."""

    def __init__(self, foreground: str | None, background: str, attributes: str) -> None:
        """All are SGR codes, empty for the terminal's own; a foreground of None does not show."""
        super().__init__()
        self.foreground, self.background, self.attributes = foreground, background, attributes
        self.seen_on_blanks = not _SEEN_ON_BLANKS.isdisjoint(attributes.split(";"))
        self.blank: _Cell | None = None
        """The blank of this background, whatever else the look is; None where that shows."""

    def __missing__(self, text: str) -> _Cell:
        if len(self) > _MOST_CELLS:
            self.clear()  # what is shown of them is written once more, no worse
        blank = self.blank if text == " " else None
        cell = self[text] = blank if blank is not None else _Cell(text, self)
        return cell


class _Cell:
    """A sign in a look. There is one of each, so they are compared by identity.

    The right half of a wide sign is a cell without text.
    """

    __slots__ = ("look", "sure", "text")

    def __init__(self, text: str, look: _Look) -> None:
        self.text, self.look = text, look
        self.sure = len(text) == 1
        """Whether every terminal goes on in the next column after it; not where it is wide."""


class _Writing:
    """Collects what is written; knows where the cursor stands and how the next sign will look."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._foreground = self._background = self._attributes = ""
        self._seen_on_blanks = False

    def row(self, y: int, old: list[_Cell | None], new: list[_Cell | None]) -> None:
        """Write the cells of a row that are others now."""
        at, sure = -1, False
        """The column after what was written last, and whether the cursor is surely there."""
        known = len(old)
        for x, cell in enumerate(new):
            if cell is None or (x < known and cell is old[x]):
                continue
            if not cell.text:
                at = x + 1 if at == x else at
                continue
            if at != x or (cell.sure and not sure):
                between = new[at:x] if sure and x - at <= _BRIDGED else [None]
                if all(each is not None and self._goes_on(each) for each in between):
                    self._parts += [each.text for each in between if each is not None]
                else:
                    self._parts.append(f"\x1b[{x + 1}G" if at >= 0 else f"\x1b[{y + 1};{x + 1}H")
            self._change(cell.look)
            self._parts.append(cell.text)
            at, sure = x + 1, cell.sure

    def end(self) -> str:
        """Return all of it; whoever writes next finds the terminal's own colours."""
        if self._foreground or self._background or self._attributes:
            self._parts.append("\x1b[0m")
        return "".join(self._parts)

    def _goes_on(self, cell: _Cell) -> bool:
        """Whether a sign can be written without a change of look."""
        return cell.sure and not self._codes(cell.look)

    def _codes(self, look: _Look) -> list[str]:
        foreground, background, codes = self._foreground, self._background, []
        shows = self._seen_on_blanks if look.foreground is None else True
        if shows and look.attributes != self._attributes:
            if self._attributes:
                codes.append("0")
                foreground = background = ""
            if look.attributes:
                codes.append(look.attributes)
        if look.foreground is not None and look.foreground != foreground:
            codes.append(look.foreground or "39")
        if look.background != background:
            codes.append(look.background or "49")
        return codes

    def _change(self, look: _Look) -> None:
        codes = self._codes(look)
        if not codes:
            return
        self._parts.append(f"\x1b[{';'.join(codes)}m")
        if codes[0] == "0":
            self._foreground = self._attributes = ""
            self._seen_on_blanks = False
        if look.foreground is not None:
            self._foreground, self._attributes = look.foreground, look.attributes
            self._seen_on_blanks = look.seen_on_blanks
        self._background = look.background


def _rows_of(
    update: LayoutUpdate | ChopsUpdate,
) -> Iterator[tuple[int, Iterable[tuple[int, Strip]]]]:
    """Return the rows of an update with the pieces of each and the columns where these begin."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            pieces, x = [], update.region.x
            for strip in strips:
                pieces.append((x, strip))
                x += strip.cell_length
            yield y, pieces
        return
    for y, left, right in update.spans:
        ends = zip(update.chop_ends[y], update.chops[y].items(), strict=False)
        yield (
            y,
            [
                (x, strip)
                for end, (x, strip) in ends
                if strip is not None and x < right and end > left
            ],
        )


def _add_signs(cells: list[_Cell], text: str, look: _Look) -> None:
    for start, end, width in split_graphemes(text)[0]:
        sign = text[start:end]
        if width:
            cell = look[sign]
            cell.sure = cell.sure and width == 1
            cells.append(cell)
            cells += [look[""]] * (width - 1)
        elif cells:  # a mark on the sign before it, which is of another style
            last = len(cells) - 1 - (not cells[-1].text)
            cells[last] = cells[last].look[cells[last].text + sign]


def _parts_of(ansi: str) -> tuple[str, str, str]:
    """Return the codes of foreground, background and attributes in a list of SGR codes."""
    foreground = background = ""
    attributes = []
    codes = iter(ansi.split(";") if ansi else ())
    for code in codes:
        if code in ("38", "48"):
            kind = next(codes)
            colour = ";".join([code, kind, *(next(codes) for _ in range(3 if kind == "2" else 1))])
            if code == "38":
                foreground = colour
            else:
                background = colour
        elif (number := int(code)) in range(30, 40) or number in range(90, 98):
            foreground = "" if number == 39 else code
        elif number in range(40, 50) or number in range(100, 108):
            background = "" if number == 49 else code
        else:
            attributes.append(code)
    return foreground, background, ";".join(attributes)
