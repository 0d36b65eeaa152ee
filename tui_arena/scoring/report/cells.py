"""What the tables of the report are made of: figures that are never bare, signs, names, tables.

All functions return HTML; what they are given as `html` is HTML already, all else is untrusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui_arena.exchange.hypertext import esc
from tui_arena.exchange.words import MEANINGS
from tui_arena.mark_signs import SIGNS
from tui_arena.scoring.ratings import Counts
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.report.plots import whisker
from tui_arena.scoring.results import Median, Share, Symbols
from tui_arena.scoring.words import counted, short
from tui_arena.scoring.words import signs as drawn
from tui_arena.session import MARKS, Mark

NONE = '<span class="none" role="img" aria-label="none">–</span>'
"""A cell with nothing in it."""
SYMBOLS: tuple[tuple[Mark, str], ...] = (
    ("ok", "right"),
    ("fixed", "put right"),
    ("mistake", "mistakes"),
    ("garbage", "garbage"),
)
"""The article's four symbols, in its order, with their plural in words."""
_LONGEST_NAME = 60
_SPACE = "\u00a0"
"""No line is broken here."""


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = ""
) -> str:
    """Return a table, whose first column names its rows; all of these are HTML.

    `kind` is a class of it.
    """
    classed = f' class="{kind}"' if kind else ""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="wide"><table{classed}><caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def name(text: str) -> str:
    """Return the name of a model or person."""
    line = " ".join(text.split())
    cut = line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"
    return f"<bdi>{esc(cut)}</bdi>"


def quote(text: str, most: int = 80) -> str:
    """Return a prompt on one line, shortened."""
    shown = esc(short(text, most))
    whole = f' title="{esc(short(text, 400))}"' if len(text) > most else ""
    return f'<q dir="auto"{whole}>{shown}</q>'


def number(value: float, digits: int = 2) -> str:
    """Return a number with its sign as print has it."""
    return f"{value:,.{digits}f}".replace("-", "−")


def percent(value: float) -> str:
    """Return a share in per cent, without the sign for it."""
    return f"{100 * value:.0f}"


def share(found: Share, *, plot: bool = True) -> str:
    """Return a share: so many of so many, in per cent, and where it lies."""
    if found.value is None:
        return NONE
    low, high = found.interval
    line = whisker(found.value, low, high) if plot else ""
    return (
        f'<span class="figure"><b>{found.hits:,} of {found.of:,}</b> {line}'
        f' <span class="sure">{percent(found.value)}{_SPACE}%, '
        f"{percent(low)}{_SPACE}to{_SPACE}{percent(high)}{_SPACE}%</span></span>"
    )


def median(found: Median, unit: str, digits: int = 0, scale: float = 1.0) -> str:
    """Return a median with the quarters around it, and how many values it is of."""
    if found.value is None:
        return NONE
    low, high = found.quarters
    return (
        f'<span class="figure"><b>{number(found.value * scale, digits)}{unit}</b>'
        f' <span class="sure">{number(low * scale, digits)} to {number(high * scale, digits)}, '
        f"{counted(found.of, 'value')}</span></span>"
    )


def signs(reply: Reply) -> str:
    """Return the signs of the marks that hold of an answer; a dot where there are none."""
    return drawn(reply.held)


def words(reply: Reply) -> str:
    """Return the marks that hold of an answer, in words."""
    return counts_words(reply.held) or "not rated"


def counts_words(counts: Counts) -> str:
    """Return marks in words."""
    return ", ".join(
        MEANINGS[mark] + (f", {n} times" if n > 1 else "")
        for mark, n in zip(MARKS, counts, strict=True)
        if n
    )


def reach(ranks: tuple[int, int]) -> str:
    """Return which ranks are left open."""
    best, worst = ranks
    return f"{best}" if best == worst else f"{best} to {worst}"


def symbols(found: Symbols, most: int = 60) -> str:
    """Return the article's symbols in a row, or as counts where they are too many for one."""
    counts = {mark: getattr(found, mark) for mark, _ in SYMBOLS}
    label = ", ".join(f"{counts[mark]:,} {word}" for mark, word in SYMBOLS)
    if found.n <= most:
        row = "".join(f"<span>{SIGNS[mark]}</span>" * counts[mark] for mark, _ in SYMBOLS)
    else:
        row = " ".join(
            f'<span class="many">{SIGNS[mark]} {counts[mark]:,}</span>'
            for mark, _ in SYMBOLS
            if counts[mark]
        )
    return f'<span class="symbols" role="img" aria-label="{label}">{row}</span>'
