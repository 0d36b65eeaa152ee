"""Prompts that are alike and failed at more than by chance, with the words that tell them apart."""

from __future__ import annotations

from tui_arena.patterns.found import Patterns, Region
from tui_arena.patterns.words import count, failed, p_value, sees
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.words import NARROW, first_of_all, more, title_of
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, prose
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

MOST = 100
"""Regions, groups and prompts that are listed."""
_ID, _FAILS, _ONLY, _P = 5, 10, 9, 9


def regions(finding: Finding, patterns: Patterns, width: int, _signs: Signs) -> list[Row]:
    """Return a row for each region, and a prompt of it below."""
    rows = first_of_all(patterns, width)
    found = patterns.regions
    if not found:
        none = "There are too few failures to group." if patterns.descriptive else (
            "No prompts that are alike are failed at more than by chance; of errors in one region "
            f"the tests would find {sees(patterns.power)}."
        )  # fmt: skip
        return [*rows, *prose(none, width)]
    pair = patterns.difference
    names = [pair.first, pair.second] if pair else [each.model for each in patterns.models][:1]
    called = f"1st is {names[0]}, 2nd is {names[1]}." if pair else f"The model is {names[0]}."
    tested = pair is not None and not patterns.descriptive
    describes = " P describes: regions were chosen for their failures." if tested else ""
    rows += prose(f"{called} Counted are prompts failed at, of those asked.{describes}", width)
    rows.append(BLANK)
    alone = [("only 1st", _ONLY), ("only 2nd", _ONLY)] if width >= NARROW else []
    heads = [("fails", _FAILS)]
    if pair:
        heads = [("1st fails", _FAILS), ("2nd fails", _FAILS), *alone]
        heads += [("p", _P)] if tested else []
    name = max(12, width - _ID - sum(cells for _, cells in heads))
    what = "Failed prompts" if patterns.descriptive else "Regions"
    above = (Piece(head, cells, DIM, right=True) for head, cells in heads)
    rows.append((Piece(what, _ID + name, HEAD), *above))
    for region in found[:MOST]:
        rows += _region(region, names, finding, patterns, name, width)
    return [*rows, *more(len(found), MOST)]


def _region(
    region: Region,
    names: list[str],
    finding: Finding,
    patterns: Patterns,
    name: int,
    width: int,
) -> list[Row]:
    asked = ", ".join(f"{model} fails at {failed(region, model)}" for model in names)
    if len(names) == 2:
        asked += f", alone at {region.only_first:,} and {region.only_second:,}"
    hot = "" if patterns.descriptive else f", {count(region.hot, 'hot spot')}"
    says = f"{region.id} {title_of(region)}: {count(region.prompts, 'prompt')}{hot}; {asked}"
    behind = finding.behind.prompts(region.keys)
    row: list[Piece] = [
        Piece(region.id, _ID, "bold"),
        Piece(title_of(region), name, "", Cell(says, behind, region.id), outside=True),
    ]
    for model in names:
        replies = finding.behind.prompts(region.keys, (model,))
        tells = f"{model} in {region.id} {title_of(region)}: fails at {failed(region, model)}"
        row += [
            gap(_FAILS - 6),
            Piece(failed(region, model), 6, "", Cell(tells, replies, region.id), right=True),
        ]
    if len(names) == 2:
        if width >= NARROW:
            row.append(Piece(f"{region.only_first:,}", _ONLY, right=True))
            row.append(Piece(f"{region.only_second:,}", _ONLY, right=True))
        if not patterns.descriptive:
            row.append(Piece(p_value(region.p), _P, right=True))
    rows: list[Row] = [tuple(row)]
    for prompt in region.examples[:1]:
        rows.append((gap(_ID), Piece(f"such as: {prompt}", width - _ID, DIM, outside=True)))
    return rows
