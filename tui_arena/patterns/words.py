"""The words and figures that table and page share."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from tui_arena.patterns.found import (
    Clustering,
    Difference,
    ErrorGroup,
    ModelFailures,
    Patterns,
    Power,
    Region,
)

NAME = 60
"""Characters of a model's name that stands in a sentence."""
_LISTED = 10
_MAKERS = 5
"""Names in a sentence, and models of a group."""

_BRIEF = 20
"""Characters of a short answer that is named."""
ONE_LINE = 100
"""Characters of a text that stands in a line."""


def p_value(p: float) -> str:
    """Write a chance for people."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def share(part: int, whole: int) -> str:
    """Write a count and which share it is, such as "12 of 60 (20 %)"."""
    return f"{part:,} of {whole:,} ({part / whole:.0%})".replace("%", " %") if whole else "none"


def clustering(found: Clustering | None) -> str:
    """Say whether failures lie together."""
    if found is None:
        return "not tested"
    pairs = f"{found.observed:,} pairs of neighbours, {found.expected:,.0f} by chance"
    if found.p > 0.05:
        return f"no more than by chance ({pairs}, p {_equals(found.p)})"
    return f"yes ({pairs}, p {_equals(found.p)})"


def hot(model: ModelFailures) -> str:
    """Write how many hot spots there are, and how many of severe failures."""
    if model.hot is None:
        return "not tested"
    severely = f", {model.hot_severely:,} of severe ones" if model.hot_severely else ""
    return f"{model.hot:,}{severely}"


def sees(power: Power) -> str:
    """Write which share of the errors in a region is found, such as "7 to 34 %"."""
    low, high = round(100 * power.scattered), round(100 * power.compact)
    return f"{high} %" if low == high else f"{low} to {high} %"


def what_is_seen(power: Power) -> str:
    """Say what of a region the tests would find, and on what it depends."""
    return (
        f"The tests see {sees(power)} of the errors in a region that is failed at: most where its "
        "prompts are much alike, least where every other one around them is of another kind."
    )


def difference(found: Difference) -> list[str]:
    """Say in sentences how two models differ."""
    both_asked = f"Of {count(found.prompts, 'prompt')} that both were asked"
    apart = found.only_first + found.only_second
    if not apart + found.both:
        return [f"{both_asked}, neither fails at any."]
    first, second = in_one_line(found.first, NAME), in_one_line(found.second, NAME)
    lines = [
        f"{both_asked}, {first} alone fails at {found.only_first:,}, {second} alone at "
        f"{found.only_second:,}, both at {found.both:,}."
    ]
    if apart:
        verdict = "one fails more often" if found.p <= 0.05 else "chance may do as much"
        those = "that one" if apart == 1 else f"those {apart:,}"
        lines.append(f"Sign test on {those}: p {_equals(found.p)}, so {verdict}.")
    if found.hot_both is not None:
        lines.append(
            f"Hot spots: {found.hot_only_first} where {first} alone fails, "
            f"{found.hot_only_second} where {second} alone does, "
            f"{found.hot_both} where both do."
        )
    return lines


def too_short(found: Patterns) -> list[str]:
    """Say how many wrong responses are too short to be grouped, where many are."""
    if found.brief is None:
        return []
    often = (f"“{in_one_line(text, _BRIEF)}” {n:,}" for text, n in found.brief.most.items())
    lines = [
        f"{found.brief.responses:,} wrong responses are too short to be grouped by what they say, "
        f"each a letter, a number or a word. Most often: {', '.join(often)}."
    ]
    if found.regions:
        lines.append("The regions say which prompts are failed at.")
    return lines


def failed(region: Region, model: str) -> str:
    """Write at how many prompts of a region a model fails."""
    asked = region.asked.get(model, 0)
    return f"{region.failed.get(model, 0)}/{asked}" if asked else "not asked"


def made_of(group: ErrorGroup) -> str:
    """Say of which models a group's responses are."""
    most = sorted(group.models.items(), key=lambda item: (-item[1], item[0]))
    made = [f"{in_one_line(model, NAME)} {number:,}" for model, number in most[:_MAKERS]]
    return ", ".join(made) + and_more(most, _MAKERS, "model")


def listed(names: Sequence[str]) -> str:
    """Write names, of very many the first ones."""
    return ", ".join(names[:_LISTED]) + and_more(names, _LISTED, "model")


def and_more(things: Sized, shown: int, word: str) -> str:
    """Say how many things are not shown; "" where all are."""
    more = len(things) - shown
    return f" and {count(more, f'more {word}')}" if more > 0 else ""


def told_apart(names: Sequence[str], most: int) -> list[str]:
    """Return names in one line, cut so that they still differ: at their end, else before it."""
    whole = [" ".join(name.split()) for name in names]
    ends = [name if len(name) <= most else f"…{name[1 - most :]}" for name in whole]
    cuts = ([in_one_line(name, most) for name in whole], ends)
    return next((cut for cut in cuts if len(set(cut)) == len(set(whole))), whole)


def rate(model: ModelFailures) -> str:
    """Write how many of a model's responses are wrong."""
    return share(model.wrong, model.responses)


def corrections(found: Patterns) -> list[str]:
    """Say what becomes of answers to corrections, where there are some."""
    if not found.corrections:
        return []
    one = found.corrections == 1
    answers = "1 answer to a correction says" if one else "answers to corrections say"
    number = "" if one else f"{found.corrections:,} "
    return [
        f"{number}{answers} whether an error was put right; "
        f"{'it is no attempt at a prompt' if one else 'they are no attempts at prompts'}."
    ]


def count(number: int, word: str) -> str:
    """Write a number of things."""
    return f"{number:,} {word}{'s' * (number != 1)}"


def in_one_line(text: str, most: int = ONE_LINE) -> str:
    """Return the beginning of a text without its line ends."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _equals(p: float) -> str:
    return p_value(p) if p < 0.001 else f"= {p_value(p)}"
