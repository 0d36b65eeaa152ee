"""The article's tables: the recap with its rank plot, attempts, dialogs side by side, fixing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_arena.exchange.hypertext import esc
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report.answers import Answers
from tui_arena.scoring.report.cells import (
    NONE,
    name,
    number,
    percent,
    quote,
    reach,
    share,
    symbols,
    table,
)
from tui_arena.scoring.report.heat_map import Cell, HeatMap
from tui_arena.scoring.report.plots import Line, intervals
from tui_arena.scoring.results import (
    Dialog,
    DialogRow,
    Fixing,
    FixingKind,
    Recap,
    Reliability,
    Weights,
)
from tui_arena.scoring.words import ranks

_MOST_SIGNS = 40
_MOST_KINDS = 12
_WORST = ("✔", "🍄", "🔥")
_WORST_WORDS = ("all right", "the worst one with a mistake", "the worst one garbage")


def recap(rows: Sequence[Recap], weights: Weights, answers: Answers) -> Iterator[str]:
    """Yield the recap: a plot of the ranks, and the table that it is drawn from."""
    yield (
        f"<p>The score is the mean of all symbols of a model, where {esc(weighed(weights))}. "
        "Its interval holds 90 % of what the symbols allow, and the ranks follow from it; "
        "symbols of one dialog hang together, so that all of this is a little more sure than it "
        "should be.</p>"
    )
    lines = [Line(row.model, row.score, *row.interval, ranks(row.rank_range)) for row in rows]
    yield '<figure class="drawn">'
    yield intervals(
        lines,
        id="rank",
        title="The score of each model, with its interval",
        shown=number,
        axis="score",
    )
    yield "<figcaption>Dots are scores, bars their intervals: where bars overlap much, the marks "
    yield "do not tell which model is better.</figcaption></figure>"
    heads = [
        "Model",
        "Rank",
        "Symbols",
        "n",
        "Score",
        "Best with probability",
        "Mistakes + 3 × garbage",
    ]
    yield table(
        "All symbols of each model",
        heads,
        (_recap_row(row, answers) for row in rows),
        kind="recap",
    )


def _recap_row(row: Recap, answers: Answers) -> list[str]:
    low, high = row.interval
    unrated = f'<span class="sure">{row.unrated:,} not rated</span>' if row.unrated else ""
    about = f"Rated answers of {row.model}"
    return [
        name(row.model),
        f'<b>#{row.rank}</b> <span class="sure">{reach(row.rank_range)}</span>',
        symbols(row.symbols),
        f"{row.symbols.n:,} {unrated}",
        answers.behind(
            row.replies,
            about,
            f'<span class="figure"><b>{number(row.score)}</b> <span class="sure">'
            f"{number(low)} to {number(high)}</span></span>",
        ),
        number(row.best) if row.best >= 0.01 else "&lt;\u00a00.01",
        f"{row.points:,}",
    ]


def by_prompt(rows: Sequence[Reliability]) -> dict[tuple[str | None, str], list[Reliability]]:
    """Return the rows of each scenario and prompt, those first that somebody rated."""
    asked: dict[tuple[str | None, str], list[Reliability]] = {}
    for row in rows:
        asked.setdefault((row.scenario, row.prompt), []).append(row)
    silent = {prompt: not any(row.rated for row in group) for prompt, group in asked.items()}
    return {prompt: asked[prompt] for prompt in sorted(asked, key=lambda prompt: silent[prompt])}


def reliability(rows: Sequence[Reliability], most: int, answers: Answers) -> Iterator[str]:
    """Yield a table for each first prompt that was asked several times, for so many prompts."""
    asked = by_prompt(rows)
    if len(asked) > most:
        yield f"<p>The first {most} prompts of {len(asked):,}.</p>"
    beside = "beside" if len(asked) > 1 else "alone"
    yield f'<div class="{beside}">'
    for (scenario, prompt), group in list(asked.items())[:most]:
        of = f", first prompt of {name(scenario)}" if scenario else ""
        yield table(
            f"{quote(prompt, 160)}{of}",
            ["Model", "Attempts", "Right"],
            (
                [
                    name(row.model),
                    answers.links(row.attempts, _MOST_SIGNS),
                    answers.behind(row.attempts, f"Attempts of {row.model}", share(row.right)),
                ]
                for row in group
            ),
        )
    yield "</div>"


def dialogs(rows: Sequence[Dialog], most: int, answers: Answers) -> Iterator[str]:
    """Yield both conversations of each session side by side, as far as there is room for them."""
    if len(rows) > most:
        yield f"<p>The first {most} of {len(rows):,} sessions.</p>"
    yield '<div class="beside">'
    for dialog in rows[:most]:
        models = [each for each in (dialog.left, dialog.right) if each]
        called = name(dialog.title or dialog.scenario or "Session")
        yield table(
            f'{called} <span class="sure">{esc(dialog.session)}</span>',
            ["Prompt", *(name(model) for model in models)],
            _dialog_rows(dialog, answers),
            kind="dialog",
        )
    yield "</div>"


def _dialog_rows(dialog: Dialog, answers: Answers) -> Iterator[list[str]]:
    sides = [bool(dialog.left), bool(dialog.right)]
    for row in dialog.rows:
        for left, right in _prompts(row):
            asked = left or right
            if asked is not None:
                cells = [answers.link(each) if each else NONE for each in (left, right)]
                yield [_prompt(asked), *(c for c, shown in zip(cells, sides, strict=True) if shown)]


def _prompts(row: DialogRow) -> list[tuple[Reply | None, Reply | None]]:
    """Return what was asked in a row: two prompts in two rows, where the sides differ."""
    if row.alike or row.left is None or row.right is None:
        return [(row.left, row.right)]
    return [(row.left, None), (None, row.right)]


def _prompt(reply: Reply) -> str:
    if reply.kind == "correction":
        return f'<span class="correction">Correction: {quote(reply.prompt)}</span>'
    return quote(reply.prompt)


def fixing(rows: Sequence[Fixing], answers: Answers) -> Iterator[str]:
    """Yield the table of attempts at putting mistakes right: models by corrections."""
    kinds = list(dict.fromkeys(kind.correction for row in rows for kind in row.kinds))
    if len(kinds) > _MOST_KINDS:
        yield f"<p>The first {_MOST_KINDS} corrections of {len(kinds):,}.</p>"
        kinds = kinds[:_MOST_KINDS]
    yield table(
        "Attempts at each correction, and how many put the mistake right",
        ["Model", *(quote(kind, 60) for kind in kinds), "All"],
        (
            [
                name(row.model),
                *(_fixing(row, _of_kind(row, kind), answers) for kind in kinds),
                answers.behind(
                    [reply for kind in row.kinds for reply in kind.attempts],
                    f"Attempts of {row.model} at putting mistakes right",
                    share(row.fixed),
                ),
            ]
            for row in rows
        ),
    )


def _of_kind(row: Fixing, correction: str) -> FixingKind | None:
    return next((kind for kind in row.kinds if kind.correction == correction), None)


def _fixing(row: Fixing, kind: FixingKind | None, answers: Answers) -> str:
    if kind is None:
        return NONE
    return f"{answers.links(kind.attempts, _MOST_SIGNS)}<br>{share(kind.fixed, plot=False)}"


def heat(found: HeatMap, answers: Answers) -> str:
    """Return a heat map: how many answers were right, and the sign of the worst one."""
    word = "Step" if found.scenario is not None else "Turn"
    about = (
        f"Steps of {name(found.scenario)}"
        if found.scenario is not None
        else "Prompts outside of a scenario, by the turn of their conversation"
    )
    heads = [f"{word} {place}<br>{quote(prompt, 40)}" for place, prompt in found.places]
    return table(
        f"{about}: right answers of those that are rated, and the sign of the worst one",
        ["Model", *heads],
        (
            [
                name(model),
                *(
                    _heat(cell, f"{model}, {word.lower()} {place}", answers)
                    for cell, (place, _) in zip(cells, found.places, strict=True)
                ),
            ]
            for model, cells in found.rows
        ),
        kind="heat",
    )


def _heat(cell: Cell | None, about: str, answers: Answers) -> str:
    if cell is None or cell.right.value is None:
        return NONE
    low, high = cell.right.interval
    inner = (
        f'<span class="warmth w{round(cell.right.value * 5)}"><b>{cell.right.hits:,} of '
        f'{cell.right.of:,}</b> <span role="img" aria-label="{_WORST_WORDS[cell.worst]}">'
        f'{_WORST[cell.worst]}</span> <span class="sure">{percent(low)} to {percent(high)} %</span>'
        "</span>"
    )
    return answers.behind(cell.replies, about, inner)


def weighed(weights: Weights) -> str:
    """Say what each symbol counts."""
    parts = {
        "right": weights.ok,
        "a mistake put right": weights.fixed,
        "a mistake": weights.mistake,
        "garbage": weights.garbage,
    }
    return "; ".join(
        f"{word} counts {number(each, 0 if each == round(each) else 2)}"
        for word, each in parts.items()
    )
