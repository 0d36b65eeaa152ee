"""The prompts at which one model fails and the other does not, and those where both do."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.patterns.found import Patterns
from tui_arena.patterns.words import difference
from tui_arena.screens.patterns.finding import Asked, Finding
from tui_arena.screens.patterns.regions import MOST
from tui_arena.screens.patterns.words import first_of_all, more, prompt_row
from tui_arena.screens.scores.words import BLANK, HEAD, prose
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs


def apart(finding: Finding, patterns: Patterns, width: int, signs: Signs) -> list[Row]:
    """Return how two models differ, then the prompts, those in the biggest regions first."""
    pair, found = patterns.difference, finding.apart
    if pair is None or found is None:
        return []
    rows = first_of_all(patterns, width)
    for sentence in difference(pair):
        rows += prose(sentence, width)
    both = (pair.first, pair.second)
    rows += _list(f"{pair.first} fails, {pair.second} does not", found.only_first, both, finding,
                  width, signs)  # fmt: skip
    rows += _list(f"{pair.second} fails, {pair.first} does not", found.only_second, both, finding,
                  width, signs)  # fmt: skip
    return [*rows, *_list("Both fail", found.both, both, finding, width, signs)]


def _list(
    head: str,
    prompts: Sequence[Asked],
    models: Sequence[str],
    finding: Finding,
    width: int,
    signs: Signs,
) -> list[Row]:
    if not prompts:
        return []
    every = finding.behind.prompts([asked.key for asked in prompts], models)
    called = f"{head} ({len(prompts):,})"
    rows: list[Row] = [BLANK, (Piece(called, width, HEAD, Cell(called, every), outside=True),)]
    for asked in prompts[:MOST]:
        behind = finding.behind.prompts([asked.key], models)
        says = f"{head}: {asked.text[:200]}"
        rows.append(prompt_row(asked, behind, says, width, signs))
    return [*rows, *more(len(prompts), MOST)]
