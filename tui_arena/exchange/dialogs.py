"""The dialogs of sessions, for formats that hold a list of messages and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import (
    ATTEMPTS,
    MARKS,
    OUT_OF_CONTEXT,
    OWN_WORDS,
    SET_ASIDE,
    TIMINGS,
    VOTES,
    Kind,
    LeftOut,
)
from tui_arena.exchange.said import Message, dialog
from tui_arena.revision import saw_another
from tui_arena.session import SIDES, Turn

_MODELS = Kind("name of a model", "names of models")
_AGAIN = Kind(
    "dialog that another session has as well, or goes on with",
    "dialogs that other sessions have as well, or go on with",
)
_CUT = Kind("end of an answer that was cut or stopped", "ends of answers that were cut or stopped")
_OTHER_CONTEXT = Kind(
    "context that an answer came after, for another one stands before it now",
    "contexts that answers came after, for others stand before them now",
)


def dialogs(collected: Collected, left_out: LeftOut) -> Iterator[tuple[str, list[Message]]]:
    """Yield a name and the messages of each side that said something, as it stands.

    A dialog that is the beginning of another one, as in a session that was forked at its last turn
    or whose fork went on, is left out: it is in the other one.
    """
    every = [(session, side) for session in collected.sessions for side in SIDES]
    paths = {(session.id, side): _path(session.panes[side].turns, side) for session, side in every}
    beginnings = {path[:length] for path in paths.values() for length in range(1, len(path))}
    met: set[tuple[object, ...]] = set()
    for session in collected.sessions:
        left_out.of(session, MARKS, VOTES, ATTEMPTS, OUT_OF_CONTEXT, SET_ASIDE, OWN_WORDS, TIMINGS)
    for session, side in every:
        path = paths[session.id, side]
        messages = dialog(session, side)
        if not messages:
            continue
        if path in met or path in beginnings:
            left_out.add(_AGAIN)
            continue
        met.add(path)
        standing = [turn for turn in session.panes[side].turns if turn.in_context]
        cut = [turn for turn in standing if not turn.response.edited and _is_cut(turn)]
        left_out.add(_CUT, len(cut))
        left_out.add(_OTHER_CONTEXT, len(saw_another(session.panes[side].turns)))
        left_out.add(_MODELS, len({turn.response.profile for turn in standing}))
        yield f"{session.id}-{side}", messages


def _path(turns: list[Turn], side: str) -> tuple[object, ...]:
    """Return what two dialogs have in common as far as they are the same."""
    return tuple(
        (side, turn.id, turn.prompt.at, turn.response.id, turn.response.said)
        for turn in turns
        if turn.in_context
    )


def _is_cut(turn: Turn) -> bool:
    return turn.response.stop != "end" or turn.response.timing.finished is None
