"""What a command writes: to stdout, or whole into a file that it names."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.output import print_path
from tui_arena.whole_file import write_whole


def refuse_to_replace(out: Path | None, read: Iterable[Path]) -> None:
    """Raise `ArenaError` where the file to be written is a folder, or among those that are read."""
    if out is None:
        return
    if os.path.isdir(out):
        raise ArenaError(f"{out} is a folder; name a file in it.")
    if not os.path.exists(out):
        return
    real = _real(out)
    for path in read:
        inside = real.suffix == ".json" and _real(path) in real.parents
        if (inside and os.path.isdir(path)) or (
            os.path.exists(path) and os.path.samefile(out, path)
        ):
            raise ArenaError(f"{out} is one of the sessions; name another file.")


def deliver(parts: Iterable[bytes], out: Path | None, *, told: bool = True) -> None:
    """Write to stdout, or put the file in place whole and print its path, if that is `told`.

    A pipe or a device is written to, as /dev/stdout; only a file is ever replaced.
    """
    if out is None:
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        return
    try:
        if _takes_a_stream(out):
            with open(out, "wb") as stream:
                stream.writelines(parts)
            return
        write_whole(_real(out), parts, mode=0o666)
    except OSError as problem:
        raise ArenaError(f"{out} cannot be written: {problem.strerror}.") from None
    if told:
        print_path(out)


def _real(path: Path) -> Path:
    """Return the place that links lead to: they are written through."""
    return Path(os.path.realpath(path))


def _takes_a_stream(out: Path) -> bool:
    return os.path.exists(out) and not stat.S_ISREG(out.stat().st_mode)
