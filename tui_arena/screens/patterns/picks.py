"""The failures of each model that are most worth training on."""

from __future__ import annotations

from tui_arena.patterns.found import Patterns
from tui_arena.patterns.words import count
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.words import first_of_all, prompt_row
from tui_arena.screens.scores.words import BLANK, HEAD, prose
from tui_arena.widgets.sheet import Piece, Row
from tui_arena.widgets.signs import Signs

_MOST = 30
"""Picks of a model that are listed."""
_HOW = (
    "The failures to train on first: among many others, severe, and put right by no hint. Regions "
    "take turns, and near-copies come last. They can be written as examples, from here and by "
    "`tui-arena patterns --picks FILE`."
)


def picks(finding: Finding, patterns: Patterns, width: int, signs: Signs) -> list[Row]:
    """Return the picks of each model, the weightiest first."""
    if not any(finding.picks.values()):
        return []
    rows = [*first_of_all(patterns, width), *prose(_HOW, width)]
    for model, found in finding.picks.items():
        rows += [BLANK, (Piece(f"{model} would learn from", width, HEAD, outside=True),)]
        if not found:
            rows += prose("Nothing: it fails at no prompt that lies among other failures.", width)
        for rank, asked in enumerate(found[:_MOST], 1):
            behind = finding.behind.prompts([asked.key], (model,))
            where = f"in {asked.region}" if asked.region else "in no region"
            says = (
                f"Pick {rank} of {model}, {where}, weight {asked.weight:.2f}, "
                f"{count(len(behind), 'response')}: {asked.text[:200]}"
            )
            rows.append(prompt_row(asked, behind, says, width, signs))
    return rows
