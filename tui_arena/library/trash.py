"""Where deleted sessions lie: each in a folder of its own, so that no name collides."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from tui_arena.library.listing import files
from tui_arena.session import SessionError
from tui_arena.session_lock import SessionLock, take_lock
from tui_arena.stamps import is_session_id
from tui_arena.store import open_elsewhere, why_refused

_TRASH = ".trash"


def delete(path: Path) -> Path:
    """Move a session's file into the trash beside it; return where it lies now.

    A damaged file can go there as well. Raises `SessionError` where it stays.
    """
    if path.suffix != ".json" or path.is_dir():
        raise SessionError(f"{path}: is not a session's JSON file, so it stays.")
    lock: SessionLock | None = None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    place = path.parent / _TRASH / f"{stamp}-{secrets.token_hex(3)}"
    try:
        if not os.path.lexists(path):
            raise SessionError(f"{path}: there is no such file.")
        if is_session_id(path.stem):
            lock = take_lock(path.parent, path.stem)
            if lock is None:
                raise SessionError(open_elsewhere(path))
        place.mkdir(mode=0o700, parents=True)
        os.rename(path, place / path.name)
    except OSError as problem:
        with contextlib.suppress(OSError):
            place.rmdir()
        raise SessionError(f"{path}: cannot be deleted: {why_refused(problem)}") from None
    finally:
        if lock is not None:
            lock.release()
    return place / path.name


def restore(path: Path) -> Path:
    """Move a file from the trash back to where it was; return where that is.

    Raises `SessionError` where it is not from a trash, or another one has its place by now.
    """
    if not in_trash(path):
        raise SessionError(f"{path}: is not in a trash; `tui-arena sessions --trash` lists it.")
    back = path.parents[2] / path.name
    try:
        if not os.path.lexists(path):
            raise SessionError(f"{path}: there is no such file in the trash any more.")
        # Whoever makes the name first has it; only then is it filled, in one step.
        os.close(os.open(back, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            os.rename(path, back)
        except OSError:
            back.unlink()
            raise
    except FileExistsError:
        raise SessionError(
            f"{back}: is there already, so it is not overwritten; rename or delete it first."
        ) from None
    except OSError as problem:
        raise SessionError(f"{path}: cannot be restored: {why_refused(problem)}") from None
    for emptied in path.parents[:2]:
        with contextlib.suppress(OSError):  # something else lies there
            emptied.rmdir()
    return back


def in_trash(path: Path) -> bool:
    """Whether a file lies where deleted sessions lie."""
    return len(path.parents) > 2 and path.parents[1].name == _TRASH


def trashed(folder: Path) -> list[Path]:
    """Return the files in a folder's trash, the last one deleted first; raises `SessionError`."""
    try:
        places = sorted((folder / _TRASH).iterdir(), reverse=True)
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise SessionError(f"{folder / _TRASH}: cannot be read: {why_refused(problem)}") from None
    return [path for place in places if place.is_dir() for path in files(place)]
