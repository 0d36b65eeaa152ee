"""What the pages of patterns share: what must be known first, prompts as rows, names of groups."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.patterns.found import ErrorGroup, Patterns, Region
from tui_arena.scoring.reply import Reply
from tui_arena.screens.patterns.finding import Asked
from tui_arena.screens.scores.words import gap, marks, prose
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

CAREFUL = "bold $warning"
NARROW = 68
"""Cells from which on tables have all their columns; the line below says what is left out."""
_REGION = 5
_MARKS = 6
"""Cells of the marks of a reply beside its prompt."""
_SHOWN = 3
"""Replies whose marks stand beside their prompt."""


def first_of_all(patterns: Patterns, width: int) -> list[Row]:
    """Return what stands above groups that only describe; nothing where they were tested."""
    if not patterns.descriptive:
        return []
    says = "Not tested: there are too few prompts. What is grouped here describes, no more."
    return [*careful(says, width), ()]


def careful(text: str, width: int) -> list[Row]:
    """Return a sentence of ours that must be read."""
    return styled(text, width, CAREFUL)


def styled(text: str, width: int, style: str) -> list[Row]:
    """Return a sentence of ours as rows of a style."""
    return [(Piece(row[0].text, style=style),) for row in prose(text, width)]


def title_of(group: Region | ErrorGroup) -> str:
    """Return what a group is called and, where people named it, the words that it goes by."""
    kinds = ", ".join(group.kinds) if isinstance(group, ErrorGroup) else ""
    words = ": ".join(part for part in (kinds, group.label) if part)
    return f"{group.name} ({words})" if group.name and words else group.title


def prompt_row(asked: Asked, behind: tuple[Reply, ...], says: str, width: int, signs: Signs) -> Row:
    """Return a prompt with its region and the marks of its first replies."""
    most = _SHOWN if width >= 70 else 2
    room = width - 2 - _REGION - most * (_MARKS + 1)
    given: list[Piece] = []
    for reply in behind[:most]:
        cell = Cell(f"{reply.model}: {says}", (reply,))
        given += [gap(1), Piece(marks(reply, signs), _MARKS, "", cell)]
    return (
        gap(2),
        Piece(asked.text, room, "", Cell(says, behind), outside=True),
        Piece(asked.region, _REGION, "$foreground 60%", right=True),
        *given,
    )


def more(total: int, shown: int) -> Sequence[Row]:
    """Return the row that says how many are not shown."""
    if total <= shown:
        return ()
    return ((Piece(f"    and {total - shown:,} more", style="$foreground 60%"),),)
