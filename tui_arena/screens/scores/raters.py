"""Who rated, how far raters and the checker agree, and what could not be counted."""

from __future__ import annotations

from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.scoring.results import Agreement, Checked, Interval, Replies, Scores, WithTakenOver
from tui_arena.scoring.words import taken_over
from tui_arena.screens.scores.words import (
    BLANK,
    DIM,
    HEAD,
    bar,
    gap,
    number,
    prose,
    so_many,
    title,
)
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

CHECKER_HEAD = "Checker and people"
_MOST_BAR = 40
_CALLED: dict[str, str] = dict(MARK_WORDS.items())
"""What marks are called; what else raters agree on has its own name."""
_SEVERITIES = ("no fault", "mistake", "garbage")


def raters(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return raters, their agreement, the checker, and what is wrong with files."""
    groups = [
        _who(scores, width),
        _agreement(scores.agreement, width, signs),
        _checked(scores.checked, width, signs) if scores.checked is not None else [],
        _said("Files that cannot be read", scores.problems, width),
        _said("Notes", scores.notes, width),
    ]
    rows: list[Row] = []
    for group in groups:
        if group:
            rows += [BLANK, *group] if rows else group
    return rows


def _who(scores: Scores, width: int) -> list[Row]:
    head = title("Raters", Piece("  how many responses each rated", style=DIM))
    if not scores.raters:
        return [head, *prose("Nobody rated anything yet.", width)]
    rows = [head]
    for name, count in scores.raters:
        counts = name in scores.counted
        says = f"{name} rated {so_many(count, 'response')}" + (
            "" if counts else "; these marks do not count here"
        )
        rows.append(
            (
                gap(2),
                Piece(
                    name,
                    width // 3,
                    "",
                    Cell(says, scores.behind_raters.get(name, ())),
                    outside=True,
                ),
                Piece(f"{count:,}", 9, right=True),
                Piece("" if counts else "  not counted", style=DIM),
            )
        )
    if scores.disputed:
        said = f"Raters differ on the marks of {so_many(scores.disputed, 'response')}"
        rows.append((gap(2), Piece(said, cell=Cell(said, scores.behind_disputed))))
        rows += prose(
            "What most of them gave holds, and the first rater's where they are even.", width
        )
    return rows


def _agreement(found: tuple[Agreement, ...], width: int, signs: Signs) -> list[Row]:
    if not found:
        return []
    rows = [title("Agreement", Piece("  Krippendorff's alpha: 1 is full, 0 is chance", style=DIM))]
    for each in found:
        by = " and ".join(each.raters)
        says = f"{so_many(each.replies, 'response')} that several rated, of {by}"
        says = each.why or says
        rows.append(
            _coefficient(each.about, each.alpha, each.interval, says, each.behind, width, signs)
        )
    return rows


def _checked(found: Checked, width: int, signs: Signs) -> list[Row]:
    own = found.replies - found.taken_over
    says = f"{so_many(own, 'response')} with marks of both. {taken_over(found)}".strip()
    rows = [
        title(CHECKER_HEAD, Piece("  Cohen's kappa: 1 is full, 0 is chance", style=DIM)),
        *prose(says, width),
    ]
    if not found.replies:
        return [rows[0], *prose("No response has marks of both yet.", width)]
    if own or found.with_taken_over is None:
        rows += _kappas(found, width, signs)
    if found.apart:
        text = f"{so_many(len(found.apart), 'response')} on which both differ"
        rows.append((gap(2), Piece(text, cell=Cell(text, found.apart))))
    if found.with_taken_over is not None:
        head = title("With taken over", Piece("  an upper bound", style=DIM))
        rows += [BLANK, head, *_kappas(found.with_taken_over, width, signs)]
    return rows


def _kappas(found: Checked | WithTakenOver, width: int, signs: Signs) -> list[Row]:
    """Return the kappas and the confusion table."""
    rows = []
    intervals = found.kappa_intervals or (None,) * len(found.kappa)
    both = tuple(reply for row in found.behind for cell in row for reply in cell)
    for (about, kappa), interval in zip(found.kappa, intervals, strict=True):
        says = f"{so_many(len(both), 'response')} with marks of both"
        if kappa is None:
            says = "The checker or people said the same of every response."
        rows.append(_coefficient(about, kappa, interval, says, both, width, signs))
    rows.append(
        (
            Piece("  suggested / given", 22, DIM),
            *(Piece(severity, 10, DIM, right=True) for severity in _SEVERITIES),
        )
    )
    for severity, behind in zip(_SEVERITIES, found.behind, strict=True):
        pieces = [gap(2), Piece(severity, 20)]
        for given, replies in zip(_SEVERITIES, behind, strict=True):
            count = f"{len(replies)}"
            says = f"{so_many(len(replies), 'response')}: {severity} suggested, {given} given"
            pieces += [gap(10 - len(count)), Piece(count, cell=Cell(says, replies))]
        rows.append(tuple(pieces))
    return rows


def _coefficient(
    about: str,
    value: float | None,
    interval: Interval | None,
    says: str,
    behind: Replies,
    width: int,
    signs: Signs,
) -> Row:
    called = _CALLED.get(about, about)
    low, high = (number(end) for end in interval or (value, value))
    where = f", between {low} and {high} (95 %)" if interval is not None else ""
    cell = Cell(f"{called}: {number(value)}{where}; {says}" if value is not None else says, behind)
    name = Piece(called, 12, "", cell)
    if value is None:
        return (
            gap(2),
            name,
            Piece("       -", 8, DIM),
            gap(2),
            Piece(says, width - 24, DIM, outside=True),
        )
    room = min(_MOST_BAR, width - 24)
    return (
        gap(2),
        name,
        Piece(number(value), 8, right=True),
        gap(1),
        *bar(value, interval or (value, value), (-1.0, 1.0), room, signs),
    )


def _said(head: str, said: tuple[str, ...], width: int) -> list[Row]:
    if not said:
        return []
    rows: list[Row] = [(Piece(head, style=HEAD), Piece(f"  {len(said)}", style=DIM))]
    for one in said:
        rows.append((gap(2), Piece(one, width - 2, "", Cell(one), outside=True)))
    return rows
