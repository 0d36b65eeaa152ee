"""What a person changes in a conversation afterwards, and what a model had seen of it by then.

Changes are logs that only grow, so what stood in the context at any earlier time can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui_arena.session import Attempt, Choice, Edit, Move, Turn
from tui_arena.stamps import now


def choose(turn: Turn, attempt: int, *, by: str) -> None:
    """Make another attempt the one in the context; `attempt` counts from 0."""
    if attempt != turn.selected:
        turn.choices.append(Choice(attempt=attempt, by=by, at=now()))
        turn.selected = attempt


def set_aside(turn: Turn, *, by: str) -> None:
    """Take a turn out of the context; it stays in the record."""
    turn.moves.append(Move(action="aside", by=by, at=now()))


def bring_back(turn: Turn, *, by: str) -> None:
    """Put a turn that was set aside back into the context."""
    turn.moves.append(Move(action="back", by=by, at=now()))


def edit(attempt: Attempt, text: str, *, by: str) -> None:
    """Put other words in the place of an answer; the model's own stay beside them."""
    if text != attempt.said:
        attempt.edits.append(Edit(text=text, by=by, at=now()))


def saw_another(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns whose shown answers came after another context than stands before them now.

    For these an earlier turn showed another attempt, other words or less of them, or was aside.
    """
    changed: list[Turn] = []
    found = []
    for turn in turns:
        own = turn.stands and turn.origin is None
        asked = _moment(turn.response.timing.submitted)
        if own and any(_stood(t, asked) != _stands(t) for t in changed):
            found.append(turn)
        if turn.choices or turn.moves or any(a.continued or a.edits for a in turn.attempts):
            changed.append(turn)
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn of the context as a model saw it."""

    turn: Turn
    attempt: Attempt
    """The one that was selected then."""
    text: str
    """What stood there as its answer."""
    ids: tuple[int, ...]
    """The tokens of that; none where a person had edited it, or they are not known."""


def seen_by(attempt: Attempt, turns: Sequence[Turn]) -> list[Seen]:
    """Return what of these turns stood in the context when an attempt was asked for."""
    at = _moment(attempt.timing.submitted)
    found = []
    for turn in turns:
        state = _stood(turn, at)
        if state is None:
            continue
        selected, continued, edited = state
        answer = turn.attempts[selected]
        text, ids = answer.text, tuple(answer.token_ids)
        if edited:
            text, ids = edited, ()
        elif continued < len(answer.continued):  # it went on later
            end = answer.continued[continued]
            passed = _moment(end.at) - _moment(answer.timing.submitted)
            ms = passed / timedelta(milliseconds=1)
            text = text[: sum(count for came, count in answer.timing.chunks if came <= ms)]
            ids = ids[: end.tokens]
        found.append(Seen(turn, answer, text, ids))
    return found


def saw_another_system(turns: Sequence[Turn], system: str) -> list[Turn]:
    """Return the turns whose shown answers were asked with another system text than this one."""
    return [
        turn
        for turn in turns
        if turn.stands and turn.origin is None and turn.response.system not in (None, system)
    ]


_State = tuple[int, int, str] | None
"""Which attempt, how often continued, the words put in its place; None where nothing stands."""


def _stands(turn: Turn) -> _State:
    if not turn.in_context:
        return None
    answer = turn.response
    return turn.selected, len(answer.continued), answer.said if answer.edited else ""


def _stood(turn: Turn, at: datetime) -> _State:
    """Return what stood in the context at a time."""
    moves = [move for move in turn.moves if _moment(move.at) <= at]
    if moves and moves[-1].action == "aside":
        return None
    selected = turn.selected
    if turn.choices:
        chosen = [choice.attempt for choice in turn.choices if _moment(choice.at) <= at]
        selected = chosen[-1] if chosen else 0
    answer = turn.attempts[selected]
    edits = [change.text for change in answer.edits if _moment(change.at) <= at]
    continued = sum(_moment(change.at) <= at for change in answer.continued)
    later = answer.continued[continued:]
    stop = later[0].stop if later else answer.stop
    said = edits[-1] if edits else answer.text
    if not said or (stop == "error" and not edits):
        return None
    return selected, continued, "" if said == answer.text else said


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
