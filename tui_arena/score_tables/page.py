"""All tables of scores, one below the other."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.score_tables import comparisons, tables
from tui_arena.score_tables.habits import habits
from tui_arena.score_tables.sheet import Sheet
from tui_arena.scoring.results import Scores
from tui_arena.scoring.words import what_was_read, who_rated


def lines(scores: Scores, *, width: int | None, ascii_only: bool = False) -> Iterator[str]:
    """Yield lines that are safe to show, of at most `width` cells, or 60 where that is less.

    Without a width, as in a pipe, nothing is cut. The recap comes last: what stands above the
    prompt is read first.
    """
    sheet = Sheet(width, ascii_only)
    yield from sheet.prose(" ".join([what_was_read(scores), *who_rated(scores)]))
    yield from tables.reliability(scores.reliability, sheet)
    yield from tables.dialogs(scores.dialogs, sheet)
    yield from tables.fixing(scores.fixing, sheet)
    yield from habits(scores.habits, sheet)
    yield from comparisons.paired(scores.paired, sheet)
    yield from comparisons.ladder(scores.ladder, sheet, models=len(scores.recap))
    yield from comparisons.raters(scores.agreement, sheet)
    yield from comparisons.checked(scores.checked, sheet)
    yield from tables.recap(scores.recap, scores.weights, sheet)
