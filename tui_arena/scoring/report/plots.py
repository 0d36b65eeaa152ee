"""Pictures in SVG, of shapes and words alone: what they show stands beside them as figures too.

Strokes and fills are those of the style sheet, so that they follow light, dark and paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_arena.exchange.hypertext import esc

_WIDTH, _EDGE, _ROW, _AXIS = 480, 6, 42, 26
_LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot: a value with its interval."""

    name: str
    value: float
    low: float
    high: float
    note: str
    """What stands at the end of the line, such as "rank 1-3"."""


def intervals(
    lines: Sequence[Line],
    *,
    id: str,
    title: str,
    shown: Callable[[float], str],
    axis: str,
) -> str:
    """Draw values with their intervals, under each other over one axis.

    `id` is what the ids of its parts begin with; `axis` says what the numbers mean.
    """
    ends = [end for line in lines for end in (line.low, line.high, line.value)]
    ticks = nice_ticks(min(ends), max(ends))
    bottom = len(lines) * _ROW + 4

    def x(value: float) -> str:
        part = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return f"{_EDGE + part * (_WIDTH - 2 * _EDGE):.1f}"

    told = "; ".join(
        f"{line.name}: {shown(line.value)}, {shown(line.low)} to {shown(line.high)}, {line.note}"
        for line in lines
    )
    parts = [
        f'<svg class="plot" role="img" aria-labelledby="{id}-t {id}-d" '
        f'viewBox="0 0 {_WIDTH} {bottom + _AXIS + 16}">',
        f'<title id="{id}-t">{esc(title)}</title><desc id="{id}-d">{esc(told)}.</desc>',
    ]
    for tick in ticks:
        at = x(tick)
        kind = "zero" if not tick else "grid"
        anchor = "start" if tick == ticks[0] else "end" if tick == ticks[-1] else "middle"
        parts.append(f'<path class="{kind}" d="M{at} 0V{bottom}"/>')
        parts.append(
            f'<text class="tick" x="{at}" y="{bottom + 14}" text-anchor="{anchor}">'
            f"{shown(tick)}</text>"
        )
    for number, line in enumerate(lines):
        top = number * _ROW
        y = top + 30
        name = line.name if len(line.name) <= _LONGEST_NAME else line.name[:31] + "…"
        parts += [
            f'<text class="name" x="{_EDGE}" y="{top + 17}">{esc(name)}</text>',
            f'<text class="note" x="{_WIDTH - _EDGE}" y="{top + 17}" text-anchor="end">'
            f"{esc(line.note)}</text>",
            f'<path class="bar" d="M{x(line.low)} {y}H{x(line.high)}"/>',
            f'<path class="end" d="M{x(line.low)} {y - 4}v8M{x(line.high)} {y - 4}v8"/>',
            f'<circle class="dot" cx="{x(line.value)}" cy="{y}" r="4.5"/>',
        ]
    parts.append(
        f'<text class="tick" x="{_WIDTH / 2:g}" y="{bottom + 32}" text-anchor="middle">'
        f"{esc(axis)}</text></svg>"
    )
    return "\n".join(parts)


def whisker(value: float, low: float, high: float) -> str:
    """Draw a share with its interval, small, on a line from 0 to 1; for the eye alone."""
    a, b, c = (f"{3 + 74 * part:.1f}" for part in (low, value, high))
    return (
        '<svg class="whisker" aria-hidden="true" viewBox="0 0 80 10">'
        f'<path class="grid" d="M3 5H77"/><path class="bar" d="M{a} 5H{c}"/>'
        f'<circle class="dot" cx="{b}" cy="5" r="3"/></svg>'
    )


def curve(points: Sequence[tuple[float, float, float]]) -> str:
    """Draw shares with their intervals from left to right, small, between 0 and 1; for the eye.

    A point is a share and both ends of its interval.
    """
    gap = 108 / max(1, len(points) - 1)
    xs = [f"{6 + gap * n:.1f}" for n in range(len(points))]
    ys = [[f"{44 - 38 * part:.1f}" for part in point] for point in points]
    whiskers = "".join(f"M{x} {low}V{high}" for x, (_, low, high) in zip(xs, ys, strict=True))
    path = " ".join(f"{x},{y[0]}" for x, y in zip(xs, ys, strict=True))
    dots = "".join(
        f'<circle class="dot" cx="{x}" cy="{y[0]}" r="2.5"/>' for x, y in zip(xs, ys, strict=True)
    )
    return (
        '<svg class="curve" aria-hidden="true" viewBox="0 0 120 50">'
        f'<path class="grid" d="M0 6H120M0 44H120"/><path class="thin" d="{whiskers}"/>'
        f'<polyline class="line" points="{path}"/>{dots}</svg>'
    )


def nice_ticks(low: float, high: float) -> list[float]:
    """Return round numbers for an axis, from one below or at `low` to one at or above `high`."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * n, 10) + 0.0 for n in range(first, last + 1)]
