"""A session goes on twice: a new one with everything up to a turn, linked to where it came from."""

from __future__ import annotations

import copy
from pathlib import Path

from tui_arena.session import SIDES, Parent, Session, SessionError, new_session
from tui_arena.stamps import new_session_id, now
from tui_arena.store import fresh_file, prepare_folder


def fork(session: Session, turn: int) -> Session:
    """Return a new session with the turns of both sides up to `turn`, counted from 1.

    Turns, answers and marks are copies and keep their ids; what was set aside stays behind. Raises
    `SessionError` where no side has such a turn.
    """
    longest = _longest(session)
    if not 1 <= turn <= longest:
        have = "no turns" if not longest else "1 turn" if longest == 1 else f"{longest} turns"
        raise SessionError(f"There is no turn {turn} to fork at; the session has {have}.")
    left, right = (session.panes[side].system for side in SIDES)
    made = new_session(systems=(left, right), scenario=session.scenario)
    made.software = dict(session.software)
    made.parent = Parent(id=session.id, turn=turn)
    for side in SIDES:
        new, old = made.panes[side], session.panes[side]
        new.profile, new.sampler, new.max_tokens = old.profile, old.sampler, old.max_tokens
        new.turns = copy.deepcopy(old.turns[:turn])
    return made


def whole_copy(session: Session) -> Session:
    """Return a new session with all that another one holds, to go on where both are written.

    It names the other one as its parent, unless that has no turn yet.
    """
    made = copy.deepcopy(session)
    made.id, made.created = new_session_id(), now()
    made.updated = made.created
    turns = _longest(session)
    made.parent = Parent(id=session.id, turn=turns) if turns else None
    return made


def _longest(session: Session) -> int:
    return max(len(session.panes[side].turns) for side in SIDES)


def save_fork(session: Session, turn: int, folder: Path) -> Path:
    """Fork a session at a turn into a file of that folder; return its path.

    Raises `SessionError` where there is no such turn, or the folder takes no file.
    """
    made = fork(session, turn)
    prepare_folder(folder)
    file = fresh_file(made, folder)
    try:
        file.save()
    finally:
        file.close()
    return file.path
