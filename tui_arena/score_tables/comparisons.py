"""Models against each other and raters against each other, drawn for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_arena.score_tables.grid import Column
from tui_arena.score_tables.sheet import Sheet
from tui_arena.scoring.results import Agreement, Checked, Interval, Ladder, Paired
from tui_arena.scoring.words import counted, of, ranks, taken_over

_MOST_ROWS = 12
_SEVERITIES = ("right", "mistake", "garbage")


def paired(rows: Sequence[Paired], sheet: Sheet) -> Iterator[str]:
    """Yield each two models on the prompts that both answered, the clearest difference first."""
    if not rows:
        return
    yield from sheet.heading(
        "PAIRS",
        "Two models on the prompts that both answered: for how many of these the one or the other "
        "was more often right. P is how often chance alone would divide them so unequally (exact "
        f"sign test); {_by_chance(len(rows))} Flips are prompts that only the one answered right, "
        "each time, and those that only the other did.",
    )
    yield from sheet.table(
        (
            Column("ONE", least=12),
            Column("OTHER", least=12),
            Column("PROMPTS", right=True),
            Column("FOR ONE", right=True),
            Column("FOR OTHER", right=True),
            Column("P", right=True),
            Column("FLIPS", gives_way=1),
            Column("RIGHT ANSWERS", gives_way=2),
        ),
        [
            (
                row.first,
                f"{row.second}, run again" if row.again else row.second,
                str(row.prompts),
                str(row.first_better),
                str(row.second_better),
                _p(row.p),
                f"{len(row.lost)}, {len(row.won)}",
                f"{of(row.first_right)}, {of(row.second_right)}",
            )
            for row in sorted(rows, key=lambda row: row.p)
        ],
        most=_MOST_ROWS,
        more="pairs",
    )


def ladder(found: Ladder, sheet: Sheet, *, models: int) -> Iterator[str]:
    """Yield the order of models by who beat whom, or why there is none.

    For `models` that are but two nobody asks for one.
    """
    if not found.strengths:
        if models > 2:
            yield from sheet.heading("WHO BEAT WHOM", found.refused)
        return
    votes, marks = counted(found.votes, "blind vote"), counted(found.marks, "pair")
    yield from sheet.heading(
        "WHO BEAT WHOM",
        f"Bradley-Terry strengths with ties from {votes} and {marks} of marked answers in "
        f"{counted(found.sessions, 'session')}, {counted(found.ties, 'tie')} among them. 400 more "
        "are ten times the odds.",
    )
    yield from sheet.table(
        (
            Column("RANK", right=True),
            Column("MODEL", least=12),
            Column("STRENGTH", right=True),
            Column("95 % SURE"),
            Column("MAY BE"),
            Column("BATTLES", right=True),
        ),
        [
            (
                str(row.rank),
                row.model,
                f"{row.strength:.0f}",
                f"{row.interval[0]:.0f} to {row.interval[1]:.0f}",
                ranks(row.rank_range),
                str(row.battles),
            )
            for row in found.strengths
        ],
        most=_MOST_ROWS,
        more="models",
    )


def raters(rows: Sequence[Agreement], sheet: Sheet) -> Iterator[str]:
    """Yield how far raters agree, if there are any two."""
    rows = [row for row in rows if row.replies]
    if not rows:
        return
    yield from sheet.heading(
        "RATERS",
        f"How far {' and '.join(rows[0].raters)} agree: Krippendorff's alpha is 1 where they say "
        "the same, and 0 where chance would do as well.",
    )
    yield from sheet.table(
        (
            Column("ABOUT"),
            Column("ALPHA", right=True),
            Column("95 % SURE"),
            Column("ANSWERS", right=True),
            Column("", least=10),
        ),
        [
            (row.about, _number(row.alpha), _reach(row.interval), str(row.replies), row.why)
            for row in rows
        ],
        most=_MOST_ROWS,
        more="marks",
    )


def checked(found: Checked | None, sheet: Sheet) -> Iterator[str]:
    """Yield how far the checker and people agree."""
    if found is None or not found.replies:
        return
    own = found.replies > found.taken_over
    both = counted(found.replies, "answer")
    yield from sheet.heading(
        "CHECKER",
        f"What the checker suggests beside what people gave {both}. Cohen's "
        f"kappa is 1 where both say the same, and 0 where chance would do as well. "
        f"{taken_over(found)}",
    )
    upper = found.with_taken_over
    if own:
        yield from _kappas("KAPPA", found.kappa, found.kappa_intervals, sheet)
        yield ""
        yield from _confusion("THE CHECKER", found.confusion, sheet)
    if upper is not None:
        yield from [""] if own else []
        yield from _kappas("WITH TAKEN OVER", upper.kappa, upper.kappa_intervals, sheet)
        yield ""
        yield from _confusion("WITH TAKEN OVER", upper.confusion, sheet)


def _kappas(
    title: str,
    kappas: Sequence[tuple[str, float | None]],
    intervals: Sequence[Interval | None],
    sheet: Sheet,
) -> Iterator[str]:
    reaches = intervals or (None,) * len(kappas)
    yield from sheet.table(
        (Column("ABOUT"), Column(title, right=True), Column("95 % SURE")),
        [
            (about, _number(kappa), _reach(reach))
            for (about, kappa), reach in zip(kappas, reaches, strict=True)
        ],
        most=_MOST_ROWS,
        more="marks",
    )


def _confusion(title: str, table: Sequence[Sequence[int]], sheet: Sheet) -> Iterator[str]:
    yield from sheet.table(
        (Column(title), *(Column(f"PEOPLE: {name}", right=True) for name in _SEVERITIES)),
        [(name, *map(str, row)) for name, row in zip(_SEVERITIES, table, strict=True)],
        most=_MOST_ROWS,
        more="rows",
    )


def _by_chance(pairs: int) -> str:
    if pairs < 2:
        return "below .05 is rare."
    return f"of pairs that do not differ up to 1 in 20 has a P below .05, and here are {pairs}."


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _reach(interval: Interval | None) -> str:
    return f"{interval[0]:.2f} to {interval[1]:.2f}" if interval is not None else ""
