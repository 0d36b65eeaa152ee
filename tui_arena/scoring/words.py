"""The words and signs that tables of scores share, in a terminal, in Markdown or elsewhere.

Nothing here is safe to show yet: names and prompts come from sessions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from tui_arena import mark_signs
from tui_arena.scoring.ratings import Counts
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Checked, Interval, Scores, Share, Weights
from tui_arena.session import MARKS, Mark

UNRATED = "·"
SHORT = 29
"""Characters of a shortened prompt: “I'm going to a rock concert…” is one."""
_STUB = 2
"""A shortened prompt ends in no word of so few letters, as “Add a meeting with Fred on…” does."""
SYMBOLS: tuple[Mark, ...] = ("ok", "fixed", "mistake", "garbage")
"""The article's four symbols, in its order."""
MENDED, NEW_FAULT, OLD_FAULT = "Mended", "New fault", "Old fault"
LEARNS, HOLDS = "Learns", "Holds"
"""What habits are called wherever they are shown."""
_MOST_ALIKE = 5
"""How often a sign is drawn; a mark that was given more often has its number."""
_DRAWN: tuple[Mark, ...] = ("ok", "fixed", "mistake", "recurring", "garbage", "many")
"""The article's order of signs in a cell."""


def short(prompt: str, most: int = SHORT) -> str:
    """Return a prompt on one line, cut after a word where it is long, as the article has them."""
    line = " ".join(prompt[: 8 * most].split())
    if len(line) <= most:
        return line
    words = line[:most].rpartition(" ")[0].split()
    while len(words) > 1 and len(words[-1]) <= _STUB:
        words.pop()
    kept = " ".join(words).rstrip(".,;:…") or line[: most - 1]
    return kept + "…"


def signs(counts: Counts, *, ascii_only: bool = False) -> str:
    """Return the marks of an answer as signs, or as words; a dot where there are none."""
    given = dict(zip(MARKS, counts, strict=True))
    known = mark_signs.WORDS if ascii_only else mark_signs.SIGNS
    drawn: list[str] = []
    for mark in _DRAWN:
        n = given[mark]
        drawn += [known[mark]] * n if n <= _MOST_ALIKE else [f"{n:,} x {known[mark]} "]
    return ("+" if ascii_only else "").join(drawn) or (UNRATED if not ascii_only else "-")


def attempts(replies: Sequence[Reply], *, most: int = 10, ascii_only: bool = False) -> str:
    """Return the marks of several answers, one after the other; of many, how often each."""
    shown = [signs(reply.held, ascii_only=ascii_only) for reply in replies]
    if len(shown) <= most and not (ascii_only and len(shown) > 1):
        return " ".join(shown)
    return ", ".join(f"{n} {sign}" for sign, n in Counter(shown).most_common())


def symbols(counts: Iterable[int], *, most: int = 60, ascii_only: bool = False) -> str:
    """Return ok, fixed, mistake and garbage in a row as the article draws them; many as counts."""
    counts = list(counts)
    if sum(counts) <= most and not ascii_only:
        return "".join(mark_signs.SIGNS[m] * n for m, n in zip(SYMBOLS, counts, strict=True))
    known = mark_signs.WORDS if ascii_only else mark_signs.SIGNS
    return " ".join(f"{n} {known[m]}" for m, n in zip(SYMBOLS, counts, strict=True) if n)


def of(share: Share) -> str:
    """Return so many of so many; nothing of none."""
    return f"{share.hits} of {share.of}" if share.of else "-"


def between(interval: Interval) -> str:
    """Return where a share lies, in words."""
    low, high = (round(100 * end) for end in interval)
    return f"{low} to {high} %"


def sure(share: Share) -> str:
    """Return a share with where it lies; nothing of none."""
    return f"{of(share)} ({between(share.interval)})" if share.of else "-"


def decimal(value: float) -> str:
    """Return a number with two digits after the point; nothing is -0.00."""
    return f"{round(value, 2) + 0.0:.2f}"


def ranks(reach: tuple[int, int]) -> str:
    """Return which ranks are left open."""
    best, worst = reach
    return f"rank {best}" if best == worst else f"rank {best}-{worst}"


def rule(weights: Weights, *, ascii_only: bool = False) -> str:
    """Return how the score follows from the symbols, such as (✔ + 🥦 - 🔥) / n."""
    known = mark_signs.WORDS if ascii_only else mark_signs.SIGNS
    said = ""
    for mark in SYMBOLS:
        weight = asdict(weights)[mark]
        if weight:
            sign = " - " if weight < 0 else " + "
            times = "" if abs(weight) == 1 else f"{abs(weight):g} x "
            said += f"{sign}{times}{known[mark]}"
    return f"({said.removeprefix(' + ').strip() or 0}) / n"


def counted(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def what_was_read(scores: Scores) -> str:
    """Say how many answers there are, and how many are rated."""
    where = counted(scores.sessions, "session")
    rated = f"{scores.rated:,} of them rated" if scores.rated else "none of them rated"
    return f"{counted(scores.replies, 'answer')} in {where}, {rated}."


def taken_over(found: Checked) -> str:
    """Say what suggestions that people took over do to kappa; nothing where there were none."""
    if not found.taken_over:
        return ""
    were = "suggestion was" if found.taken_over == 1 else "suggestions were"
    if found.taken_over == found.replies:
        return (
            f"{found.taken_over:,} {were} taken over, which is no second view, and nobody marked "
            "an answer without: this is an upper bound. To measure kappa, rate with --no-suggest."
        )
    return (
        f"{found.taken_over:,} {were} taken over, which is no second view. Without these answers "
        "kappa is too low, as people give marks of their own mostly where they differ; with them "
        "it is an upper bound. To measure it, rate with --no-suggest."
    )


def who_rated(scores: Scores) -> list[str]:
    """Say who rated how many answers, whose marks do not count, and where raters differ."""
    given = dict(scores.raters)
    counting = [f"{name} ({given[name]:,})" if name in given else name for name in scores.counted]
    others = [f"{name} ({n:,})" for name, n in scores.raters if name not in scores.counted]
    said = [f"Rated by {', '.join(counting)}."] if counting else []
    if others:
        said.append(f"Not counted: {', '.join(others)}.")
    if scores.disputed:
        differ = counted(scores.disputed, "answer")
        said.append(
            f"Of {differ} the raters differ; what most of them say holds, or else the first one."
        )
    return said
