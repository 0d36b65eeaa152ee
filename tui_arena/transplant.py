"""Turns of one side become the other's context; what stood there is set aside, never lost."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import msgspec

from tui_arena.session import Origin, PaneRecord, Reason, SetAside, Side, Turn
from tui_arena.stamps import new_id, now


def transplant(record: PaneRecord, turns: Sequence[Turn], *, of: Side, keep: int) -> None:
    """Let a side go on from copies of the other side's turns, after its own first `keep` turns.

    The selected response of each turn goes along without its marks; the side's turns from `keep` on
    are set aside.
    """
    _set_aside(record, keep, reason="transplant")
    record.turns += [_copy(turn, of) for turn in turns]


def restore(record: PaneRecord) -> int:
    """Put back what was set aside last, setting aside what stands there; return how many turns.

    0 where nothing was set aside.
    """
    if not record.set_aside:
        return 0
    found = record.set_aside.pop()
    _set_aside(record, found.after, reason="restore")
    record.turns += found.turns
    return len(found.turns)


def _set_aside(record: PaneRecord, after: int, *, reason: Reason) -> None:
    gone = record.turns[after:]
    del record.turns[after:]
    record.set_aside.append(SetAside(at=now(), reason=reason, after=after, turns=gone))


def _copy(turn: Turn, of: Side) -> Turn:
    said = turn.response
    return Turn(
        id=new_id(),
        prompt=msgspec.structs.replace(turn.prompt, corrects=None),
        attempts=[msgspec.structs.replace(copy.deepcopy(said), id=new_id(), marks=[])],
        origin=Origin(side=of, turn=turn.id, attempt=said.id, profile=said.profile),
    )
