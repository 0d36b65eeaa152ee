"""Marks and votes, given and taken back: both are logs that only grow."""

from __future__ import annotations

from collections.abc import Iterable

from tui_arena.session import (
    Attempt,
    Mark,
    MarkEntry,
    Verdict,
    Vote,
    Voted,
    now,
    standing_marks,
    standing_vote,
)


def marks_of(attempt: Attempt, rater: str) -> frozenset[Mark]:
    """Return the marks of one rater that stand at a response."""
    return frozenset(standing_marks(entry for entry in attempt.marks if entry.by == rater))


def toggle_mark(attempt: Attempt, mark: Mark, *, by: str) -> MarkEntry:
    """Give a response a mark, or take it back where this rater's stands; return the entry."""
    standing = mark in marks_of(attempt, by)
    entry = MarkEntry(mark=mark, action="remove" if standing else "add", by=by, at=now())
    attempt.marks.append(entry)
    return entry


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
