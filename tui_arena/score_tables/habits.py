"""How models take corrections, how long they last and how quick they are, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_arena.score_tables.grid import Column
from tui_arena.score_tables.sheet import Sheet
from tui_arena.scoring.results import Cost, Habits, Median
from tui_arena.scoring.words import HOLDS, LEARNS, MENDED, NEW_FAULT, OLD_FAULT, of, sure

_MOST_ROWS = 24
_SHOWN = 4
"""Shares in a row of those within 0, 1, 2 … corrections, as many as a terminal has room for."""
_MODEL = Column("MODEL", least=12)


def habits(rows: Sequence[Habits], sheet: Sheet) -> Iterator[str]:
    """Yield the habits of each model, table by table."""
    if not rows:
        return
    yield from sheet.heading(
        "HABITS", "Each with how many it is of, and between which shares it lies in 95 %."
    )
    yield from _table(
        sheet,
        "Corrections: those that mended; of these, with a new fault; answers with an old one.",
        (MENDED.upper(), NEW_FAULT.upper(), OLD_FAULT.upper()),
        [(row.model, sure(row.fixed), sure(row.side_effects), sure(row.recurring)) for row in rows],
    )
    yield from _table(
        sheet,
        "Told to correct itself: wrong answers that became right, right ones that stayed right.",
        (LEARNS.upper(), HOLDS.upper()),
        [(row.model, sure(row.critique), sure(row.confidence)) for row in rows],
    )
    most = min(_SHOWN, max(len(row.solved) for row in rows))
    yield from _table(
        sheet,
        "Prompts that were solved within so many corrections.",
        (
            *(Column(f"{k}", gives_way=int(0 < k < most - 1)) for k in range(most)),
            Column(f"WITHIN {most - 1}"),
        ),
        [(row.model, *_solved(row, most)) for row in rows],
    )
    yield from _table(
        sheet,
        "What each solved prompt took, with what was in vain at others: corrections, and tokens.",
        ("CORRECTIONS EACH", "TOKENS EACH"),
        [(row.model, _cost(row.nudges, ".1f"), _cost(row.tokens, ".0f")) for row in rows],
    )
    if any(row.attempts for row in rows):
        yield from _table(
            sheet,
            "Prompts asked several times of which so many answers were right: once, all of them.",
            ("ATTEMPTS", "ONE RIGHT", "ALL RIGHT"),
            [
                (row.model, str(row.attempts), sure(row.reliable[0]), sure(row.reliable[-1]))
                for row in rows
                if row.attempts
            ],
        )
    yield from _table(
        sheet,
        "Conversations: turns before the first garbage (median, quarters), those without any.",
        ("TURNS", "WITHOUT GARBAGE"),
        [(row.model, _median(row.survived, "g"), sure(row.unscathed)) for row in rows],
    )
    if any(row.first_token.of for row in rows):
        yield from _table(
            sheet,
            "Speed where each answer was given (median, quarters).",
            ("FIRST TOKEN, MS", "TOKENS A SECOND"),
            [
                (row.model, _median(row.first_token, ".0f"), _median(row.speed, ".1f"))
                for row in rows
                if row.first_token.of
            ],
        )


def _table(
    sheet: Sheet, about: str, heads: Sequence[str | Column], rows: Sequence[Sequence[str]]
) -> Iterator[str]:
    yield ""
    yield from sheet.prose(about)
    columns = (_MODEL, *(Column(head) if isinstance(head, str) else head for head in heads))
    yield from sheet.table(columns, rows, most=_MOST_ROWS, more="models")


def _solved(row: Habits, most: int) -> tuple[str, ...]:
    last = row.solved[most - 1]
    return (*(of(share) for share in row.solved[:most]), sure(last).partition("(")[2][:-1] or "-")


def _cost(found: Cost, form: str) -> str:
    if found.value is None:
        return "-"
    low, high = (f"{end:{form}}" for end in found.interval or (0, 0))
    sure = f" ({low} to {high})" if found.interval is not None else ""
    return f"{found.value:{form}}{sure} of {found.of}"


def _median(found: Median, form: str) -> str:
    if found.value is None:
        return "-"
    low, high = found.quarters
    value, low_said, high_said = (f"{each:{form}}" for each in (found.value, low, high))
    return f"{value} ({low_said} to {high_said}) of {found.of}"
