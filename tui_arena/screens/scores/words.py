"""What figures are called and how they are written: numbers, shares, bars, marks of responses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui_arena.cells import cells, fitted
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Interval, Share
from tui_arena.scoring.words import signs as drawn
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

DIM = "$foreground 60%"
HEAD = "bold $primary"
BLANK: Row = ()
_LEAST_NAME = 6
_MORE = 6
"""Cells that say how many responses there are for which there is no room."""


def gap(width: int) -> Piece:
    """Return room between two pieces."""
    return Piece("", width)


def title(text: str, *more: Piece) -> Row:
    """Return the row that stands above others."""
    return (Piece(text, style=HEAD), *more)


def prose(text: str, width: int) -> list[Row]:
    """Return sentences of ours as rows."""
    rows: list[Row] = []
    line = ""
    for word in text.split():
        if line and cells(line) + 1 + cells(word) > width:
            rows.append((Piece(line, style=DIM),))
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*rows, (Piece(line, style=DIM),)]


def number(value: float | None, digits: int = 2) -> str:
    """Return a figure with so many digits behind the point; a dash where there is none."""
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"  # never -0.00


def between(interval: Interval, digits: int = 2) -> str:
    """Return an interval."""
    return f"[{number(interval[0], digits)}, {number(interval[1], digits)}]"


def ranks(found: tuple[int, int]) -> str:
    """Return where a rank lies."""
    first, last = found
    return str(first) if first == last else f"{first}-{last}"


def so_many(count: int, what: str) -> str:
    """Return a count of things, one of which is called `what`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def share_says(share: Share) -> str:
    """Return a share in words."""
    if not share.of:
        return "there is none yet"
    low, high = (f"{100 * end:.0f}" for end in share.interval)
    return f"{share.hits} of {share.of}; the true share lies between {low} and {high} % (95 %)"


def bar(
    value: float | None, interval: Interval, axis: Interval, width: int, signs: Signs
) -> tuple[Piece, ...]:
    """Return a bar from zero to a value, with a whisker over the interval.

    `axis` is what its first and its last cell stand for.
    """
    low, high = axis
    if width < 3 or value is None:
        return (gap(max(1, width)),)

    def place(x: float) -> int:
        within = min(max(x, low), high)
        return round((within - low) / (high - low) * (width - 1))

    ascii_only = signs.ascii_only
    begin, end, zero_sign = ("[", "]", "|") if ascii_only else ("├", "┤", "┊")
    at, first, last, zero = place(value), place(interval[0]), place(interval[1]), place(0)
    made = []
    for cell in range(width):
        over = min(zero, at) <= cell <= max(zero, at)
        if cell == at:
            sign = signs.here
        elif cell == first:
            sign = begin
        elif cell == last:
            sign = end
        elif cell == zero and low < 0:
            sign = zero_sign
        elif over:
            sign = signs.done
        elif first < cell < last:
            sign = signs.left
        else:
            sign = " "
        made.append(sign)
    text = "".join(made)
    split = min(at, zero), max(at, zero) + 1
    return (
        Piece(text[: split[0]], split[0], DIM) if split[0] else gap(0),
        Piece(text[split[0] : split[1]], split[1] - split[0], "$accent"),
        Piece(text[split[1] :], width - split[1], DIM) if split[1] < width else gap(0),
    )


def share_bar(share: Share, width: int, signs: Signs) -> tuple[Piece, ...]:
    """Return the bar of a share."""
    return bar(share.value, share.interval, (0.0, 1.0), width, signs)


def marks(reply: Reply, signs: Signs) -> str:
    """Return the marks that hold of a response, close together; a dot where nobody rated it."""
    return drawn(reply.held, ascii_only=signs.ascii_only)


def told(reply: Reply, signs: Signs) -> str:
    """Say of a response where it stands, and what is marked."""
    step = f", step {reply.step}" if reply.step is not None else ""
    attempt = f", attempt {reply.which} of {reply.of}" if reply.of > 1 else ""
    what = marks(reply, signs) if reply.rated else "no mark yet"
    return f"{what}: {reply.model}{step}{attempt}: {reply.prompt[:200]}"


def attempts_width(found: Iterable[Sequence[Reply]], most: int, signs: Signs) -> int:
    """Return how wide a column of attempts is."""
    return max(8, min(most, max((_together(replies, signs) for replies in found), default=0)))


def attempts(replies: Sequence[Reply], width: int, signs: Signs) -> tuple[Piece, ...]:
    """Return a cell for each response, as many as there is room for, filled up to a width."""
    room = width if _together(replies, signs) <= width else width - _MORE
    pieces: list[Piece] = []
    used = 0
    for n, reply in enumerate(replies):
        text = marks(reply, signs)
        wide = cells(text)
        if used + wide + 1 > room:
            more = f"+{len(replies) - n}"
            says = f"{so_many(len(replies) - n, 'response')} more"
            pieces.append(Piece(more, cell=Cell(says, tuple(replies[n:]))))
            used += cells(more)
            break
        style = "" if reply.rated else DIM
        pieces += [Piece(text, wide, style, Cell(told(reply, signs), (reply,))), gap(1)]
        used += wide + 1
    return (*pieces, gap(width - used)) if used < width else tuple(pieces)


def _together(replies: Sequence[Reply], signs: Signs) -> int:
    """Return how many cells all of them take, with a gap after each."""
    return sum(cells(marks(reply, signs)) + 1 for reply in replies)


def widest(names: Iterable[str], most: int, signs: Signs) -> int:
    """Return how wide a column of names from outside is."""
    shown = (cells(signs.one_line(name[: 2 * most])) for name in set(names))
    return max(_LEAST_NAME, min(most, max(shown, default=0)))


def cut(text: str, width: int, signs: Signs) -> str:
    """Return text from outside on one line, cut to a width."""
    return fitted(signs.one_line(text[: 4 * width]), width, ascii_only=signs.ascii_only).rstrip()
