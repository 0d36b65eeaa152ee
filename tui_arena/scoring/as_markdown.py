"""The article's four tables as Markdown, drawn as there, each figure with how sure it is.

What a checker suggests against what people gave stands before the last one, where it was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui_arena.exchange.markdown import one_line
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import (
    Checked,
    Dialog,
    Fixing,
    Recap,
    Reliability,
    Scores,
    Weights,
    WithTakenOver,
)
from tui_arena.scoring.words import (
    attempts,
    counted,
    decimal,
    ranks,
    rule,
    short,
    signs,
    sure,
    symbols,
    taken_over,
    what_was_read,
    who_rated,
)

_MOST_KINDS = 6
"""Columns that a table of corrections has at most; of more each has a row."""
_SEVERITIES = ("right", "mistake", "garbage")


def write(scores: Scores) -> Iterator[bytes]:
    """Yield one document; nothing in a session can act in it, or be taken for markup."""
    for part in _parts(scores):
        yield f"{part}\n\n".encode()


def _parts(scores: Scores) -> Iterator[str]:
    yield "# Scores"
    yield one_line(" ".join([what_was_read(scores), *who_rated(scores)]))
    yield from _reliability(scores.reliability)
    dialogs = [dialog for dialog in scores.dialogs if dialog.rated]
    if dialogs:
        yield "## Dialogs"
        for dialog in dialogs:
            yield from _dialog(dialog)
    yield from _fixing(scores.fixing)
    yield from _checked(scores.checked)
    yield from _recap(scores.recap, scores.weights)


def _reliability(rows: Sequence[Reliability]) -> Iterator[str]:
    prompts = dict.fromkeys((row.scenario, row.prompt) for row in rows if row.rated)
    if prompts:
        yield "## Reliability"
    for scenario, prompt in prompts:
        of = f" (scenario {one_line(scenario)})" if scenario else ""
        yield f"{one_line(short(prompt, 200))}{of}"
        yield _table(
            ("Model", "Attempts at this first prompt", "Right"),
            (
                (one_line(row.model), attempts(row.attempts), sure(row.right))
                for row in rows
                if (row.scenario, row.prompt) == (scenario, prompt)
            ),
        )


def _dialog(dialog: Dialog) -> Iterator[str]:
    title = f"{dialog.title} ({dialog.session})" if dialog.title else dialog.session
    yield f"### {one_line(title)}"
    heads, sides = [], []
    for side in ("left", "right"):
        if name := getattr(dialog, side):
            heads += [one_line(name), ""]
            sides.append(side)
    yield _table(
        heads,
        ([cell for side in sides for cell in _cells(getattr(row, side))] for row in dialog.rows),
    )


def _cells(reply: Reply | None) -> tuple[str, str]:
    if reply is None:
        return "", ""
    prompt = one_line(short(reply.prompt))
    asked = f"*{prompt}*" if reply.kind == "correction" and prompt else prompt
    return asked, signs(reply.held)


def _fixing(rows: Sequence[Fixing]) -> Iterator[str]:
    if not rows:
        return
    yield "## Mistake fixing"
    told = list(dict.fromkeys(kind.correction for row in rows for kind in row.kinds))
    if len(told) > _MOST_KINDS:
        yield _table(
            ("Model", "Correction", "Attempts", "Fixed"),
            (
                (
                    one_line(row.model),
                    one_line(short(kind.correction)),
                    attempts(kind.attempts),
                    sure(kind.fixed),
                )
                for row in rows
                for kind in row.kinds
            ),
        )
        return
    table = []
    for row in rows:
        known = {kind.correction: attempts(kind.attempts) for kind in row.kinds}
        cells = [known.get(correction, "") for correction in told]
        table.append([one_line(row.model), *cells, sure(row.fixed)])
    yield _table(["Model", *(one_line(short(each)) for each in told), "Fixed"], table)


def _checked(found: Checked | None) -> Iterator[str]:
    if found is None or not found.replies:
        return
    both = counted(found.replies, "answer")
    yield "## Checker"
    yield (
        f"What the checker suggests beside what people gave {both}: Cohen's "
        f"kappa, and how bad an answer is. {taken_over(found)}".rstrip()
    )
    if found.replies > found.taken_over:
        yield from _beside(found, "Kappa", "Checker")
    if found.with_taken_over is not None:
        yield from _beside(found.with_taken_over, "Kappa with taken over", "With taken over")


def _beside(found: Checked | WithTakenOver, kappa: str, checker: str) -> Iterator[str]:
    reaches = found.kappa_intervals or (None,) * len(found.kappa)
    yield _table(
        ("About", kappa, "95 %"),
        (
            (
                about,
                "-" if value is None else decimal(value),
                "" if reach is None else f"{decimal(reach[0])} to {decimal(reach[1])}",
            )
            for (about, value), reach in zip(found.kappa, reaches, strict=True)
        ),
    )
    yield _table(
        (checker, *(f"People: {name}" for name in _SEVERITIES)),
        ((name, *map(str, row)) for name, row in zip(_SEVERITIES, found.confusion, strict=True)),
    )


def _recap(rows: Sequence[Recap], weights: Weights) -> Iterator[str]:
    if not rows:
        return
    yield "## Recap"
    yield _table(
        ("Rank", "Model", "Response ratings", "n", "Score", "90 %", "May be", "🍄+3🔥"),
        (
            (
                f"#{row.rank}",
                one_line(row.model),
                symbols(
                    (row.symbols.ok, row.symbols.fixed, row.symbols.mistake, row.symbols.garbage)
                ),
                str(row.symbols.n),
                decimal(row.score),
                f"{decimal(row.interval[0])} to {decimal(row.interval[1])}",
                ranks(row.rank_range),
                str(row.points),
            )
            for row in rows
        ),
    )
    yield f"Ranked by {rule(weights)}. A range of ranks is what the marks leave open."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
