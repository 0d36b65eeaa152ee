"""How models take corrections, what it takes to solve a prompt, how long and fast they go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tui_arena.scoring.report.answers import Answers
from tui_arena.scoring.report.cells import NONE, median, name, number, share, table
from tui_arena.scoring.report.plots import curve
from tui_arena.scoring.results import Cost, Habits, Replies
from tui_arena.scoring.words import HOLDS, LEARNS, MENDED, NEW_FAULT, OLD_FAULT

_MOST_COLUMNS = 8
_TRIED = "Answers to prompts and to the corrections after them"
_LASTED = "Answers in conversations"
_TIMED = "Answers that were timed"


def habits(rows: Sequence[Habits], answers: Answers) -> Iterator[str]:
    """Yield a table for each kind of habit."""

    def behind(row: Habits, figure: str, about: str, replies: Replies) -> str:
        return answers.behind(replies, f"{about} of {row.model}", figure)

    if any(row.fixed.of or row.recurring.of for row in rows):
        yield _corrections(rows, behind)
    if any(each.of for row in rows for each in row.solved):
        yield _solved(rows, behind)
    if any(row.attempts > 1 for row in rows):
        yield from _reliable(rows, behind)
    if any(row.survived.of or row.speed.of for row in rows):
        yield _lasting(rows, behind)


_Behind = Callable[[Habits, str, str, Replies], str]


def _corrections(rows: Sequence[Habits], behind: _Behind) -> str:
    return table(
        "What comes of corrections",
        [
            "Model",
            f"{MENDED}: corrections that put it right",
            f"{NEW_FAULT}: of these, with a fault as well",
            f"{OLD_FAULT}: answers with the same mistake again",
            f"{HOLDS}: right after doubt, when it was right",
            f"{LEARNS}: right after a hint, when it was wrong",
        ],
        (
            [
                name(row.model),
                *(
                    behind(row, share(each), about, each.behind)
                    for each, about in (
                        (row.fixed, "Answers to corrections"),
                        (row.side_effects, "Answers with a mistake put right"),
                        (row.recurring, "Rated answers"),
                        (row.confidence, "Answers to corrections of right answers"),
                        (row.critique, "Answers to corrections of wrong answers"),
                    )
                ),
            ]
            for row in rows
        ),
    )


def _solved(rows: Sequence[Habits], behind: _Behind) -> str:
    most = min(_MOST_COLUMNS, max(len(row.solved) for row in rows))
    heads = ["At once", *(f"Within {k}" for k in range(1, most))]
    return table(
        "Prompts with a right answer within so many corrections",
        ["Model", "Curve", *heads, "Corrections a solved prompt", "Tokens a solved prompt"],
        (
            [
                name(row.model),
                curve([(s.value, *s.interval) for s in row.solved[:most] if s.value is not None])
                if row.solved
                else NONE,
                *(
                    behind(row, share(each, plot=False), _TRIED, each.behind)
                    for each in row.solved[:most]
                ),
                *[NONE] * (most - len(row.solved[:most])),
                behind(row, _cost(row.nudges, 2), _TRIED, row.nudges.behind),
                behind(row, _cost(row.tokens, 0), _TRIED, row.tokens.behind),
            ]
            for row in rows
        ),
        kind="dense",
    )


def _reliable(rows: Sequence[Habits], behind: _Behind) -> Iterator[str]:
    """Yield a table for each number of answers that prompts have."""
    for attempts in sorted({row.attempts for row in rows if row.attempts > 1}):
        asked = [row for row in rows if row.attempts == attempts]
        most = min(_MOST_COLUMNS, max(len(row.reliable) for row in asked))
        yield table(
            f"Prompts with {attempts} answers, by how many are right",
            [
                "Model",
                *(
                    f"{k} right, or more" if k < attempts else "All right"
                    for k in range(1, most + 1)
                ),
            ],
            (
                [
                    name(row.model),
                    *(
                        behind(row, share(each), "Attempts", each.behind)
                        for each in row.reliable[:most]
                    ),
                    *[NONE] * (most - len(row.reliable[:most])),
                ]
                for row in asked
            ),
        )


def _lasting(rows: Sequence[Habits], behind: _Behind) -> str:
    return table(
        "How long conversations go well, and how fast answers come (medians and quarters)",
        [
            "Model",
            "Turns before the first garbage",
            "Conversations without garbage",
            "First token",
            "Tokens a second",
        ],
        (
            [
                name(row.model),
                *(
                    behind(row, figure, about, replies)
                    for figure, about, replies in (
                        (median(row.survived, ""), _LASTED, row.survived.behind),
                        (share(row.unscathed), _LASTED, row.unscathed.behind),
                        (
                            median(row.first_token, " s", 2, 0.001),
                            _TIMED,
                            row.first_token.behind,
                        ),
                        (median(row.speed, "", 1), _TIMED, row.speed.behind),
                    )
                ),
            ]
            for row in rows
        ),
    )


def _cost(found: Cost, digits: int) -> str:
    if found.value is None:
        return NONE
    said = [f"{number(end, digits)}" for end in found.interval or ()]
    sure = ", ".join([*([" to ".join(said)] if said else []), f"{found.of:,} solved"])
    return (
        f'<span class="figure"><b>{number(found.value, digits)}</b>'
        f' <span class="sure">{sure}</span></span>'
    )
