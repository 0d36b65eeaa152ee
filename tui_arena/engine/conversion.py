"""A GGUF file becomes a KerasHub preset in the user's cache folder, once, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tui_arena.engine.gguf import convert
from tui_arena.engine.sources import LoadError
from tui_arena.folders import cache_folder, private_folder

_log = logging.getLogger(__name__)

_CONVERSION = 1
"""Raised when what a conversion writes changes, so that older presets are made anew."""

_SIZES_FILE = "sizes.json"
"""Bytes of every file of a converted preset."""


def converted(gguf: Path, tell: Callable[[float | None], None]) -> Path:
    """Return the KerasHub preset of a GGUF file, made on first use in the user's cache folder.

    `tell` hears that it is made, and the share done, 0 to 1, once that is known.
    """
    try:
        stat = gguf.stat()
        identity = f"{gguf.name} {stat.st_size} {stat.st_mtime_ns} {_CONVERSION}"
        digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
        models = private_folder(cache_folder() / "models")
        preset = models / f"{gguf.stem}-{digest}"
        if _is_whole(preset):
            return preset
        tell(None)
        with _workshop(models) as half_made:
            convert(gguf, half_made, tell)
            sizes = {
                str(path.relative_to(half_made)): path.stat().st_size
                for path in half_made.rglob("*")
                if path.is_file()
            }
            (half_made / _SIZES_FILE).write_text(json.dumps(sizes), encoding="utf-8")
            _sync(half_made)
            _move(half_made, preset)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise LoadError(
            f"The weights cannot be converted into {cache_folder()}: {reason}; "
            "make room there, or set XDG_CACHE_HOME to another folder."
        ) from None
    return preset


def _is_whole(preset: Path) -> bool:
    """Say whether a preset is there as it was written; one that is damaged is removed."""
    try:
        sizes = json.loads((preset / _SIZES_FILE).read_text(encoding="utf-8"))
        if all((preset / name).stat().st_size == size for name, size in sizes.items()):
            return True
    except (FileNotFoundError, ValueError, AttributeError):
        pass
    if preset.is_dir():
        _log.warning("%s is damaged and made anew", preset)
        shutil.rmtree(preset)
    return False


@contextlib.contextmanager
def _workshop(models: Path) -> Iterator[Path]:
    """Give a folder to work in, removed again; also removes those that a dead process left."""
    for left in models.glob(".half-made-*"):
        if not _alive(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".half-made-{os.getpid()}-", dir=models))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _move(folder: Path, target: Path) -> None:
    """Put a finished folder in its place; where another process was first, its work is as good."""
    try:
        os.rename(folder, target)
    except OSError:
        if not target.is_dir():
            raise
