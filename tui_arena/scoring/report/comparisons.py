"""Models against each other, raters against each other, and the checker against people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from tui_arena.exchange.hypertext import esc
from tui_arena.exchange.words import MEANINGS
from tui_arena.mark_signs import SIGNS
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report.answers import Answers
from tui_arena.scoring.report.cells import NONE, name, number, quote, reach, share, table
from tui_arena.scoring.report.plots import Line, intervals
from tui_arena.scoring.results import (
    Agreement,
    Checked,
    Flip,
    Interval,
    Ladder,
    Paired,
    WithTakenOver,
)
from tui_arena.scoring.words import counted, ranks, taken_over
from tui_arena.session import MARKS

MOST_PAIRS = 60
_MOST_FLIPS = 10
_SEVERITIES = ("without a fault", "a mistake", "garbage")


def paired(rows: Sequence[Paired], answers: Answers) -> Iterator[str]:
    """Yield the pairs with their sign test, and the prompts that tell them apart."""
    yield (
        "<p>Only prompts that both answered. p says how often chance alone would divide the "
        "prompts so unequally (exact sign test, two-sided); of many pairs some have a small p by "
        "chance.</p>"
    )
    if len(rows) > MOST_PAIRS:
        yield f"<p>The first {MOST_PAIRS} of {len(rows):,} pairs.</p>"
    shown = rows[:MOST_PAIRS]
    yield table(
        "Two models on the same prompts",
        ["Pair", "Prompts", "First right", "Second right", "First better", "Second better", "p"],
        (
            [
                _pair(row),
                f"{row.prompts:,}",
                share(row.first_right),
                share(row.second_right),
                f"{row.first_better:,}",
                f"{row.second_better:,}",
                chance(row.p),
            ]
            for row in shown
        ),
    )
    if any(row.lost or row.won for row in shown):
        yield "<details><summary>Prompts that one answered right and the other wrong</summary>"
        for row in shown:
            yield from _flips(row, answers)
        yield "</details>"


def flips_of(row: Paired) -> list[tuple[Flip, bool]]:
    """Return the prompts that are shown of a pair, each with whether the first one was right."""
    both = zip_longest(((flip, True) for flip in row.lost), ((flip, False) for flip in row.won))
    return [each for each in chain.from_iterable(both) if each is not None][:_MOST_FLIPS]


def _flips(row: Paired, answers: Answers) -> Iterator[str]:
    flips = flips_of(row)
    of = len(row.lost) + len(row.won)
    if flips:
        more = f", the first {len(flips)} of {of:,}" if of > len(flips) else ""
        yield table(
            f"{_pair(row)}{more}",
            ["Prompt", name(row.first), _second(row)],
            (
                [quote(flip.prompt), *(answers.links(each, 5) for each in _sides(flip, first))]
                for flip, first in flips
            ),
        )


def _sides(flip: Flip, first: bool) -> tuple[Sequence[Reply], Sequence[Reply]]:
    return (flip.right, flip.wrong) if first else (flip.wrong, flip.right)


def _pair(row: Paired) -> str:
    return f"{name(row.first)} and {_second(row)}"


def _second(row: Paired) -> str:
    return f"{name(row.second)} asked again" if row.again else name(row.second)


def chance(p: float) -> str:
    """Return a probability as print has it."""
    return "&lt;\u00a00.001" if p < 0.001 else f"{p:.3f}"


def ladder(found: Ladder, answers: Answers) -> Iterator[str]:
    """Yield the models by who beat whom."""
    if found.refused:
        yield f"<p>{esc(found.refused)}</p>"
        return
    yield (
        f"<p>From {counted(found.votes, 'blind vote')} and {counted(found.marks, 'prompt')} that "
        f"both sides have marks for, in {counted(found.sessions, 'session')}; "
        f"{counted(found.ties, 'tie')} among them. 400 more are ten times the odds, 1000 is the "
        "mean.</p>"
    )
    yield '<figure class="drawn">'
    yield intervals(
        [
            Line(
                row.model,
                row.strength,
                *row.interval,
                ranks(row.rank_range),
            )
            for row in found.strengths
        ],
        id="ladder",
        title="The strength of each model, with its interval",
        shown=_points,
        axis="strength",
    )
    yield "<figcaption>Dots are strengths, bars their intervals.</figcaption></figure>"
    yield table(
        "Strength by who beat whom (Bradley-Terry), with 95 % of bootstrap samples of sessions",
        ["Model", "Rank", "Strength", "Battles"],
        (
            [
                name(row.model),
                f'<b>#{row.rank}</b> <span class="sure">{reach(row.rank_range)}</span>',
                f'<span class="figure"><b>{_points(row.strength)}</b> <span class="sure">'
                f"{_points(row.interval[0])} to {_points(row.interval[1])}</span></span>",
                answers.behind(
                    row.behind, f"Answers in the battles of {row.model}", f"{row.battles:,}"
                ),
            ]
            for row in found.strengths
        ),
    )


def _points(strength: float) -> str:
    return f"{strength:.0f}".replace("-", "−")


def _sure(value: float, interval: Interval | None) -> str:
    """Return a coefficient with where it lies; its interval is 95 % of bootstrap samples."""
    if interval is None:
        return number(value)
    low, high = interval
    return (
        f'<span class="figure"><b>{number(value)}</b>'
        f' <span class="sure">{number(low)} to {number(high)}</span></span>'
    )


def _about(mark: str) -> str:
    """Return a mark with its sign and its meaning; all else as it is."""
    known = next((each for each in MARKS if each == mark), None)
    return esc(mark) if known is None else f"{SIGNS[known]} {MEANINGS[known]}"


def agreement(rows: Sequence[Agreement], answers: Answers) -> Iterator[str]:
    """Yield how far raters agree."""
    yield table(
        "Krippendorff's alpha, with 95 % of bootstrap samples of answers: "
        "1 is full agreement, 0 is what chance would bring",
        ["About", "Alpha", "Answers", "Raters"],
        (
            [
                _about(row.about),
                _sure(row.alpha, row.interval) if row.alpha is not None else f"– {esc(row.why)}",
                answers.behind(row.behind, "Answers that several rated", f"{row.replies:,}"),
                ", ".join(name(rater) for rater in row.raters),
            ]
            for row in rows
        ),
    )


def checked(found: Checked, answers: Answers) -> Iterator[str]:
    """Yield what the checker suggests against what people gave."""
    upper = found.with_taken_over
    yield f"<p>{counted(found.replies, 'answer')} with marks of both. {esc(taken_over(found))}</p>"
    own = found.replies > found.taken_over
    if own:
        yield _confusion(
            "How bad an answer is: as the checker suggests (rows), and as people rate it (columns)",
            found,
            answers,
        )
    if upper is not None:
        yield _confusion("The same with suggestions that were taken over", upper, answers)
    if found.apart:
        yield (
            "<p>"
            + answers.behind(
                found.apart,
                "Answers on which the checker and people differ",
                counted(len(found.apart), "answer"),
            )
            + " on which both differ.</p>"
        )
    if found.kappa and own:
        yield _kappas(
            "Cohen's kappa, with 95 % of bootstrap samples of answers: "
            "1 is full agreement, 0 is what chance would bring",
            found.kappa,
            found.kappa_intervals,
        )
    if upper is not None:
        yield _kappas(
            "The same with suggestions that were taken over: an upper bound",
            upper.kappa,
            upper.kappa_intervals,
        )


def _confusion(caption: str, found: Checked | WithTakenOver, answers: Answers) -> str:
    def cell(i: int, j: int) -> str:
        n = found.confusion[i][j]
        figure = f"<b>{n:,}</b>" if i == j else f"{n:,}"
        if not found.behind:
            return figure
        about = f"Answers that the checker calls {_SEVERITIES[i]} and people {_SEVERITIES[j]}"
        return answers.behind(found.behind[i][j], about, figure)

    return table(
        caption,
        ["Checker", *(f"People: {word}" for word in _SEVERITIES)],
        (
            [word, *(cell(i, j) for j in range(len(_SEVERITIES)))]
            for i, word in enumerate(_SEVERITIES)
        ),
        kind="confusion",
    )


def _kappas(
    caption: str,
    kappas: Sequence[tuple[str, float | None]],
    intervals: Sequence[Interval | None],
) -> str:
    sure = intervals or (None,) * len(kappas)
    return table(
        caption,
        ["About", "Kappa"],
        (
            [_about(about), NONE if kappa is None else _sure(kappa, interval)]
            for (about, kappa), interval in zip(kappas, sure, strict=True)
        ),
    )
