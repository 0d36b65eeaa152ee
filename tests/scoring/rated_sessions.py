"""Small sessions with marks and votes, said in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from tui_arena.engine.profile import Sampler
from tui_arena.scoring.gather import Gathered, Gatherer, Suggest, Wanted
from tui_arena.session import (
    SIDES,
    Attempt,
    MarkEntry,
    PaneRecord,
    Panes,
    Prompt,
    PromptKind,
    Repeat,
    Rerun,
    Session,
    Side,
    Timing,
    Turn,
    Verdict,
    Vote,
    Voted,
)

_numbers = count(1)
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def _at(number: int) -> str:
    return (_BEGAN + timedelta(seconds=number)).isoformat()


def answer(model: str, said: str = "", **by: str) -> Attempt:
    """Make an answer with the marks of the rater `ada`, between spaces, and those of others."""
    marks = [
        MarkEntry(mark=mark, action="add", by=rater, at=_at(next(_numbers)))
        for rater, given in {"ada": said, **by}.items()
        for mark in given.split()
    ]
    number = next(_numbers)
    timing = Timing(submitted=_at(number), finished=_at(number))
    return Attempt(
        id=f"a{number}",
        profile=model,
        sampler=Sampler(),
        text="An answer.",
        stop="end",
        timing=timing,
        marks=marks,
    )


def turn(prompt: str, *attempts: Attempt, kind: PromptKind = "free", selected: int = 0) -> Turn:
    """Make a turn."""
    number = next(_numbers)
    asked = Prompt(text=prompt, kind=kind, at=_at(number))
    return Turn(id=f"t{number}", prompt=asked, attempts=list(attempts), selected=selected)


def session(left: Sequence[Turn] = (), right: Sequence[Turn] = ()) -> Session:
    """Make a session."""
    number = next(_numbers)
    panes = Panes(left=_pane(left), right=_pane(right))
    return Session(id=f"s{number}", created=_at(number), updated=_at(number), panes=panes)


def _pane(turns: Sequence[Turn]) -> PaneRecord:
    return PaneRecord(system="", turns=list(turns))


def both(left: str, right: str, *rows: tuple[str, str, str]) -> Session:
    """Make a session of two models: the prompts, and what `ada` said of the left and the right."""
    return session(
        [turn(prompt, answer(left, mark)) for prompt, mark, _ in rows],
        [turn(prompt, answer(right, mark)) for prompt, _, mark in rows],
    )


def vote(
    of: Session, verdict: Verdict, number: int = 1, *, by: str = "ada", blind: bool = True
) -> Session:
    """Vote on what both sides answered in a turn, counted from 1; return the session."""
    left, right = (of.panes[side].turns[number - 1] for side in SIDES)
    of.votes.append(
        Vote(
            verdict=verdict,
            action="add",
            left=Voted(turn=left.id, attempt=left.response.id),
            right=Voted(turn=right.id, attempt=right.response.id),
            by=by,
            at=_at(next(_numbers)),
            blind=blind,
        )
    )
    return of


def again(of: Session, side: Side, *answers: Attempt) -> Session:
    """Ask the prompts of a side again, with these answers, in a session of its own."""
    before = of.panes[side].turns
    turns = [
        turn(was.prompt.text, new, kind=was.prompt.kind)
        for was, new in zip(before, answers, strict=True)
    ]
    repeats = [
        Repeat(
            side=side,
            turn=new.id,
            attempt=new.response.id,
            was_turn=was.id,
            was_attempt=was.response.id,
        )
        for was, new in zip(before, turns, strict=True)
    ]
    made = session(**{side: turns})
    made.rerun = Rerun(id=of.id, same_context=False, answers=repeats)
    return made


def gathered(
    sessions: Iterable[Session], wanted: Wanted | None = None, suggest: Suggest | None = None
) -> Gathered:
    """Take in sessions as scoring does."""
    gatherer = Gatherer(wanted or Wanted(), suggest)
    for each in sessions:
        gatherer.add(each, Path(f"{each.id}.json"))
    return gatherer.found
