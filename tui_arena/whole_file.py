"""Files put in place whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW

_LONGEST = 100
"""Bytes of a name: no id of a session has more, and a file system takes so many and some."""


def write_whole(
    path: Path, parts: Iterable[bytes], *, mode: int = 0o600, durable: bool = False
) -> None:
    """Write a file beside its place, then move it there; raises OSError, and leaves the old one.

    `mode` is for a file that is new, less what the umask takes; `durable` has it on the disk before
    this returns. What a killed program leaves is `.NAME.PID.XXXXXXXX.tmp`, where a very long name
    is cut.
    """
    stem = os.fsdecode(os.fsencode(path.name.lstrip(".").partition(".")[0])[:_LONGEST])
    temporary = path.parent / f".{stem}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    descriptor = os.open(temporary, _NEW, mode)
    with ExitStack() as undone:
        undone.callback(_remove, temporary)
        try:
            for part in parts:
                left = memoryview(part)
                while left:
                    left = left[os.write(descriptor, left) :]
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
        undone.pop_all()
    if durable:
        _sync_folder(path.parent)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network folders can't
            raise
    finally:
        os.close(descriptor)
