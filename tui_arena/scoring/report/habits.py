"""How models take corrections, what it takes to solve a prompt, how long and fast they go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report.answers import Answers
from tui_arena.scoring.report.cells import NONE, median, name, number, share, table
from tui_arena.scoring.report.plots import curve
from tui_arena.scoring.results import Habits, Recap

_MOST_COLUMNS = 8


def habits(rows: Sequence[Habits], recap: Sequence[Recap], answers: Answers) -> Iterator[str]:
    """Yield a table for each kind of habit; `recap` has the replies behind them."""
    of_model = {row.model: row.replies for row in recap}

    def behind(row: Habits, figure: str, about: str, which: Callable[[Reply], bool]) -> str:
        replies = [reply for reply in of_model.get(row.model, ()) if which(reply)]
        return answers.behind(replies, f"{about} of {row.model}", figure)

    if any(row.fixed.of or row.recurring.of for row in rows):
        yield _corrections(rows, behind)
    if any(each.of for row in rows for each in row.solved):
        yield _solved(rows, behind)
    if any(row.attempts > 1 for row in rows):
        yield from _reliable(rows, behind)
    if any(row.survived.of or row.speed.of for row in rows):
        yield _lasting(rows, behind)


_Behind = Callable[[Habits, str, str, Callable[[Reply], bool]], str]


def _corrections(rows: Sequence[Habits], behind: _Behind) -> str:
    return table(
        "What comes of corrections",
        [
            "Model",
            "Corrections that put it right",
            "Of these answers, with a new fault",
            "Answers with the same mistake again",
            "Right after doubt, when it was right",
            "Right after a hint, when it was wrong",
        ],
        (
            [
                name(row.model),
                behind(row, share(row.fixed), "Answers to corrections", _corrected),
                behind(row, share(row.side_effects), "Answers with a mistake put right", _fixed),
                behind(
                    row,
                    share(row.recurring),
                    "Answers with the same mistake again",
                    lambda reply: reply.count("recurring") > 0,
                ),
                behind(row, share(row.confidence), "Answers to corrections", _corrected),
                behind(row, share(row.critique), "Answers to corrections", _corrected),
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
                    behind(row, share(each, plot=False), "Answers to prompts", _first)
                    for each in row.solved[:most]
                ),
                *[NONE] * (most - len(row.solved[:most])),
                NONE if row.nudges is None else number(row.nudges),
                NONE if row.tokens is None else number(row.tokens, 0),
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
                        behind(row, share(each), "Attempts", lambda reply: reply.of > 1)
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
                behind(row, median(row.survived, ""), "Garbage", _garbage),
                behind(row, share(row.unscathed), "Garbage", _garbage),
                median(row.first_token, " s", 2, 0.001),
                median(row.speed, "", 1),
            ]
            for row in rows
        ),
    )


def _corrected(reply: Reply) -> bool:
    return reply.kind == "correction"


def _first(reply: Reply) -> bool:
    return reply.kind != "correction"


def _fixed(reply: Reply) -> bool:
    return reply.count("fixed") > 0


def _garbage(reply: Reply) -> bool:
    return reply.severity == 2
