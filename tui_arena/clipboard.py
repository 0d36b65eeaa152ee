"""The clipboard of whoever sits at the terminal, over SSH and through tmux; and a file beside it.

A terminal takes a copy with the sequence OSC 52 (xterm's control sequences), and never says whether
it did. tmux passes neither that nor a wrapped one on unless it is told to, but its own command
`load-buffer -w` sets its buffer and the terminal's clipboard with the settings that it comes with
(tmux 3.2 and later).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_arena.folders import private_folder, state_folder
from tui_arena.whole_file import write_whole

MOST_BYTES = 70_000
"""Longer texts are not sent: some terminals take 100,000 characters of base64, and cut the rest."""
_PATIENCE = 2.0
"""Seconds for tmux to answer."""


def fits(text: str) -> bool:
    """Whether terminals can be expected to take a text whole."""
    return len(text.encode("utf-8", "replace")) <= MOST_BYTES


async def hand_over(text: str, *, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
    """Put a text into the clipboard; `write` writes to the terminal.

    A text that is too long for terminals goes only into tmux's buffer, where there is tmux.
    """
    if environ.get("TMUX"):
        ways = (["-w", "-"], ["-"]) if fits(text) else (["-"],)
        for number, way in enumerate(ways):
            if await _load_tmux_buffer(way, text):
                if number == 0:
                    return
                break
        if fits(text):  # an old tmux, or one that cannot be run from here
            escaped = _osc_52(text).replace("\x1b", "\x1b\x1b")
            write(f"\x1bPtmux;{escaped}\x1b\\")
    elif fits(text):
        write(_osc_52(text))


def keep_copy(text: str) -> Path:
    """Write a text into the file of the last copy, whole or not at all; raises OSError."""
    path = private_folder(state_folder()) / "copy.txt"
    write_whole(path, [text.encode("utf-8", "replace")])
    return path


def _osc_52(text: str) -> str:
    coded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return f"\x1b]52;c;{coded}\x07"


async def _load_tmux_buffer(arguments: list[str], text: str) -> bool:
    nothing = asyncio.subprocess.DEVNULL
    try:
        tmux = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=nothing, stderr=nothing,
        )  # fmt: skip
    except OSError:
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            await tmux.communicate(text.encode("utf-8", "replace"))
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            tmux.kill()
        await tmux.wait()
    return tmux.returncode == 0
