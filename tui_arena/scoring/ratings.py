"""What raters said of one answer, and the marks that hold of it where there are several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tui_arena.judgement import standing_marks
from tui_arena.session import MARKS, Mark, MarkEntry

CHECKER = "checker"
"""The rater whose marks no person gave: it counts only where it is asked for by name."""

Counts = tuple[int, int, int, int, int, int]
"""How many of each mark, in the order of `MARKS`."""
NO_MARKS: Counts = (0, 0, 0, 0, 0, 0)


TakenBack = tuple[str, float]
"""A rater who took all marks of an answer back, and when, in seconds since 1970."""


class Rating(msgspec.Struct, frozen=True, gc=False):
    """One rater's marks of one answer, at least one."""

    by: str
    at: float
    """When the first of them was given, in seconds since 1970."""
    last: float
    """When the rater's log of this answer changed last."""
    marks: Counts
    taken_over: bool = False
    """Whether what the rater did last was to take over a checker's suggestion: who took one back,
    or changed it, has a view of their own."""


def ratings(log: Iterable[MarkEntry]) -> tuple[Rating, ...]:
    """Return the ratings in an answer's log, whose raters are in the order of their first marks."""
    by: dict[str, list[MarkEntry]] = {}
    for entry in log:
        by.setdefault(entry.by, []).append(entry)
    found = []
    for rater, entries in by.items():
        standing = standing_marks(entries)
        if standing:
            times = [seconds(entry.at) for entry in entries]
            taken = entries[-1].suggested
            found.append(Rating(rater, min(times), max(times), counts(standing), taken))
    return tuple(sorted(found, key=lambda rating: (rating.at, rating.by)))


def taken_back(log: Iterable[MarkEntry]) -> tuple[TakenBack, ...]:
    """Return the raters in an answer's log none of whose marks stands any more."""
    by: dict[str, list[MarkEntry]] = {}
    for entry in log:
        by.setdefault(entry.by, []).append(entry)
    return tuple(
        (rater, max(seconds(entry.at) for entry in entries))
        for rater, entries in by.items()
        if not standing_marks(entries)
    )


def merged(
    one: Sequence[Rating], other: Sequence[Rating], back: Iterable[TakenBack] = ()
) -> tuple[Rating, ...]:
    """Return the ratings of an answer that stands in two files: of each rater the later ones.

    `back` says who took all marks back in one of them.
    """
    latest: dict[str, Rating] = {}
    for rating in [*one, *other]:
        known = latest.get(rating.by)
        if known is None or rating.last > known.last:
            latest[rating.by] = rating
    for rater, at in back:
        if rater in latest and latest[rater].last < at:
            del latest[rater]
    return tuple(sorted(latest.values(), key=lambda rating: (rating.at, rating.by)))


def held(found: Sequence[Rating]) -> Counts:
    """Return the marks that hold: those that more than half of the raters gave.

    Of a mark that exactly half of them gave, the rater who came first decides; so of two raters
    who differ, the marks of the first one hold. Where no mark holds so, as of ok, mistake and
    garbage, those of a rater in the middle between the mildest and the hardest do: an answer that
    was rated is.
    """
    if len(found) < 2:
        return found[0].marks if found else NO_MARKS
    agreed = counts({mark: _agreed([r.marks[n] for r in found]) for n, mark in enumerate(MARKS)})
    if any(agreed):
        return agreed
    middle = _agreed([severity(rating.marks) for rating in found])
    return next(rating.marks for rating in found if severity(rating.marks) == middle)


def counts(marks: dict[Mark, int]) -> Counts:
    """Return counts of marks in the order of `MARKS`."""
    ok, mistake, fixed, garbage, many, recurring = (marks.get(mark, 0) for mark in MARKS)
    return ok, mistake, fixed, garbage, many, recurring


def severity(marks: Counts) -> int:
    """Return 0 without a fault, 1 with a mistake, old or new, 2 with garbage or many of them."""
    _, mistake, _, garbage, many, recurring = marks
    if garbage or many:
        return 2
    return 1 if mistake or recurring else 0


def seconds(at: str) -> float:
    """Return a time of a session in seconds since 1970."""
    return datetime.fromisoformat(at).timestamp()


def _agreed(given: list[int]) -> int:
    """Return the number that a majority gave at least; the first rater breaks ties."""
    ordered = sorted(given, reverse=True)
    half = len(given) // 2
    if len(given) % 2:
        return ordered[half]
    upper, lower = ordered[half - 1], ordered[half]
    return min(max(given[0], lower), upper)
