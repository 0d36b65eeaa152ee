"""Who rated, how far raters and the checker agree, and what could not be counted."""

from __future__ import annotations

from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.scoring.results import Agreement, Checked, Scores
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

_MOST_BAR = 40
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
                Piece(name, width // 3, "", Cell(says), outside=True),
                Piece(f"{count:,}", 9, right=True),
                Piece("" if counts else "  not counted", style=DIM),
            )
        )
    if scores.disputed:
        said = f"Raters differ on the marks of {so_many(scores.disputed, 'response')}; what most "
        rows += prose(
            f"{said}of them gave holds, and the first rater's where they are even.", width
        )
    return rows


def _agreement(found: tuple[Agreement, ...], width: int, signs: Signs) -> list[Row]:
    if not found:
        return []
    rows = [title("Agreement", Piece("  Krippendorff's alpha: 1 is full, 0 is chance", style=DIM))]
    for each in found:
        called = MARK_WORDS.get(each.about, each.about)  # type: ignore[call-overload]
        by = " and ".join(each.raters)
        says = f"{called}: {so_many(each.replies, 'response')} rated by several of {by}"
        pieces = [gap(2), Piece(called, 12, "", Cell(each.why or says))]
        if each.alpha is None:
            pieces.append(Piece(f"  {each.why}", width - 14, DIM, outside=True))
        else:
            alpha = max(-1.0, each.alpha)
            pieces += [
                Piece(number(each.alpha), 8, right=True),
                gap(1),
                *bar(alpha, (alpha, alpha), (-1.0, 1.0), min(_MOST_BAR, width - 40), signs),
                Piece(f"  {so_many(each.replies, 'response')}", style=DIM),
            ]
        rows.append(tuple(pieces))
    return rows


def _checked(found: Checked, width: int, signs: Signs) -> list[Row]:
    rows = [
        title("The checker and people"),
        *prose(f"{so_many(found.replies, 'response')} with marks of both; {found.taken_over} more "
               "were taken over from the checker, which is no second view.", width),
    ]  # fmt: skip
    for about, kappa in found.kappa:
        called = MARK_WORDS.get(about, about)  # type: ignore[call-overload]
        says = f"{called}: Cohen's kappa {number(kappa)}; 1 is full agreement, 0 is chance"
        said = number(kappa) if kappa is not None else "not defined"
        rows.append((gap(2), Piece(called, 12, "", Cell(says)), Piece(said, 12, right=True)))
    rows.append(
        (
            Piece("  suggested / given", 22, DIM),
            *(Piece(severity, 10, DIM, right=True) for severity in _SEVERITIES),
        )
    )
    for severity, counts in zip(_SEVERITIES, found.confusion, strict=False):
        rows.append((gap(2), Piece(severity, 20), *(Piece(f"{n}", 10, right=True) for n in counts)))
    if found.apart:
        text = f"{so_many(len(found.apart), 'response')} on which both differ"
        rows.append((gap(2), Piece(text, cell=Cell(text, found.apart))))
    return rows


def _said(head: str, said: tuple[str, ...], width: int) -> list[Row]:
    if not said:
        return []
    rows: list[Row] = [(Piece(head, style=HEAD), Piece(f"  {len(said)}", style=DIM))]
    for one in said:
        rows.append((gap(2), Piece(one, width - 2, "", Cell(one), outside=True)))
    return rows
