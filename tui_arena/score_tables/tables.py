"""The article's four tables, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_arena import mark_signs
from tui_arena.score_tables.grid import Column
from tui_arena.score_tables.sheet import BAR, SHARE, Sheet
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Dialog, Fixing, Recap, Reliability, Weights
from tui_arena.scoring.words import (
    SHORT,
    SYMBOLS,
    attempts,
    counted,
    decimal,
    ranks,
    rule,
    short,
    signs,
    symbols,
)
from tui_arena.session import SIDES

_MOST_ROWS = 24
_MOST_DIALOGS = 6
"""How much of a table a terminal gets."""
_MOST_KINDS = 4
"""Corrections that have a column each; more of them have a row each."""
_MODEL = Column("MODEL", least=12)
_INDENT = "  "
"""What stands before a correction."""


def reliability(rows: Sequence[Reliability], sheet: Sheet) -> Iterator[str]:
    """Yield the attempts at first prompts, prompt by prompt."""
    if not rows:
        return
    yield from sheet.heading("RELIABILITY", "The same first prompt again and again: no help given.")
    prompts = list(dict.fromkeys((row.scenario, row.prompt) for row in rows if row.rated))
    for scenario, prompt in sheet.some(prompts, _MOST_DIALOGS):
        about = [row for row in rows if (row.scenario, row.prompt) == (scenario, prompt)]
        yield ""
        of_scenario = f" ({scenario})" if scenario else ""
        yield from sheet.prose(f"“{short(prompt, 70)}”{of_scenario}")
        yield from sheet.table(
            (_MODEL, Column("ATTEMPTS", least=12), *_named("RIGHT")),
            [(row.model, _attempts(row.attempts, sheet), *sheet.share(row.right)) for row in about],
            most=_MOST_ROWS,
            more="models",
        )
    yield from sheet.left(len(prompts) - len(sheet.some(prompts, _MOST_DIALOGS)), "first prompts")
    if silent := len({(row.scenario, row.prompt) for row in rows}) - len(prompts):
        yield ""
        yield from sheet.prose(f"{counted(silent, 'first prompt')} without any mark.")


def dialogs(found: Sequence[Dialog], sheet: Sheet) -> Iterator[str]:
    """Yield the conversations of each session beside each other."""
    rated = [dialog for dialog in found if dialog.rated]
    if not found:
        return
    shown = rated if sheet.room is None else rated[-_MOST_DIALOGS:]
    yield from sheet.heading("DIALOGS", "As they stand; what is set in is a correction.")
    yield from sheet.left(len(rated) - len(shown), "dialogs before these")
    for dialog in shown:
        yield ""
        title = f"{dialog.title} ({dialog.session})" if dialog.title else dialog.session
        yield from sheet.prose(title)
        yield from _dialog(dialog, sheet)
    if silent := len(found) - len(rated):
        yield ""
        yield from sheet.prose(f"{counted(silent, 'dialog')} without any mark.")


def _dialog(dialog: Dialog, sheet: Sheet) -> Iterator[str]:
    sides = [side for side in SIDES if getattr(dialog, side)]
    columns: list[Column] = []
    for side in sides:
        columns += [Column(getattr(dialog, side), least=16), Column("", least=8)]
    rows = [
        [cell for side in sides for cell in _cells(getattr(row, side), sheet)]
        for row in dialog.rows
    ]
    yield from sheet.table(columns, rows, most=2 * _MOST_ROWS, more="turns")


def _cells(reply: Reply | None, sheet: Sheet) -> tuple[str, str]:
    if reply is None:
        return "", ""
    indent = _INDENT if reply.kind == "correction" else ""
    asked = indent + short(reply.prompt, SHORT - len(indent))
    return asked, signs(reply.held, ascii_only=sheet.ascii_only)


def fixing(rows: Sequence[Fixing], sheet: Sheet) -> Iterator[str]:
    """Yield the attempts at putting mistakes right."""
    if not rows:
        return
    yield from sheet.heading(
        "MISTAKE FIXING", "Corrections tried several times, or of a mistake of the other side."
    )
    told = list(dict.fromkeys(kind.correction for row in rows for kind in row.kinds))
    if len(told) > _MOST_KINDS or (sheet.ascii_only and len(told) > 1):
        yield from sheet.table(
            (_MODEL, Column("CORRECTION", least=16), Column("ATTEMPTS", least=9), *_named("FIXED")),
            [
                (
                    row.model,
                    short(kind.correction),
                    _attempts(kind.attempts, sheet),
                    *sheet.share(kind.fixed),
                )
                for row in rows
                for kind in row.kinds
            ],
            most=_MOST_ROWS,
            more="rows",
        )
        return
    table = []
    for row in rows:
        known = {kind.correction: _attempts(kind.attempts, sheet) for kind in row.kinds}
        cells = [known.get(correction, "") for correction in told]
        table.append((row.model, *cells, *sheet.share(row.fixed)))
    heads = [Column(short(correction), least=8) for correction in told]
    yield from sheet.table(
        (_MODEL, *heads, *_named("FIXED")), table, most=_MOST_ROWS, more="models"
    )


def recap(rows: Sequence[Recap], weights: Weights, sheet: Sheet) -> Iterator[str]:
    """Yield all symbols of each model and its rank."""
    if not rows:
        return
    order = rule(weights, ascii_only=sheet.ascii_only)
    yield from sheet.heading(
        "RECAP",
        f"All marks of each model, ranked by {order}. In 90 % of what so few marks leave open the "
        "score lies between the two numbers, and the rank in its range. PTS are mistakes and three "
        "times garbage: fewer are better.",
    )
    low = min(weights.ok, weights.fixed, weights.mistake, weights.garbage)
    high = max(weights.ok, weights.fixed, weights.mistake, weights.garbage)
    bar = f"{low:<+g}".ljust(BAR - 4) + f"{high:+g}".rjust(4)
    heads = (
        Column("#", right=True),
        _MODEL,
        *(Column(sign, right=True) for sign in _symbols(sheet)),
        Column("N", right=True),
        Column("SCORE", right=True),
        Column("90 % SURE"),
        Column("MAY BE"),
        Column("BEST", right=True, gives_way=2),
        Column("PTS", right=True, gives_way=1),
        Column("RATINGS", gives_way=3),
        Column(bar, gives_way=4),
    )
    yield from sheet.table(
        heads, [_recap(row, (low, high), sheet) for row in rows], most=_MOST_ROWS, more="models"
    )
    unrated = sum(row.unrated for row in rows)
    if unrated:
        are = "is" if unrated == 1 else "are"
        yield from sheet.prose(f"{counted(unrated, 'answer')} of these models {are} not rated.")


def _recap(row: Recap, ends: tuple[float, float], sheet: Sheet) -> list[str]:
    found = (row.symbols.ok, row.symbols.fixed, row.symbols.mistake, row.symbols.garbage)
    low, high = ends
    return [
        f"{row.rank}",
        row.model,
        *map(str, found),
        str(row.symbols.n),
        decimal(row.score),
        f"{decimal(row.interval[0])} to {decimal(row.interval[1])}",
        ranks(row.rank_range),
        _chance(row.best),
        str(row.points),
        symbols(found, ascii_only=sheet.ascii_only),
        sheet.bar(row.score, row.interval, low, high) if low < high else "",
    ]


def _named(head: str) -> tuple[Column, ...]:
    """Return the columns of a share under its name."""
    return Column(head, right=True), *SHARE


def _attempts(replies: Sequence[Reply], sheet: Sheet) -> str:
    return attempts(replies, ascii_only=sheet.ascii_only)


def _symbols(sheet: Sheet) -> list[str]:
    """Return the heads of the four symbols' columns; in ASCII the words are cut to stay narrow."""
    if sheet.ascii_only:
        return [mark_signs.WORDS[mark][:3] for mark in SYMBOLS]
    return [mark_signs.SIGNS[mark] for mark in SYMBOLS]


def _chance(probability: float) -> str:
    """Return how probable it is to be the best."""
    return f"{100 * probability:.0f} %" if probability >= 0.01 else "< 1 %"
