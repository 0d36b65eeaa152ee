"""What is known of the sessions of a folder, kept in the cache folder from list to list.

It is a cache and no more: it may be deleted or damaged at any time, then the files are read again.
A line belongs to a file for as long as its inode, size and times are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from pathlib import Path

import msgspec

from tui_arena.folders import cache_folder, private_folder
from tui_arena.library.entry import Entry
from tui_arena.whole_file import write_whole

_FORMAT = "tui-arena/sessions-index/1"
"""Another one whenever `Entry` or what stands in it means something else."""
_MOST_BYTES = 256 << 20
_MOST_TEXT = 48_000_000
"""Characters of all texts together; sessions beyond that are found by opening them."""
_MOST_FOLDERS = 16
"""Indexes that are kept, those of the folders that were listed last."""
_ABANDONED_AFTER = 3600.0
"""Seconds; no index takes that long to write."""

Stamp = tuple[int, int, int, int]
"""Inode, size, and the times of change of a file and of its contents, in nanoseconds."""


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    folder: str


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    stamp: Stamp
    entry: Entry


_head_decoder = msgspec.json.Decoder(_Head)
_line_decoder = msgspec.json.Decoder(_Line)
_encoder = msgspec.json.Encoder()


def stamp(path: Path) -> Stamp:
    """Return what a file's contents are known by; raises OSError."""
    about = path.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def index_file(folder: Path) -> Path:
    """Return where the index of a folder lies; it need not exist."""
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    return cache_folder() / "sessions" / f"{name}.jsonl"


def read_index(folder: Path) -> dict[str, tuple[Stamp, Entry]]:
    """Return what is known of a folder's files, by their names; nothing where there is no index."""
    known: dict[str, tuple[Stamp, Entry]] = {}
    try:
        with index_file(folder).open("rb") as file:
            if os.fstat(file.fileno()).st_size > _MOST_BYTES:
                return {}
            if _head_decoder.decode(file.readline()) != _head(folder):
                return {}
            for raw in file:  # line by line, so that other threads get their turn
                with contextlib.suppress(msgspec.MsgspecError, UnicodeError):
                    line = _line_decoder.decode(raw)
                    known[_real_name(line.name)] = line.stamp, line.entry
    except (OSError, msgspec.MsgspecError, UnicodeError):
        pass
    return known


def write_index(folder: Path, known: dict[str, tuple[Stamp, Entry]]) -> None:
    """Keep what is known of a folder's files; where that cannot be, nothing is kept."""
    path = index_file(folder)
    room = _MOST_TEXT
    with contextlib.suppress(OSError):
        lines = [_encoder.encode(_head(folder))]
        for name, (mark, entry) in sorted(known.items(), key=_age):
            room -= len(entry.text)
            kept = entry if room >= 0 else msgspec.structs.replace(entry, text="", whole=False)
            with contextlib.suppress(UnicodeError):  # half a surrogate pair: read it every time
                lines.append(_encoder.encode(_Line(_plain_name(name), mark, kept)))
        private_folder(path.parent)
        write_whole(path, (line + b"\n" for line in lines))
        _clear(path.parent)


def _head(folder: Path) -> _Head:
    return _Head(_FORMAT, _plain_name(str(folder.resolve())))


def _age(known: tuple[str, tuple[Stamp, Entry]]) -> int:
    return -known[1][0][2]


def _clear(folder: Path) -> None:
    """Forget the folders that were not listed for the longest time, and what a crash left."""
    aged = sorted(folder.glob("*.jsonl"), key=lambda path: -path.stat().st_mtime_ns)
    for path in aged[_MOST_FOLDERS:]:
        path.unlink(missing_ok=True)
    for path in folder.glob("*.tmp"):
        if time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
            path.unlink(missing_ok=True)


def _plain_name(name: str) -> str:
    """Return a file's name as text that any encoding can carry; a name is bytes."""
    return os.fsencode(name).decode("latin-1")


def _real_name(plain: str) -> str:
    return os.fsdecode(plain.encode("latin-1"))
