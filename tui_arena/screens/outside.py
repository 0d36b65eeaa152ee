"""Hands the terminal to another program for a while: a pager or an editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

_LONGEST = 1 << 20
"""Bytes of a text that comes back."""


class OutsideError(Exception):
    """Why another program could not be used, in one sentence."""


def program(variables: Iterable[str], stand_ins: Iterable[str], environ: Mapping[str, str]) -> str:
    """Return the command that the environment names, or the first stand-in that is there.

    Raises `OutsideError` where there is neither.
    """
    names = list(variables)
    for name in names:
        if environ.get(name, "").strip():
            return environ[name]
    for stand_in in stand_ins:
        if shutil.which(stand_in):
            return stand_in
    raise OutsideError(f"Set {names[-1]} to a program that is there, and start again.")


async def show_outside(app: App[None], command: str, text: str) -> None:
    """Show a text in another program; what is changed there is dropped.

    Raises `OutsideError`.
    """
    with tempfile.TemporaryDirectory(prefix="tui-arena-") as folder:
        path = Path(folder) / "answer.md"
        _write(path, text, 0o400)
        await _run(app, command, path)


async def edit_outside(app: App[None], command: str, text: str) -> str:
    """Return a text as it was written in another program; raises `OutsideError`."""
    with tempfile.TemporaryDirectory(prefix="tui-arena-") as folder:
        path = Path(folder) / "prompt.md"
        _write(path, text, 0o600)
        await _run(app, command, path)
        try:
            with path.open("rb") as file:
                raw = file.read(_LONGEST + 1)
        except OSError as problem:
            raise OutsideError(f"Your text stays: the file is gone ({problem.strerror}).") from None
    if len(raw) > _LONGEST:
        raise OutsideError("Your text stays: the new one is longer than 1 MiB.")
    return raw.decode("utf-8", "replace").removesuffix("\n")


def _write(path: Path, text: str, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with open(os.open(path, flags, mode), "w", encoding="utf-8", errors="replace") as file:
        file.write(text)


async def _run(app: App[None], command: str, path: Path) -> None:
    """Run a program on the terminal until it ends; answers stream on and are saved meanwhile."""
    try:
        arguments = [*shlex.split(command), str(path)]
    except ValueError:
        raise OutsideError(f"“{command}” is no command: a quote is not closed.") from None
    name = Path(arguments[0]).name
    if len(arguments) < 2 or shutil.which(arguments[0]) is None:
        raise OutsideError(f"There is no program “{name}” here.")
    try:
        # Nothing is drawn in a batch. Ctrl+C is the other program's, and must not end the arena;
        # a handler of Python's is not passed on to that program.
        with app.suspend(), app.batch_update():
            before = signal.signal(signal.SIGINT, lambda *_: None)
            try:
                status = await _wait_for(arguments)
            finally:
                signal.signal(signal.SIGINT, before)
    except SuspendNotSupported:
        raise OutsideError("This terminal cannot be handed to another program.") from None
    except OSError as problem:
        raise OutsideError(f"“{name}” cannot be run: {problem.strerror}.") from None
    if status < 0:
        raise OutsideError(f"“{name}” was ended by signal {-status}.")
    if status != 0:
        raise OutsideError(f"“{name}” ended with status {status}.")


async def _wait_for(arguments: list[str]) -> int:
    # Descriptors 1 and 2 lead into the log; the terminal is where Textual draws.
    terminal = sys.__stderr__
    process = subprocess.Popen(arguments, stdout=terminal, stderr=terminal)
    try:
        return await asyncio.to_thread(process.wait)
    finally:
        if process.poll() is None:
            process.terminate()
