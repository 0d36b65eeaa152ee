"""The third of the article's tables: the same mistake to be put right, again and again."""

from __future__ import annotations

from collections.abc import Iterable

from tui_arena.scoring.lines import Asked, Line
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Fixing, FixingKind
from tui_arena.scoring.shares import share, share_of


def attempts_at_fixing(asked: Asked) -> dict[str, tuple[Reply, ...]]:
    """Return by model the attempts that a turn has at putting right a mistake; none if no such one.

    That is a correction to which a model answered several times, or which is about an answer that
    was taken over from the other side.
    """
    if asked.kind != "correction":
        return {}
    return {
        model: attempts
        for model, attempts in asked.by_model()
        if len(attempts) > 1 or attempts[0].borrowed
    }


def fixing(conversations: Iterable[Line]) -> tuple[Fixing, ...]:
    """Return a row for each model, with a kind of mistake for each correction that it was told."""
    models: dict[str, dict[str, list[Reply]]] = {}
    for line in conversations:
        for asked in line.turns:
            for model, attempts in attempts_at_fixing(asked).items():
                models.setdefault(model, {}).setdefault(asked.prompt, []).extend(attempts)
    return tuple(_row(model, told) for model, told in models.items())


def _row(model: str, told: dict[str, list[Reply]]) -> Fixing:
    kinds = tuple(
        FixingKind(
            correction=correction,
            attempts=tuple(attempts),
            fixed=share_of(attempts, lambda reply: reply.count("fixed") > 0),
        )
        for correction, attempts in told.items()
    )
    hits = sum(kind.fixed.hits for kind in kinds)
    return Fixing(model=model, kinds=kinds, fixed=share(hits, sum(kind.fixed.of for kind in kinds)))
