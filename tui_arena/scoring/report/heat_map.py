"""Where in a dialog each model fails: its answers by step of the scenario, or by turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Recap, Share
from tui_arena.scoring.shares import share_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One model's rated answers at one place."""

    replies: tuple[Reply, ...]
    right: Share
    worst: int
    """The severity of the worst of them."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Models by places; corrections and what they led to are no part of it."""

    scenario: str | None
    """Whose steps the places are; None where they are turns."""
    places: tuple[tuple[int, str], ...]
    """Numbers of steps or turns, each with the prompt that stood there most often."""
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    """Models, with a cell for each place; None where nothing is rated."""


def heat_maps(recap: Iterable[Recap], *, most: int) -> list[HeatMap]:
    """Return a map for each scenario, and one of all prompts outside of these, by turn.

    `most` is how many places one has: those with most answers, in their order.
    """
    found: dict[str | None, dict[str, list[Reply]]] = {}
    for model in recap:
        for reply in model.replies:
            if reply.kind != "correction":
                of = reply.scenario if reply.step is not None else None
                found.setdefault(of, {}).setdefault(model.model, []).append(reply)
    ordered = sorted(found.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return [_map(scenario, models, most) for scenario, models in ordered]


def _map(scenario: str | None, models: dict[str, list[Reply]], most: int) -> HeatMap:
    at: dict[int, Counter[str]] = {}
    cells: dict[tuple[str, int], list[Reply]] = {}
    for model, replies in models.items():
        for reply in replies:
            place = _place(reply)
            at.setdefault(place, Counter())[reply.prompt] += 1
            cells.setdefault((model, place), []).append(reply)
    places = sorted(sorted(at, key=lambda place: (-at[place].total(), place))[:most])
    rows = tuple(
        (model, tuple(_cell(cells.get((model, place), ())) for place in places)) for model in models
    )
    return HeatMap(
        scenario, tuple((place, at[place].most_common(1)[0][0]) for place in places), rows
    )


def _place(reply: Reply) -> int:
    return reply.number if reply.step is None else reply.step


def _cell(replies: Sequence[Reply]) -> Cell | None:
    if not replies:
        return None
    right = share_of(replies, lambda reply: reply.right)
    return Cell(tuple(replies), right, max(reply.severity for reply in replies))
