"""Puts the state of a side into the words that the widgets show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tui_arena.engine.events import Resident
from tui_arena.screens import routing
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.offers import memory
from tui_arena.session import Side
from tui_arena.side_settings import differences
from tui_arena.widgets.load_view import LoadStatus
from tui_arena.widgets.status_line import PaneStatus

HIDDEN = "a hidden model"
"""What every model is called while the rater must not know which it is."""


def pane(
    live: LiveSide, route: routing.Route, *, scripted: str, chosen: bool, blind: bool
) -> PaneStatus:
    """Describe a side for its status line; blind, without what tells one model from another.

    Speed, the size of the context, and counts of tokens would. `scripted` is the system text that
    the scenario says.
    """
    settings = live.conversation.settings
    if scripted and settings.system == scripted:
        settings = replace(settings, system=None)
    own = differences(settings, None if blind else live.conversation.profile)
    if blind:
        return PaneStatus(
            model=HIDDEN,
            own=own,
            state=str(live.state),
            note=routing.note(live, route),
            chosen=chosen,
        )
    profile, reading = live.conversation.profile, live.reading
    state, detail = str(live.state), ""
    if live.state == "thinking" and reading is not None and reading.done < reading.total:
        detail = f"{reading.done}/{reading.total}"
        if live.reads_again:
            state, detail = "reading", f"{reading.done} of {reading.total} tokens again"
    return PaneStatus(
        model=profile.title or profile.name,
        own=own,
        state=state,
        detail=detail,
        note=routing.note(live, route),
        speed=live.speed.tokens_per_second,
        first_token_ms=live.speed.first_token_ms,
        used=live.context_used,
        limit=live.ready.context if live.ready is not None else None,
        chosen=chosen,
    )


def load(live: LiveSide, keys: Mapping[str, str], *, now: float, blind: bool) -> LoadStatus | None:
    """Describe a load under way or failed; None where there is nothing to say.

    `keys` are as people write them, by the id of the command.
    """
    if blind:
        return _load_blind(live, keys, now=now)
    model = live.conversation.profile.title or live.conversation.profile.name
    if live.load_error is not None:
        hint = (
            f"Press {keys['command']}, then on this side {keys['retry']} to try again, "
            f"or {keys['model']} for another model."
        )
        return LoadStatus(model=model, stage="", error=live.load_error, hint=hint)
    if live.unloaded:
        return LoadStatus(model=model, stage="Unloaded; the next prompt loads it again.")
    if live.loading is None:
        return None
    return LoadStatus(
        model=model,
        stage=live.loading.stage,
        done=live.loading.done,
        seconds=int(now - live.load_began),
    )


def _load_blind(live: LiveSide, keys: Mapping[str, str], *, now: float) -> LoadStatus | None:
    """Describe a load without a word of which model it is; files and errors would name it."""
    if live.load_error is not None:
        hint = f"Press {keys['command']}, then {keys['blind']} to see which, and why."
        error = "This model could not be loaded."
        return LoadStatus(model=HIDDEN, stage="", error=error, hint=hint)
    if live.unloaded:
        return LoadStatus(model=HIDDEN, stage="Unloaded; the next prompt loads it again.")
    if live.loading is None:
        return None
    return LoadStatus(model=HIDDEN, stage="loading", seconds=int(now - live.load_began))


def models(residents: Sequence[Resident]) -> str:
    """Say how many models are loaded and how much memory they take together."""
    if not residents:
        return ""
    taken = sum(resident.weights + resident.cache for resident in residents)
    return f"{len(residents)} model{'s' * (len(residents) > 1)}, {memory(taken)}"


def words(
    sides: Mapping[Side, LiveSide],
    route: routing.Route,
    attempts: int,
    chosen: Side,
    *,
    blind: bool,
) -> dict[str, str]:
    """Return the footer's words for commands whose effect depends on what is going on."""
    return {
        **{f"pause-{side}": f"{_pause(live)} {side}" for side, live in sides.items()},
        "pause": _pause(sides[chosen]),
        "route": f"to: {route}",
        "attempts": "attempts" if attempts == 1 else f"{attempts} attempts",
        "blind": "reveal" if blind else "blind",
    }


def _pause(live: LiveSide) -> str:
    return "resume" if live.paused else "pause"
