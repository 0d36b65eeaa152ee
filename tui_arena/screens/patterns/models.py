"""How often each model fails, and whether its failures lie together at all."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.patterns.found import ModelFailures, Patterns
from tui_arena.patterns.words import clustering, corrections, count, hot, rate, sees, what_is_seen
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.words import NARROW, careful, styled
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, prose, title, widest
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_SURE = 0.05
_FIGURE = 6
_COLUMNS = (("wrong responses", 24), ("prompts", 9), ("failed", 8), ("severely", 10))
_NARROW = (("wrong", 8), *_COLUMNS[1:])


def models(finding: Finding, patterns: Patterns, width: int, signs: Signs) -> list[Row]:
    """Return what must be known first, then each model and whether its failures lie together."""
    rows: list[Row] = []
    for note in patterns.notes:
        rows += careful(note, width) if patterns.descriptive else prose(note, width)
    rows += [BLANK] if rows else []
    columns = _COLUMNS if width >= NARROW else _NARROW
    room = width - sum(wide for _, wide in columns)
    name = widest([each.model for each in patterns.models], max(8, room), signs)
    heads = (Piece(head, wide, DIM, right=True) for head, wide in columns)
    rows.append((Piece("Model", name, HEAD), *heads))
    for each in patterns.models:
        rows.append(_model(each, finding, name, columns))
    rows += [BLANK, title("Do failures lie together?")]
    for each in patterns.models:
        rows += _together(each, patterns, width)
    rows.append(BLANK)
    about = (
        f"{count(patterns.responses - patterns.unjudged, 'judged response')} to "
        f"{count(patterns.prompts, 'distinct prompt')}; a prompt counts once for a model, which "
        "fails at it where half of its responses are wrong, or more."
    )
    seen = () if patterns.descriptive else (what_is_seen(patterns.power),)
    for sentence in (about, *corrections(patterns), *seen):
        rows += prose(sentence, width)
    return rows


def _model(
    each: ModelFailures, finding: Finding, name: int, columns: Sequence[tuple[str, int]]
) -> Row:
    failed = finding.failed.get(each.model, ())
    behind = finding.behind.prompts([asked.key for asked in failed], (each.model,))
    wrong = finding.behind.wrong(each.model)
    all_of_them = Cell(f"{each.model}: {rate(each)} responses are wrong", wrong)
    at_these = Cell(
        f"{each.model} fails at {count(each.failed, 'prompt')} of {each.prompts:,}; hot spots: "
        f"{hot(each)}",
        behind,
    )
    (_, first), (_, second), (_, third), (_, last) = columns
    share = rate(each) if columns is _COLUMNS else f"{each.wrong:,}"
    return (
        Piece(each.model, name, "bold", all_of_them, outside=True),
        Piece(share, first, right=True),
        Piece(f"{each.prompts:,}", second, right=True),
        gap(third - _FIGURE),
        Piece(f"{each.failed:,}", _FIGURE, "", at_these, right=True),
        Piece(f"{each.failed_severely:,}", last, right=True),
    )


def _together(each: ModelFailures, patterns: Patterns, width: int) -> Sequence[Row]:
    """Say whether failures lie together, and in one sentence what that means."""
    says = f"{each.model}: {clustering(each.clustering)}"
    return [*styled(says, width, "bold"), *prose(_meaning(each, patterns), width)]


def _meaning(each: ModelFailures, patterns: Patterns) -> str:
    found = each.clustering
    if found is None:
        return (
            "It takes 100 distinct prompts of a model, and some that it fails at and some that it "
            "does not; more attempts at the same prompts add nothing."
        )
    if found.p <= _SURE:
        return (
            "A prompt like one that it fails at is failed at more often than others: it has weak "
            f"spots. Hot spots: {hot(each)}; the regions say what they are about."
        )
    seen = sees(each.power or patterns.power)
    return (
        "Its failures lie as if thrown by chance over all prompts, as far as the tests see: of "
        f"errors in one region they would find {seen}. Hot spots: {hot(each)}."
    )
