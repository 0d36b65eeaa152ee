"""How far raters agree with each other, and with what a checker suggests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui_arena.scoring.agreement import (
    Coefficient,
    Undefined,
    cohens_kappa,
    confusion,
    nominal_alpha,
    ordinal_alpha,
)
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.intervals import SEED
from tui_arena.scoring.ratings import CHECKER, Counts, Rating, held, severity
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Agreement, Checked, Interval, Replies, WithTakenOver
from tui_arena.session import MARKS

SEVERITY = "severity"
_SEVERITIES = (0, 1, 2)
_Pair = tuple[Reply, Counts, Counts]
"""An answer, the marks that a checker suggests for it, and those that people gave."""
_Figures = tuple[
    tuple[tuple[str, float | None], ...],
    tuple[Interval | None, ...],
    tuple[tuple[int, int, int], ...],
    tuple[tuple[Replies, ...], ...],
]
_WHY: dict[Undefined, str] = {
    "nothing rated twice": "No answer was rated by two people.",
    "no variation": "Everybody said the same of every answer, which chance may do as well.",
}


def agreement(found: Gathered, seed: int = SEED) -> tuple[Agreement, ...]:
    """Return how far people agree on severity, and on each mark that one of them gave.

    These are the raters whose marks count. Severity is graded; of a mark it counts whether it was
    given. A rater who left an answer without any mark did not rate it.
    """
    behind = tuple(reply for reply in found.replies if len(_by_people(found, reply)) > 1)
    twice = [_by_people(found, reply) for reply in behind]
    raters = tuple(sorted({rating.by for unit in twice for rating in unit}))
    grades = ([severity(rating.marks) for rating in unit] for unit in twice)
    rows = [_agreement(SEVERITY, ordinal_alpha(grades, seed=seed), raters, behind)]
    for place, mark in enumerate(MARKS):
        given = [[rating.marks[place] > 0 for rating in unit] for unit in twice]
        if any(map(any, given)):
            rows.append(_agreement(mark, nominal_alpha(given, seed=seed), raters, behind))
    return tuple(rows)


def checked(found: Gathered, seed: int = SEED) -> Checked | None:
    """Hold a checker's suggestions against the marks of people; None where it made none.

    A mark that took over a suggestion says nothing of it: an answer counts for what raters said
    who did not accept one. Where all of them did, it is in `with_taken_over` alone.
    """
    suggested = [(reply, marks) for reply in found.replies if (marks := _suggested(reply))]
    if not suggested:
        return None
    alone: list[_Pair] = []
    taken_over: list[_Pair] = []
    for reply, marks in suggested:
        ratings = _by_people(found, reply)
        own = [rating for rating in ratings if not rating.taken_over]
        if own:
            alone.append((reply, marks, held(own)))
        elif ratings:
            taken_over.append((reply, marks, held(ratings)))
    kappa, intervals, table, behind = _beside(alone, seed)
    return Checked(
        replies=len(alone) + len(taken_over),
        taken_over=len(taken_over),
        kappa=kappa,
        kappa_intervals=intervals,
        confusion=table,
        apart=tuple(reply for reply, marks, given in alone if severity(marks) != severity(given)),
        behind=behind,
        with_taken_over=WithTakenOver(*_beside([*alone, *taken_over], seed))
        if taken_over
        else None,
    )


def _beside(pairs: Sequence[_Pair], seed: int) -> _Figures:
    """Return the kappas, their intervals, and the table of severities with what is behind it."""
    first = [severity(marks) for _, marks, _ in pairs]
    second = [severity(given) for _, _, given in pairs]
    kappas = list(_kappas(pairs, first, second, seed))
    return (
        tuple((about, kappa.value) for about, kappa in kappas),
        tuple(kappa.interval for _, kappa in kappas),
        tuple((row[0], row[1], row[2]) for row in confusion(first, second, _SEVERITIES)),
        tuple(
            tuple(
                tuple(r for r, marks, g in pairs if (severity(marks), severity(g)) == (one, other))
                for other in _SEVERITIES
            )
            for one in _SEVERITIES
        ),
    )


def _by_people(found: Gathered, reply: Reply) -> list[Rating]:
    """Return what the raters said of an answer who count, but for the checker."""
    return [r for r in reply.ratings if r.by != CHECKER and found.wanted.rater(r.by)]


def _suggested(reply: Reply) -> Counts | None:
    """Return what a checker suggests, now or when its marks were saved; None where it does not."""
    if reply.suggested is not None and any(reply.suggested):
        return reply.suggested
    return next((rating.marks for rating in reply.ratings if rating.by == CHECKER), None)


def _agreement(
    about: str, alpha: Coefficient, raters: tuple[str, ...], behind: Replies
) -> Agreement:
    return Agreement(
        about=about,
        alpha=alpha.value,
        why=_WHY[alpha.undefined] if alpha.undefined is not None else "",
        replies=alpha.units,
        raters=raters,
        interval=alpha.interval,
        behind=behind,
    )


def _kappas(
    pairs: Sequence[_Pair],
    first: Sequence[int],
    second: Sequence[int],
    seed: int,
) -> Iterator[tuple[str, Coefficient]]:
    """Yield what the kappa is about and the kappa: of severity, of each mark that was given."""
    yield SEVERITY, cohens_kappa(first, second, seed=seed)
    for place, mark in enumerate(MARKS):
        suggests = _has(place, (marks for _, marks, _ in pairs))
        gives = _has(place, (given for _, _, given in pairs))
        if any(suggests) or any(gives):
            yield mark, cohens_kappa(suggests, gives, seed=seed)


def _has(place: int, counts: Iterable[Counts]) -> list[bool]:
    return [marks[place] > 0 for marks in counts]
