"""The first of the article's tables: the same first prompt again and again."""

from __future__ import annotations

from collections.abc import Iterable

from tui_arena.scoring.lines import Asked, Line
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Reliability
from tui_arena.scoring.shares import share_of, symbols


def attempts_at_first(line: Line, asked: Asked) -> dict[str, tuple[Reply, ...]]:
    """Return by model the attempts that a turn has at a first prompt; none where it is no such one.

    That is a prompt that nothing came before, neither a correction nor after turns that were
    copied, and that a model was asked several times or that its conversation consists of.
    """
    if asked.number != 1 or asked.kind == "correction" or asked.replies[0].copied:
        return {}
    alone = len(line.turns) == 1
    return {model: attempts for model, attempts in asked.by_model() if alone or len(attempts) > 1}


def reliability(conversations: Iterable[Line]) -> tuple[Reliability, ...]:
    """Return a row for each first prompt and model, the attempts of all sessions together."""
    prompts: dict[tuple[str | None, str], dict[str, list[Reply]]] = {}
    for line in conversations:
        asked = line.turns[0]
        for model, attempts in attempts_at_first(line, asked).items():
            prompt = asked.replies[0].scenario, asked.prompt
            prompts.setdefault(prompt, {}).setdefault(model, []).extend(attempts)
    return tuple(
        Reliability(
            model=model,
            scenario=scenario,
            prompt=prompt,
            attempts=tuple(attempts),
            symbols=symbols(attempts),
            right=share_of(attempts, lambda reply: reply.right),
        )
        for (scenario, prompt), models in prompts.items()
        for model, attempts in models.items()
    )
