"""A recording of a replay for asciinema, in the form asciicast v2.

The replay is drawn without a terminal, at times that follow from the session alone, and of each
picture only what differs from the one before is written. So a session always gives the same file.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual.pilot import Pilot
from textual.strip import Strip

from tui_arena.errors import ArenaError
from tui_arena.manner import Manner
from tui_arena.replay_app import ReplayApp
from tui_arena.screens.replay_stage import Showing

_FRAME = 125
"""Milliseconds of the recording between two pictures, as the arena draws."""
_MOST_FRAMES = 5000
_SMALLEST, _LARGEST = (40, 10), (500, 200)
_MOST_PASSES = 50
_BEGIN = "\x1b[?25l\x1b[0m\x1b[2J"
_END = "\x1b[0m\x1b[?25h"

Cell = tuple[str, str]
"""A character, and the sequence that says how it looks."""


def read_size(text: str) -> tuple[int, int]:
    """Read a size such as 160x45; raises `ArenaError` where it is none or cannot be drawn."""
    found = re.fullmatch(r"(\d{1,4})[xX](\d{1,4})", text.strip())
    if found is None:
        raise ArenaError(f"--size “{text}” is no size; write it as 160x45.")
    width, height = int(found[1]), int(found[2])
    (least_width, least_height), (most_width, most_height) = _SMALLEST, _LARGEST
    if not (least_width <= width <= most_width and least_height <= height <= most_height):
        raise ArenaError(
            f"--size {text} cannot be drawn; it goes from {least_width}x{least_height} "
            f"to {most_width}x{most_height}."
        )
    return width, height


def record(
    showing: Showing,
    manner: Manner,
    path: Path,
    *,
    size: tuple[int, int],
    tell: Callable[[str], None] | None = None,
) -> None:
    """Write a recording; `tell` hears how far it is. Half a recording is never left behind.

    Raises `ArenaError` where the file is there already or cannot be written.
    """
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        raise ArenaError(f"{path} is there already; name another file, or remove it.") from None
    except (OSError, ValueError) as problem:
        raise ArenaError(f"{path} cannot be written: {_reason(problem)}.") from None
    with ExitStack() as undone:
        undone.callback(path.unlink, missing_ok=True)
        try:
            with file:
                asyncio.run(_record(showing, manner, file, size, tell))
        except OSError as problem:
            raise ArenaError(f"{path} cannot be written: {_reason(problem)}.") from None
        undone.pop_all()


def _reason(problem: Exception) -> str:
    return (problem.strerror if isinstance(problem, OSError) else None) or str(problem)


async def _record(
    showing: Showing,
    manner: Manner,
    file: TextIO,
    size: tuple[int, int],
    tell: Callable[[str], None] | None,
) -> None:
    app = ReplayApp(showing=replace(showing, by_itself=False, clock=lambda: 0.0), manner=manner)
    length, speed = showing.timeline.length, showing.speed

    async def draw(pilot: Pilot[object]) -> None:
        screen, rows = app.replay, _Picture()
        _write(file, _header(showing, size))
        frames = _frames(length, speed)
        for number, at in enumerate(frames):
            screen.playhead.go(at)
            screen.playhead.play() if at < length else screen.playhead.pause()
            screen.show()
            if changes := rows.change(await _settled(pilot)):
                _write(file, [_seconds(at, speed), "o", changes if number else _BEGIN + changes])
            if tell is not None and number and number % 200 == 0:
                tell(f"{100 * number // len(frames)}% is recorded.")
        _write(file, [_seconds(length, speed), "o", _END])
        app.exit()

    await app.run_async(headless=True, size=size, auto_pilot=draw)


async def _settled(pilot: Pilot[object]) -> list[Strip]:
    """Return the picture once everything that was asked for is drawn: it stays as it is."""
    before: list[Strip] = []
    for _ in range(_MOST_PASSES):
        await pilot.pause(0)
        picture = pilot.app.screen._compositor.render_strips()
        if picture == before:
            break
        before = picture
    return before


def _frames(length: int, speed: float) -> Sequence[int]:
    """Return when to draw, in milliseconds of the replay."""
    step = max(1, int(_FRAME * speed), -(-length // _MOST_FRAMES))
    return [*range(0, length, step), length]


def _header(showing: Showing, size: tuple[int, int]) -> dict[str, object]:
    session = showing.timeline.session
    header: dict[str, object] = {"version": 2, "width": size[0], "height": size[1]}
    header["duration"] = _seconds(showing.timeline.length, showing.speed)
    header["title"] = f"tui-arena replay {session.id}"
    header["env"] = {"TERM": "xterm-256color"}
    return header


def _seconds(at: int, speed: float) -> float:
    return round(at / 1000 / speed, 3)


def _write(file: TextIO, line: object) -> None:
    file.write(json.dumps(line, ensure_ascii=False) + "\n")


class _Picture:
    """What the terminal of a viewer shows."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []

    def change(self, strips: Sequence[Strip]) -> str:
        """Return what turns the picture into these strips."""
        rows = [_cells(strip) for strip in strips]
        old = self._rows or [[] for _ in rows]
        self._rows = rows
        return "".join(
            part
            for number, (before, now) in enumerate(zip(old, rows, strict=True), 1)
            if before != now
            for part in _row(number, before, now)
        )


def _cells(strip: Strip) -> list[Cell]:
    return [
        (char, _look(segment.style, "NO_COLOR" in os.environ))
        for segment in strip
        if not segment.control
        for char in segment.text
    ]


@lru_cache(maxsize=4096)
def _look(style: Style | None, without_colour: bool) -> str:
    if style is None:
        return ""
    plain = style.update_link(None)
    plain = plain.without_color if without_colour else plain
    return plain.render("|", color_system=ColorSystem.TRUECOLOR).partition("|")[0]


def _row(number: int, before: list[Cell], now: list[Cell]) -> Iterator[str]:
    """Yield what turns one row into another, from its first different cell to the last."""
    first, rest = 0, 0
    if _width(before) == _width(now):  # else nothing stands where it stood
        most = min(len(before), len(now))
        while first < most and before[first] == now[first]:
            first += 1
        while rest < most - first and before[-1 - rest] == now[-1 - rest]:
            rest += 1
        # A sign without a width belongs to the one before it.
        while first and any(first < len(row) and not _wide(row[first]) for row in (before, now)):
            first -= 1
        while rest and not _wide(now[len(now) - rest]):
            rest -= 1
    yield f"\x1b[{number};{_width(now[:first]) + 1}H"
    look = ""
    for char, its in now[first : len(now) - rest]:
        if its != look:
            yield "\x1b[0m" if look else ""
            yield its
            look = its
        yield char
    yield "\x1b[0m" if look else ""


def _wide(cell: Cell) -> int:
    return cell_len(cell[0])


def _width(cells: list[Cell]) -> int:
    return cell_len("".join(char for char, _ in cells))
