"""Wrong responses that belong together, and those that are like no other."""

from __future__ import annotations

from tui_arena.patterns.found import ErrorGroup, Example, Patterns
from tui_arena.patterns.words import count, made_of, too_short
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.regions import MOST
from tui_arena.screens.patterns.words import more, title_of
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, prose, widest
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_ID, _SIZE = 5, 11
_DESCRIBES = (
    "Groups describe and are never tested: the response is what was judged, so that alike ones "
    "were judged alike says nothing."
)


def groups(finding: Finding, patterns: Patterns, width: int, signs: Signs) -> list[Row]:
    """Return a row for each group of errors with one of them below, then those in no group."""
    if not patterns.groups and not patterns.ungrouped:
        return []
    rows = prose(_DESCRIBES, width) if patterns.groups else []
    for sentence in too_short(patterns):
        rows += prose(sentence, width)
    name = max(12, width - _ID - 2 * _SIZE)
    if patterns.groups:
        heads = (Piece(head, _SIZE, DIM, right=True) for head in ("responses", "prompts"))
        rows += [BLANK, (Piece("Groups of errors", _ID + name, HEAD), *heads)]
    for group in patterns.groups[:MOST]:
        rows += _group(group, finding, name, width)
    rows += more(len(patterns.groups), MOST)
    if patterns.ungrouped:
        among = " in no group" if patterns.groups else ""
        head = f"{count(patterns.ungrouped_total, 'wrong response')}{among}"
        rows += [BLANK] if rows else []
        rows.append((Piece(head, style=HEAD),))
        name = widest([each.model for each in patterns.ungrouped], width // 5, signs)
        rows += [_alone(each, finding, name, width) for each in patterns.ungrouped]
        if patterns.ungrouped_total > len(patterns.ungrouped):
            rows.append((gap(4), Piece("and others like these or to the same prompts", style=DIM)))
    return rows


def _group(group: ErrorGroup, finding: Finding, name: int, width: int) -> list[Row]:
    says = (
        f"{group.id} {title_of(group)}: {count(group.responses, 'response')} to "
        f"{count(group.prompts, 'prompt')} ({made_of(group)})"
    )
    behind = finding.behind.of(bytes.fromhex(key) for key in group.keys)
    rows: list[Row] = [
        (
            Piece(group.id, _ID, "bold"),
            Piece(title_of(group), name, "", Cell(says, behind, group.id), outside=True),
            Piece(f"{group.responses:,}", _SIZE, right=True),
            Piece(f"{group.prompts:,}", _SIZE, right=True),
        ),
        (gap(_ID), Piece(made_of(group), width - _ID, DIM, outside=True)),
    ]
    for each in group.examples[:1]:
        such = f"such as: {each.text or '(empty)'}"
        rows.append((gap(_ID), Piece(such, width - _ID, DIM, outside=True)))
    return rows


def _alone(each: Example, finding: Finding, name: int, width: int) -> Row:
    says = f"{each.model}, asked “{each.prompt[:200]}”"
    behind = finding.behind.of([bytes.fromhex(each.key)])
    half = (width - name - 6) // 2
    return (
        gap(2),
        Piece(each.model, name, DIM, outside=True),
        gap(2),
        Piece(each.prompt, half, "", Cell(says, behind), outside=True),
        gap(2),
        Piece(each.text or "(empty)", half, DIM, outside=True),
    )
