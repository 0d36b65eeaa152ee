"""Puts the state of a side into the words that the widgets show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_arena.engine.events import Resident
from tui_arena.screens import routing
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.offers import memory
from tui_arena.session import Side
from tui_arena.widgets.load_view import LoadStatus
from tui_arena.widgets.status_line import PaneStatus


def pane(live: LiveSide, route: routing.Route, *, chosen: bool) -> PaneStatus:
    """Describe a side for its status line."""
    profile, reading = live.conversation.profile, live.reading
    state, detail = str(live.state), ""
    if live.state == "thinking" and reading is not None and reading.done < reading.total:
        detail = f"{reading.done}/{reading.total}"
        if live.reads_again:
            state, detail = "reading", f"{reading.done} of {reading.total} tokens again"
    return PaneStatus(
        model=profile.title or profile.name,
        state=state,
        detail=detail,
        note=routing.note(live, route),
        speed=live.speed.tokens_per_second,
        first_token_ms=live.speed.first_token_ms,
        used=live.context_used,
        limit=live.ready.context if live.ready is not None else None,
        chosen=chosen,
    )


def load(live: LiveSide, *, now: float) -> LoadStatus | None:
    """Describe a load under way or failed; None where there is nothing to say."""
    model = live.conversation.profile.title or live.conversation.profile.name
    if live.load_error is not None:
        hint = "Press Esc, then on this side r to try again, or m for another model."
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


def models(residents: Sequence[Resident]) -> str:
    """Say how many models are loaded and how much memory they take together."""
    if not residents:
        return ""
    taken = sum(resident.weights + resident.cache for resident in residents)
    return f"{len(residents)} model{'s' * (len(residents) > 1)}, {memory(taken)}"


def words(sides: Mapping[Side, LiveSide], route: routing.Route, chosen: Side) -> dict[str, str]:
    """Return the footer's words for commands whose effect depends on what is going on."""
    return {
        **{f"pause-{side}": f"{_pause(live)} {side}" for side, live in sides.items()},
        "pause": _pause(sides[chosen]),
        "route": f"to: {route}",
    }


def _pause(live: LiveSide) -> str:
    return "resume" if live.paused else "pause"
