"""A session run again: planned, played through both sides, saved as a session of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tui_arena.asker import Tell
from tui_arena.engine.events import Engine
from tui_arena.errors import ArenaError
from tui_arena.headless import play_sides
from tui_arena.rerun.plan import Order, SidePlan, plan_side
from tui_arena.rerun.repeater import Repeater, Repetitions
from tui_arena.session import SIDES, Rerun, Session, Side, new_session
from tui_arena.software import software_versions
from tui_arena.store import SessionFile, fresh_file, prepare_folder


def plan(session: Session, orders: Mapping[Side, Order]) -> list[SidePlan]:
    """Return what each side plays again.

    Raises `ArenaError` where there is nothing to ask, or a profile of the session is not known.
    """
    plans = [plan_side(session.panes[side], side, orders[side]) for side in SIDES]
    if not any(each.models for each in plans):
        raise ArenaError(
            f"There is nothing to run again: session {session.id} has no turn that was answered "
            f"and stands in the context."
        )
    return plans


def new_rerun(session: Session, folder: Path, *, same_context: bool) -> SessionFile:
    """Begin the session that holds the new answers; raises ArenaError where it cannot be saved."""
    prepare_folder(folder)
    left, right = (session.panes[side].system for side in SIDES)
    made = new_session(systems=(left, right), scenario=session.scenario)
    made.software.update(software_versions())
    made.rerun = Rerun(id=session.id, same_context=same_context)
    for side in SIDES:
        made.panes[side].profile = session.panes[side].profile
    return fresh_file(made, folder)


async def play_again(
    session: Session,
    plans: list[SidePlan],
    *,
    engine: Engine,
    file: SessionFile,
    rater: str,
    tell: Tell,
) -> int:
    """Play what is planned, and save it; return the exit status of `play_sides`."""
    rerun = file.session.rerun
    assert rerun is not None
    return await play_sides(
        [
            Repeater(
                conversation=Repetitions(
                    side=each.side,
                    record=file.session.panes[each.side],
                    profile=each.models[0],
                    rater=rater,
                ),
                engine=engine,
                file=file,
                tell=tell,
                plan=each,
                turns=session.panes[each.side].turns,
                rerun=rerun,
            )
            for each in plans
            if each.models
        ],
        engine=engine,
        file=file,
        tell=tell,
    )
