"""Puts the state of a side into the words that the widgets show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tui_arena.engine.events import Resident
from tui_arena.screens import routing
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.offers import memory
from tui_arena.session import SIDES, Side
from tui_arena.side_settings import differences
from tui_arena.widgets.load_view import WORTH_SAYING, LoadStatus
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


def load(
    live: LiveSide,
    keys: Mapping[str, str],
    *,
    now: float,
    blind: bool,
    first_wait: float | None = None,
) -> LoadStatus | None:
    """Describe a load under way or failed, or how a long prompt is read; None: nothing to say.

    `keys` are as people write them, by the id of the command; `now` is of the clock. Blind, seconds
    are counted from `first_wait`, the earliest wait of both sides: how long each takes alone would
    tell one model from another.
    """
    if blind:
        return _load_blind(live, keys, seconds=int(now - first_wait) if first_wait else 0)
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
        return _reading(live, now=now)
    stage, amount = live.loading.stage, live.loading.amount
    return LoadStatus(
        model=model,
        stage=f"{stage}, {amount}" if amount else stage,
        done=live.loading.done,
        seconds=int(now - live.load_began),
        left=live.load_progress.left(now=now),
    )


def _reading(live: LiveSide, *, now: float) -> LoadStatus | None:
    """Describe how the prompt is read, where that takes long."""
    run, since = live.run, live.waits_since
    if run is None or since is None or now - since < WORTH_SAYING:
        return None
    seconds, reading = int(now - since), run.reading
    if reading is None or reading.done == reading.total:
        return LoadStatus(stage="thinking", seconds=seconds)
    return LoadStatus(
        stage=f"reading the prompt, {reading.done} of {reading.total} tokens",
        done=reading.done / reading.total,
        seconds=seconds,
        left=run.progress.left(now=now),
    )


def first_wait(sides: Mapping[Side, LiveSide]) -> float | None:
    """Return when the earliest of what is waited for began; None where nothing is."""
    return min((s.waits_since for s in sides.values() if s.waits_since is not None), default=None)


def _load_blind(live: LiveSide, keys: Mapping[str, str], *, seconds: int) -> LoadStatus | None:
    """Describe a load without a word of which model it is; files and errors would name it."""
    if live.load_error is not None:
        hint = f"Press {keys['command']}, then {keys['blind']} to see which, and why."
        error = "This model could not be loaded."
        return LoadStatus(model=HIDDEN, stage="", error=error, hint=hint)
    if live.unloaded:
        return LoadStatus(model=HIDDEN, stage="Unloaded; the next prompt loads it again.")
    if live.loading is not None:
        return LoadStatus(model=HIDDEN, stage="loading", seconds=seconds)
    if live.waits_since is not None and seconds >= WORTH_SAYING:
        return LoadStatus(stage="thinking", seconds=seconds)
    return None


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
    playing: bool,
    suggested: Collection[Side],
) -> dict[str, str]:
    """Return the footer's words for commands whose effect depends on what is going on.

    Empty ones are those of commands that can do nothing now.
    """
    next_step = "next step" if playing else ""
    return {
        **dict.fromkeys(("next-step", "next-step-too"), next_step),
        **{f"pause-{side}": f"{_pause(live)} {side}" for side, live in sides.items()},
        "pause": _pause(sides[chosen]),
        "route": f"to: {route}",
        "attempts": "attempts" if attempts == 1 else f"{attempts} attempts",
        "blind": "reveal" if blind else "blind",
        **taking_over(suggested),
    }


def taking_over(suggested: Collection[Side]) -> dict[str, str]:
    """Return the footer's words for the keys that take over what is suggested on these sides."""
    return {
        "take-over": "as suggested" if suggested else "",
        **{f"take-over-{side}": side if len(suggested) > 1 else "" for side in SIDES},
    }


def _pause(live: LiveSide) -> str:
    return "resume" if live.paused else "pause"
