"""The arena on a real pseudo-terminal: tokens a second, how fast a key echoes, bytes a token."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from benchmarks.answers import STORY
from tui_arena.engine.profile import Profile

PATIENCE = 180
"""Most seconds to wait for anything."""

_SIGNS = "§¶¤¬"
"""Keys that no model of ours writes, so what shows them is their echo."""


class Arena:
    """The program in a terminal of its own, 160x45, whose screen is read and thrown away."""

    def __init__(self, master: int) -> None:
        self._master = master
        self.seen = bytearray()
        """What it wrote so far."""
        threading.Thread(target=self._drain, daemon=True).start()

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def _drain(self) -> None:
        with contextlib.suppress(OSError):  # the terminal is closed
            while chunk := os.read(self._master, 1 << 16):
                self.seen += chunk


@contextlib.contextmanager
def arena(profile: Profile, folder: Path, *more: str) -> Iterator[Arena]:
    """Open the arena with the profile on both sides and more options; sessions go to the folder."""
    path = folder / "bench.toml"
    table = msgspec.to_builtins(profile)
    sampler = table.pop("sampler")
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None]
    lines += ["[sampler]", *(f"{key} = {json.dumps(value)}" for key, value in sampler.items())]
    path.write_text("\n".join(lines), encoding="utf-8")

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    options = ["--left", str(path), "--right", str(path), "--sessions", str(folder), *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_arena", *options],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": str(folder),  # these prompts are nobody's history
        },
    )
    os.close(slave)
    try:
        yield Arena(master)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        os.close(master)


def app_rate(profile: Profile, *, tokens: int) -> float:
    """Tokens a second of one answer in the arena, as its session records it."""
    profile = msgspec.structs.replace(profile, max_tokens=tokens)
    with tempfile.TemporaryDirectory() as name, arena(profile, Path(name)) as terminal:
        _wait(lambda: terminal.seen.count(b"ready") >= 2)
        terminal.press("\x1bOS")  # F4: to the left side alone
        terminal.press(STORY)
        terminal.press("\r")
        (attempt,) = _finished(Path(name), 1)
        timing, counts = attempt["timing"], attempt["tokens"]
    first, last = (
        datetime.fromisoformat(timing[key])  # type: ignore[index]
        for key in ("first_token", "finished")
    )
    return (counts["output"] - 1) / (last - first).total_seconds()  # type: ignore[index]


def key_echoes(profile: Profile, *, keys: int) -> tuple[list[float], list[float]]:
    """Milliseconds until each key shows: in the idle arena, and while both sides stream."""
    profile = msgspec.structs.replace(profile, max_tokens=4096)
    with tempfile.TemporaryDirectory() as name, arena(profile, Path(name)) as terminal:
        _wait(lambda: terminal.seen.count(b"ready") >= 2)
        time.sleep(3)  # what is compiled beside the work has settled
        idle = _echoes(terminal, keys)
        terminal.press("\x15")  # Ctrl+U: clear the line
        terminal.press(STORY)
        terminal.press("\r")
        _wait(lambda: terminal.seen.count(b"streaming") >= 2)
        streaming = _echoes(terminal, keys)
    return idle, streaming


def bytes_per_token(profile: Profile, *more: str, tokens: int) -> float:
    """Bytes that the terminal gets for each token, from the prompt to the end of both answers."""
    profile = msgspec.structs.replace(profile, max_tokens=tokens)
    with tempfile.TemporaryDirectory() as name, arena(profile, Path(name), *more) as terminal:
        _wait(lambda: terminal.seen.count(b"ready") >= 2)
        before = len(terminal.seen)
        terminal.press(STORY)
        terminal.press("\r")
        attempts = _finished(Path(name), 2)
        written = len(terminal.seen) - before
    return written / sum(attempt["tokens"]["output"] for attempt in attempts)  # type: ignore[index, misc]


def _finished(folder: Path, count: int) -> list[dict[str, object]]:
    """Wait until so many answers have ended; return them."""
    attempts: list[dict[str, object]] = []

    def finished() -> bool:
        attempts[:] = _attempts(folder)
        ended = [attempt["timing"]["finished"] for attempt in attempts]  # type: ignore[index]
        return len(ended) == count and all(ended)

    _wait(finished)
    return attempts


def _echoes(terminal: Arena, keys: int) -> list[float]:
    waits = []
    for key in range(keys):
        sign = _SIGNS[key % len(_SIGNS)]
        before = terminal.seen.count(sign.encode())
        started = time.perf_counter()
        terminal.press(sign)
        while terminal.seen.count(sign.encode()) == before:
            time.sleep(0.0005)
            if time.perf_counter() - started > PATIENCE:
                raise SystemExit("A key did not show.")
        waits.append(1000 * (time.perf_counter() - started))
        if key % 40 == 39:
            terminal.press("\x15")  # so that the line stays one line
        time.sleep(0.06)
    return waits


def _attempts(folder: Path) -> list[dict[str, object]]:
    return [
        attempt
        for path in folder.glob("*.json")
        for side in json.loads(path.read_text(encoding="utf-8"))["panes"].values()
        for turn in side["turns"]
        for attempt in turn["attempts"]
    ]


def _wait(condition: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > PATIENCE:
            raise SystemExit("The arena did not answer in time.")
        time.sleep(0.2)
