"""Marks and votes, given and taken back: both are logs that only grow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import msgspec

from tui_arena.session import MARKS, Attempt, Mark, MarkEntry, Verdict, Vote, Voted
from tui_arena.stamps import now


def standing_marks(log: Iterable[MarkEntry]) -> dict[Mark, int]:
    """Count the marks of a log that hold now, in the order of `MARKS`.

    A response carries a multiset: two raters may give the same mark, and a removal takes back one
    earlier entry of the same rater.
    """
    standing: dict[tuple[Mark, str], int] = {}
    for entry in log:
        key = (entry.mark, entry.by)
        step = 1 if entry.action == "add" else -1
        standing[key] = max(0, standing.get(key, 0) + step)
    counts = {mark: sum(n for (m, _), n in standing.items() if m == mark) for mark in MARKS}
    return {mark: count for mark, count in counts.items() if count}


def standing_votes(log: Iterable[Vote], by: str) -> dict[tuple[str, ...], Verdict]:
    """Return the votes of a rater that stand, by the pair that they are about."""
    last = {vote.pair: vote for vote in log if vote.by == by}
    return {pair: vote.verdict for pair, vote in last.items() if vote.action == "add"}


def standing_vote(log: Iterable[Vote], left: Voted, right: Voted, by: str) -> Verdict | None:
    """Return how a rater's vote on two responses stands; None where there is none."""
    pair = left.turn, left.attempt, right.turn, right.attempt
    return standing_votes(log, by).get(pair)


def marks_of(attempt: Attempt, rater: str) -> frozenset[Mark]:
    """Return the marks of one rater that stand at a response."""
    return frozenset(standing_marks(entry for entry in attempt.marks if entry.by == rater))


def toggle_mark(attempt: Attempt, mark: Mark, *, by: str) -> MarkEntry:
    """Give a response a mark, or take it back where this rater's stands; return the entry."""
    standing = mark in marks_of(attempt, by)
    entry = MarkEntry(mark=mark, action="remove" if standing else "add", by=by, at=now())
    attempt.marks.append(entry)
    return entry


def take_over(attempt: Attempt, marks: Collection[Mark], *, by: str) -> list[MarkEntry]:
    """Make a rater's marks at a response those that were suggested; return the entries."""
    standing, at = marks_of(attempt, by), now()
    entries = [
        MarkEntry(
            mark=mark, action="add" if mark in marks else "remove", by=by, at=at, suggested=True
        )
        for mark in MARKS
        if (mark in marks) != (mark in standing)
    ]
    attempt.marks += entries
    return entries


def take_back_marks(attempt: Attempt, entries: Sequence[MarkEntry]) -> None:
    """Log the opposite of these entries."""
    for entry in reversed(entries):
        opposite: Literal["add", "remove"] = "remove" if entry.action == "add" else "add"
        attempt.marks.append(msgspec.structs.replace(entry, action=opposite, at=now()))


def taken_over(attempt: Attempt, rater: str) -> bool:
    """Whether what a rater did last to the marks of a response was to take over a suggestion."""
    own = [entry for entry in attempt.marks if entry.by == rater]
    return bool(own) and own[-1].suggested


def make_vote(
    log: Iterable[Vote], verdict: Verdict, left: Voted, right: Voted, *, by: str, blind: bool
) -> Vote:
    """Return the entry that gives a verdict on two responses, or takes the same one back."""
    again = standing_vote(log, left, right, by) == verdict
    return Vote(
        verdict=verdict,
        action="remove" if again else "add",
        left=left,
        right=right,
        by=by,
        at=now(),
        blind=blind,
    )


def take_back_vote(vote: Vote, before: Verdict | None, *, blind: bool) -> Vote:
    """Return the entry after which the verdict before a vote holds again."""
    return Vote(
        verdict=before or vote.verdict,
        action="add" if before is not None else "remove",
        left=vote.left,
        right=vote.right,
        by=vote.by,
        at=now(),
        blind=blind,
    )
