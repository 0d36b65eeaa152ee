"""Only what differs is written, and what the terminal shows then is what Textual meant."""

import random
import re

import pyte
from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui_arena.shown_cells import ShownCells

WIDTH, HEIGHT = 40, 8
WORDS = ["a", "word", "  ", "        ", "é", "漢字", "🍄", "🔥🔥", "e\u0301", "→ so", "x" * 12]
STYLES = [
    None,
    Style(color="#102030"),
    Style(color="#102030", bgcolor="#445566"),
    Style(color="red", bgcolor="default"),
    Style(color="#aabbcc", bgcolor="#445566", bold=True),
    Style(bgcolor="#445566", underline=True),
    Style(reverse=True),
    Style(italic=True, bgcolor="color(130)"),
]


class Terminal:
    """A terminal, and the arena's idea of it."""

    def __init__(self) -> None:
        self.cells, self.screen = ShownCells(), pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self.screen)

    def show(self, update: LayoutUpdate | ChopsUpdate) -> str:
        written = self.cells.write(update, ColorSystem.TRUECOLOR)
        self._stream.feed(written)
        return written

    def row(self, y: int) -> list[tuple[str, str, str, bool]]:
        return [looks(self.screen.buffer[y][x]) for x in range(WIDTH)]


def looks(char) -> tuple[str, str, str, bool]:
    """What can be seen of a cell."""
    blank = char.data in (" ", "") and not (char.underscore or char.reverse)
    look = () if blank else (char.fg, char.bold, char.italics, char.underscore)
    return char.data, str(look), char.bg, char.reverse


def as_textual_writes(rows: list[Strip]) -> list[list[tuple[str, str, str, bool]]]:
    """What the rows look like where each is written whole."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for y, strip in enumerate(rows):
        stream.feed(f"\x1b[{y + 1};1H")
        for text, style, _ in strip:
            ansi = Strip.render_ansi(style, ColorSystem.TRUECOLOR) if style else ""
            stream.feed(f"\x1b[0;{ansi}m{text}" if ansi else f"\x1b[0m{text}")
    return [[looks(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def random_strip(chance: random.Random, width: int = WIDTH) -> Strip:
    segments: list[Segment] = []
    width -= 1  # pyte goes to the next line for a mark on the last sign of this one
    while width > 0:
        word = chance.choice(WORDS)
        if cell_len(word) > width:
            word = " " * width
        segments.append(Segment(word, chance.choice(STYLES)))
        width -= cell_len(word)
    return Strip([*segments, Segment(".")])


def whole(rows: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in rows], Region(0, 0, WIDTH, HEIGHT))


def part(rows: list[Strip], lines: list[int]) -> ChopsUpdate:
    """An update of some lines, each cut in two."""
    chops, ends = [], []
    for strip in rows:
        left, right = strip.crop(0, 17), strip.crop(17, WIDTH)
        chops.append({0: left, 17: right})
        ends.append([17, WIDTH])
    return ChopsUpdate(chops, [(y, 0, WIDTH) for y in lines], ends)


def test_whatever_comes_the_terminal_shows_what_was_meant() -> None:
    chance = random.Random(7)
    for _ in range(30):
        terminal = Terminal()
        rows = [random_strip(chance) for _ in range(HEIGHT)]
        terminal.show(whole([Strip.join([r.crop(0, 17), r.crop(17, WIDTH)]) for r in rows]))
        for _ in range(12):
            lines = sorted(chance.sample(range(HEIGHT), chance.randint(1, HEIGHT)))
            for y in lines:
                kept = chance.choice([1, 9, 30])
                rows[y] = Strip.join([rows[y].crop(0, kept), random_strip(chance, WIDTH - kept)])
            terminal.show(part(rows, lines))
            meant = as_textual_writes(
                [Strip.join([r.crop(0, 17), r.crop(17, WIDTH)]) for r in rows]
            )
            for y in range(HEIGHT):
                assert terminal.row(y) == meant[y], y


def test_what_is_there_already_is_not_written_again() -> None:
    terminal = Terminal()
    grey = Style(color="#808080", bgcolor="#101010")
    rows = [Strip([Segment(f"row {y}".ljust(WIDTH), grey)]) for y in range(HEIGHT)]
    first = terminal.show(whole(rows))
    assert terminal.show(part(rows, list(range(HEIGHT)))) == ""
    rows[3] = Strip([Segment("row 4".ljust(WIDTH), grey)])
    written = terminal.show(part(rows, list(range(HEIGHT))))
    assert re.fullmatch(r"\x1b\[4;5H\x1b\[[\d;]+m4\x1b\[0m", written), written
    # A blank in another colour looks the same.
    bold = Style(color="red", bgcolor="#101010", bold=True)
    rows[3] = Strip([Segment("row 4", grey), Segment(" " * (WIDTH - 5), bold)])
    assert terminal.show(part(rows, [3])) == ""
    assert terminal.show(whole(rows)) == first.replace("row 3", "row 4")


def test_all_is_written_once_nothing_is_known_of_the_terminal() -> None:
    terminal = Terminal()
    rows = [Strip([Segment("same".ljust(WIDTH))])] * HEIGHT
    terminal.show(whole(rows))
    terminal.cells.forget()
    assert terminal.show(part(rows, [2])).count("same") == 1


def test_after_signs_whose_width_terminals_dispute_the_column_is_named() -> None:
    terminal = Terminal()
    rows = [Strip([Segment("a🍄🍄b cd".ljust(WIDTH - 2))])] * HEIGHT
    written = terminal.show(whole(rows))
    assert "🍄🍄\x1b[6Gb cd" in written
    assert written.count("G") == HEIGHT


def test_colours_are_those_of_the_terminal() -> None:
    style = Style(color=Color.parse("#ff0000"))
    for colours, code in ((ColorSystem.TRUECOLOR, "38;2;255;0;0"), (ColorSystem.STANDARD, "31")):
        written = ShownCells().write(whole([Strip([Segment("x", style)])]), colours)
        assert f"\x1b[{code}mx" in written
