"""Where the next prompt goes, and in words why not elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from tui_arena.screens.live_side import LiveSide
from tui_arena.session import SIDES, Side

Route = Literal["both", "left", "right"]
ROUTES: tuple[Route, ...] = ("both", "left", "right")
Outlook = Literal["takes", "waits", "skips", "not asked"]
KeyOf = Callable[[str], str]
"""The key of a command, by its id, as people write it."""


def outlook(side: LiveSide, route: Route) -> Outlook:
    """Say what the next prompt does to a side."""
    if route not in ("both", side.side):
        return "not asked"
    if side.paused or side.load_error is not None:
        return "skips"
    free = side.ready is not None and not side.busy and not side.waiting
    return "takes" if free else "waits"


def takers(sides: Mapping[Side, LiveSide], route: Route) -> list[LiveSide]:
    """Return the sides that take the next prompt, at once or when they can."""
    return [sides[name] for name in SIDES if outlook(sides[name], route) in ("takes", "waits")]


def note(side: LiveSide, route: Route) -> str:
    """Say at the pane why it does not get the next prompt at once; empty where it does."""
    match outlook(side, route):
        case "takes":
            return ""
        case "waits":
            return "next waits"
        case "skips":
            return "skips next"
        case _:
            return "not asked"


def destination(sides: Mapping[Side, LiveSide], route: Route) -> str:
    """Say at the prompt where it goes, which side is skipped because of what, and which waits."""
    asked = [sides[name] for name in SIDES if route in ("both", name)]
    taking = takers(sides, route)
    if len(taking) == len(asked):
        return ", ".join([route, *_after([side for side in taking if side.busy], taking)])
    skipped = _why([side for side in asked if side not in taking])
    if not taking:
        return f"nobody yet, {skipped}"
    return f"{taking[0].side} only, {skipped}"


def refusal(sides: Mapping[Side, LiveSide], route: Route, *, what: str) -> str:
    """Say in one line why nobody can take a prompt; `what` begins it."""
    asked = [sides[name] for name in SIDES if route in ("both", name)]
    return f"{what}: {_why(asked)}."


def answering(side: LiveSide, key: KeyOf) -> str:
    """Say what to do where an answer under way is in the way."""
    return f"{side.side.capitalize()} is answering; stop it first ({key('stop')})."


def unavailable(side: LiveSide, key: KeyOf) -> str:
    """Say in one sentence why a side cannot answer at once; nothing where it can."""
    if side.busy:
        return answering(side, key)
    if side.paused:
        return f"{side.side.capitalize()} is paused; resume it first ({key('pause')})."
    if side.unloaded:
        return f"The {side.side} model is not loaded; choose it first ({key('model')})."
    return "" if side.ready is not None else f"The {side.side} model is not loaded yet."


def _after(busy: list[LiveSide], asked: list[LiveSide]) -> list[str]:
    """Say which of the sides that are asked answer something else first."""
    if not busy:
        return []
    if len(busy) == 2:
        return ["after their answers"]
    return [f"{busy[0].side} after its answer" if len(asked) == 2 else "after its answer"]


def _why(sides: list[LiveSide]) -> str:
    states = ["without a model" if side.load_error else side.state for side in sides]
    if len(sides) == 2 and states[0] == states[1]:
        return f"both are {states[0]}"
    return " and ".join(
        f"{side.side} is {state}" for side, state in zip(sides, states, strict=True)
    )
