"""Play a saved session again."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_arena.commands import options
from tui_arena.errors import ArenaError
from tui_arena.output import ascii_out, print_path, say
from tui_arena.settings import settings_in_force

if TYPE_CHECKING:
    from tui_arena.replay.timeline import Timeline


@click.command()
@click.argument("session", type=options.FOLDER, metavar="FILE")
@click.option(
    "--speed",
    type=click.FloatRange(0.25, 64),
    metavar="N",
    help="Play N times as fast, from 0.25 to 64.",
)
@click.option("--real-time", is_flag=True, help="Leave pauses as long as they were.")
@click.option("--text", "as_text", is_flag=True, help="Play as lines on stdout.")
@click.option("--no-wait", is_flag=True, help="With --text: write all lines at once.")
@click.option(
    "--cast", type=options.FOLDER, metavar="FILE", help="Write a recording for asciinema instead."
)
@click.option("--size", metavar="WxH", help="Cells of the recording.  [default: 160x45]")
@options.look
def replay(
    session: Path,
    speed: float | None,
    real_time: bool,
    as_text: bool,
    no_wait: bool,
    cast: Path | None,
    size: str | None,
    **look: Any,
) -> int:
    """Play both sides of a saved session as they were, with their timing, marks and corrections.

    No model is loaded. Lines of --text come when they came then where stdout is a terminal or a
    speed is given; otherwise all at once.
    """
    if as_text and cast is not None:
        raise ArenaError("--text and --cast do not go together; leave out one of them.")
    if no_wait and not as_text:
        raise ArenaError("--no-wait belongs to --text; add that.")
    if size is not None and cast is None:
        raise ArenaError("--size is that of a recording; add --cast FILE.")
    if no_wait and speed is not None:
        raise ArenaError("--no-wait and --speed do not go together; leave out one of them.")
    if speed is not None and math.isnan(speed):
        raise ArenaError("--speed nan is no number; give one from 0.25 to 64.")
    timeline = _timeline(session, real_time=real_time)
    if as_text:
        timed = not no_wait and (speed is not None or sys.stdout.isatty())
        _write_lines(timeline, (speed or 1.0) if timed else None, ascii_only=bool(look["ascii"]))
        return 0

    from tui_arena.manner import manner_of

    manner = manner_of(settings_in_force(options.given(look)))
    if cast is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ArenaError(
            "The replay needs a terminal to draw on and to read keys from; "
            "--text plays it without one, --cast FILE records it."
        )

    from tui_arena.screens.replay_stage import Showing
    from tui_arena.widgets.signs import signs

    showing = Showing(
        timeline=timeline,
        signs=signs(ascii_only=manner.ascii_only),
        commands=manner.pages["replay"],
        speed=speed or 1.0,
        slow_link=manner.slow_link,
    )
    if cast is None:
        from tui_arena.replay_app import open_replay

        return open_replay(showing, manner)

    from tui_arena.cast import read_size, record

    record(showing, manner, cast, size=read_size(size or "160x45"), tell=_tell())
    print_path(cast)
    return 0


def _timeline(path: Path, *, real_time: bool) -> Timeline:
    from tui_arena.replay.timeline import Timeline
    from tui_arena.session import SessionError
    from tui_arena.store import load_session

    session = load_session(path)
    try:
        return Timeline(session, real_time=real_time)
    except SessionError as problem:
        raise SessionError(f"{path}: {problem}") from None


def _write_lines(timeline: Timeline, speed: float | None, *, ascii_only: bool) -> None:
    import shutil

    from tui_arena.replay.lines import lines, play

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    ascii_only = ascii_only or ascii_out()

    def write(line: str) -> None:
        sys.stdout.write(line + "\n")
        if speed is not None:
            sys.stdout.flush()

    play(lines(timeline, width=width), write, speed=speed, ascii_only=ascii_only)


def _tell() -> Any:
    """Return who is told how far a recording is: nobody where stderr is no terminal."""
    return say if sys.stderr.isatty() else None
