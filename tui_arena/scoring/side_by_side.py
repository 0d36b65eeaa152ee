"""The second of the article's tables: whole conversations, both sides beside each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from tui_arena.scoring.fixing import attempts_at_fixing
from tui_arena.scoring.lines import Line
from tui_arena.scoring.reliability import attempts_at_first
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Dialog, DialogRow
from tui_arena.session import SIDES, Side


def dialogs(
    conversations: Iterable[Line], titles: Mapping[str, str], asked_for: Callable[[str], bool]
) -> tuple[Dialog, ...]:
    """Return both conversations of each session in which a side holds a dialog, as they stand.

    `titles` are those of sessions, by their ids. What models said that are not `asked_for` is left
    out.
    """
    sessions: dict[str, dict[Side, Line]] = {}
    for line in conversations:
        if line.number == 0:
            sessions.setdefault(line.session, {})[line.side] = line
    return tuple(
        _dialog(session, titles.get(session, ""), sides, asked_for)
        for session, sides in sessions.items()
        if any(_is_dialog(line) and _answered(line, asked_for) for line in sides.values())
    )


def _is_dialog(line: Line) -> bool:
    """Whether a conversation is more than attempts at a first prompt, or at mending mistakes."""
    return len(line.turns) > 1 and any(
        not attempts_at_first(line, asked) and not attempts_at_fixing(asked) for asked in line.turns
    )


def _answered(line: Line, asked_for: Callable[[str], bool]) -> bool:
    """Whether a model answered in a conversation that is asked for."""
    return any(asked_for(reply.model) for asked in line.turns for reply in asked.replies)


def _dialog(
    session: str, title: str, sides: Mapping[Side, Line], asked_for: Callable[[str], bool]
) -> Dialog:
    left, right = (_as_it_stands(sides.get(side), asked_for) for side in SIDES)
    known = (*left, *right)
    return Dialog(
        session=session,
        title=title,
        scenario=known[0].scenario if known else None,
        left=_models(left),
        right=_models(right),
        rows=tuple(_rows(left, right)),
    )


def _as_it_stands(line: Line | None, asked_for: Callable[[str], bool]) -> list[Reply]:
    chosen = (asked.chosen for asked in line.turns) if line is not None else ()
    return [reply for reply in chosen if reply is not None and asked_for(reply.model)]


def _models(replies: Sequence[Reply]) -> str:
    return ", ".join(dict.fromkeys(reply.model for reply in replies))


def _rows(left: Sequence[Reply], right: Sequence[Reply]) -> Iterable[DialogRow]:
    """Lay replies beside each other, those to the same prompts in the same rows."""
    ours, theirs = ([reply.prompt for reply in replies] for replies in (left, right))
    for tag, i, j, m, n in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        for one, other in zip_longest(left[i:j], right[m:n]):
            yield DialogRow(one, other, alike=tag == "equal")
