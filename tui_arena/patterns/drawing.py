"""The map of prompts in SVG: shapes say who fails where, so that it reads without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from tui_arena.exchange.hypertext import esc
from tui_arena.patterns.found import Patterns, Point
from tui_arena.patterns.words import in_one_line

_SIDE, _EDGE = 600, 26
_PROMPT = 160
"""Characters of a prompt that a shape tells."""

_SHAPES = {
    "none": "M{x} {y}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0 -4 0",
    "first": "M{x} {y}m0 -6l5.5 10h-11z",
    "second": "M{x} {y}m-4.5 -4.5h9v9h-9z",
    "both": "M{x} {y}m-5 -5l10 10m0 -10l-10 10",
    "other": "M{x} {y}m0 -5l4 5l-4 5l-4 -5z",
}
"""What is drawn for a prompt, by who fails at it, around its place."""
_RING = "M{x} {y}m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0"


def prompt_map(found: Patterns) -> Iterator[str]:
    """Yield the lines of a figure: the map and what its shapes mean."""
    pair = compared(found)
    kinds = {_kind(point, pair) for point in found.points}
    hot = any(point.hot for point in found.points)
    told = (
        f"{len(found.points):,} prompts; those that are alike lie near each other. Who fails where "
        "is told by the tables as well."
    )
    yield '<figure class="map">'
    yield (
        f'<svg role="img" aria-labelledby="map-t map-d" viewBox="0 0 {_SIDE} {_SIDE}">'
        f'<title id="map-t">Map of the prompts</title><desc id="map-d">{esc(told)}</desc>'
    )
    for kind in ("none", "other", "first", "second", "both"):
        yield from (_drawn(point, kind) for point in found.points if _kind(point, pair) == kind)
    yield from _region_names(found)
    yield "</svg>"
    yield '<figcaption><ul class="legend">'
    for kind, meaning in _meanings(pair).items():
        if kind in kinds:
            yield f"<li>{_sample(_SHAPES[kind], kind)} {esc(meaning)}</li>"
    if hot:
        yield f"<li>{_sample(_RING, 'ring')} a hot spot</li>"
    yield "</ul>"
    if len(found.points) < found.prompts:
        yield (
            f"<p>{len(found.points):,} of {found.prompts:,} prompts are drawn, chosen by lot.</p>"
        )
    yield (
        "<p>The axes are the two directions in which prompts differ most, by rank, so distances "
        "are not to scale; much of what tells prompts apart lies in other directions. Regions are "
        "found in all of them, not on this map.</p>"
    )
    yield "</figcaption></figure>"


def compared(found: Patterns) -> tuple[str, ...]:
    """Return the models whose failures are told apart: the two compared, else the only one."""
    if found.difference is not None:
        return found.difference.first, found.difference.second
    return (found.models[0].model,)


def _meanings(pair: Sequence[str]) -> dict[str, str]:
    first = pair[0]
    if len(pair) == 1:
        return {"first": f"{first} fails", "other": "another model fails", "none": "nobody fails"}
    return {
        "first": f"only {first} fails",
        "second": f"only {pair[1]} fails",
        "both": "both fail",
        "other": "another model fails",
        "none": "nobody fails",
    }


def _kind(point: Point, pair: Sequence[str]) -> str:
    fails = [model in point.failed for model in pair]
    if all(fails) and len(pair) > 1:
        return "both"
    if any(fails):
        return "first" if fails[0] else "second"
    return "other" if point.failed else "none"


def _drawn(point: Point, kind: str) -> str:
    x, y = _place(point.x), _place(-point.y)
    ring = f'<path class="ring" d="{_RING.format(x=x, y=y)}"/>' if point.hot else ""
    region = f"{point.region}: " if point.region else ""
    told = esc(region + in_one_line(point.prompt, _PROMPT))
    shape = _SHAPES[kind].format(x=x, y=y)
    return f'<g class="{kind}"><title>{told}</title>{ring}<path d="{shape}"/></g>'


def _sample(shape: str, kind: str) -> str:
    drawn = shape.format(x="10", y="10")
    return (
        f'<svg class="sample" aria-hidden="true" viewBox="0 0 20 20"><g class="{kind}">'
        f'<path d="{drawn}"/></g></svg>'
    )


def _region_names(found: Patterns) -> Iterator[str]:
    """Yield the id of each region, at the prompt that lies most in its middle."""
    for region in found.regions:
        inside = [point for point in found.points if point.region == region.id]
        if inside:
            x, y = median(each.x for each in inside), median(each.y for each in inside)
            middle = min(inside, key=lambda each: (each.x - x) ** 2 + (each.y - y) ** 2)
            yield (
                f'<text x="{_place(middle.x)}" y="{_place(-middle.y)}" dx="0.7em" dy="-0.5em">'
                f"{region.id}</text>"
            )


def _place(value: float) -> str:
    return f"{_EDGE + (value + 1) / 2 * (_SIDE - 2 * _EDGE):.1f}"
