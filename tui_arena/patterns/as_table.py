"""What was found, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.patterns.found import ErrorGroup, Patterns, Region
from tui_arena.patterns.words import (
    and_more,
    clustering,
    corrections,
    count,
    difference,
    failed,
    hot,
    in_one_line,
    made_of,
    p_value,
    rate,
    told_apart,
    too_short,
    what_is_seen,
)
from tui_arena.text import columns, display_text

_LEAST = 40
_GROUPS, _REGIONS, _ALONE = 15, 15, 10
_MODELS = 30
_LABEL, _MODEL = 26, 20


def as_table(found: Patterns, *, width: int | None, ascii_only: bool = False) -> str:
    """Lay out what was found; lines of text are wrapped to `width`, None wraps nothing."""
    room = max(_LEAST, width) if width else None
    parts = [_head(found), *_models(found, ascii_only)]
    if found.difference is not None:
        pair = in_one_line(found.difference.first), in_one_line(found.difference.second)
        parts.append("\n".join([" and ".join(pair), *difference(found.difference)]))
    parts += [_regions(found, ascii_only), _groups(found)]
    wrapped = [_wrapped(display_text(part, ascii_only=ascii_only), room) for part in parts if part]
    return "\n\n".join(wrapped)


def _head(found: Patterns) -> str:
    judged = found.responses - found.unjudged
    line = (
        f"{count(judged, 'judged response')} to {count(found.prompts, 'distinct prompt')} "
        f"(embedded by {found.embedder}, {count(found.neighbours, 'neighbour')} each)."
    )
    return "\n".join([line, *corrections(found), *found.notes])


def _models(found: Patterns, ascii_only: bool) -> Iterator[str]:
    rows = [("MODEL", "WRONG RESPONSES", "PROMPTS", "FAILED", "SEVERELY", "HOT SPOTS")]
    shown = sorted(found.models, key=lambda each: -each.prompts)[:_MODELS]
    shown = [each for each in found.models if each in shown]
    names = told_apart([each.model for each in shown], _MODEL)
    for name, each in zip(names, shown, strict=True):
        rows.append(
            (
                name,
                rate(each),
                f"{each.prompts:,}",
                f"{each.failed:,}",
                f"{each.failed_severely:,}",
                hot(each),
            )
        )
    more = and_more(found.models, _MODELS, "model")
    yield columns(rows, ascii_only=ascii_only) + (f"\n {more} with fewer prompts" if more else "")
    tested = [(name, each) for name, each in zip(names, shown, strict=True) if each.clustering]
    if tested:
        lines = (f"  {name}: {clustering(each.clustering)}" for name, each in tested)
        yield "\n".join(["Do failures lie together?", *lines, what_is_seen(found.power)])


def _regions(found: Patterns, ascii_only: bool) -> str:
    if not found.regions:
        return ""
    what = "Groups of failed prompts" if found.descriptive else "Regions that are failed at"
    pair = found.difference
    names = [pair.first, pair.second] if pair else [each.model for each in found.models][:1]
    heads: tuple[str, ...] = ("FAILS",)
    if pair:
        heads = ("1ST FAILS", "2ND FAILS", "ONLY 1ST", "ONLY 2ND")
    if pair and not found.descriptive:
        heads += ("P",)
    rows: list[tuple[str, ...]] = [("", "ABOUT", *heads)]
    for region in found.regions[:_REGIONS]:
        row = [region.id, in_one_line(region.title, _LABEL)]
        row += [failed(region, name) for name in names]
        if pair:
            row += [f"{region.only_first:,}", f"{region.only_second:,}"]
        if pair and not found.descriptive:
            row.append(p_value(region.p))
        rows.append(tuple(row))
    lines = [f"{what}: prompts failed at, of those asked", columns(rows, ascii_only=ascii_only)]
    if pair:
        lines.append(f"1st is {in_one_line(pair.first)}, 2nd is {in_one_line(pair.second)}.")
        if not found.descriptive:
            lines.append("P only describes: regions were chosen for their failures.")
    lines += _more(len(found.regions), _REGIONS, "region")
    for region in found.regions[:_REGIONS]:
        lines += _example(region)
    return "\n".join(lines)


def _example(region: Region) -> Iterator[str]:
    for prompt in region.examples[:1]:
        yield f"  {region.id}, such as: {in_one_line(prompt)}"


def _groups(found: Patterns) -> str:
    if not found.groups and not found.ungrouped:
        return ""
    lines = ["Groups of errors"] if found.groups else []
    for group in found.groups[:_GROUPS]:
        lines += _group(group)
    lines += _more(len(found.groups), _GROUPS, "group")
    lines += too_short(found)
    if found.ungrouped:
        among = " in no group" if found.groups else ""
        lines += ["", f"{count(found.ungrouped_total, 'wrong response')}{among}"][not lines :]
        for each in found.ungrouped[:_ALONE]:
            lines.append(
                f"  {in_one_line(each.model, _MODEL)}, asked “{in_one_line(each.prompt, 40)}”: "
                f"{in_one_line(each.text) or '(empty)'}"
            )
        lines += _more(len(found.ungrouped), _ALONE, "distinct one")
    return "\n".join(lines)


def _group(group: ErrorGroup) -> Iterator[str]:
    size = f"{count(group.responses, 'response')} to {count(group.prompts, 'prompt')}"
    yield f"{group.id:<4}{group.title}: {size} ({made_of(group)})"
    for each in group.examples[:1]:
        yield f"    such as: {in_one_line(each.text) or '(empty)'}"


def _more(total: int, shown: int, word: str) -> list[str]:
    return [f"  and {count(total - shown, f'more {word}')}"] if total > shown else []


def _wrapped(text: str, width: int | None) -> str:
    """Wrap lines that are too long; what goes on stands further in."""
    if width is None:
        return text
    lines = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()) + 2)
        while len(line) > width:
            cut = line.rfind(" ", len(indent), width + 1)
            if cut <= len(indent):
                break
            lines.append(line[:cut])
            line = indent + line[cut + 1 :].lstrip()
        lines.append(line)
    return "\n".join(lines)
