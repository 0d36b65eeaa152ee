"""Saved sessions as they are found in folders: those that are known at once, then the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tui_arena.library.entry import Entry, Saved, entry_of
from tui_arena.library.index import Stamp, read_index, stamp, write_index
from tui_arena.session import SessionError
from tui_arena.store import load_session, why_refused


def read_file(path: Path) -> Saved:
    """Return what is known of one session; raises `SessionError` where it cannot be read."""
    return Saved(path, entry_of(load_session(path)))


def read_folder(folder: Path) -> Iterator[Saved | SessionError]:
    """Return the sessions of a folder, and of each file that cannot be read, why.

    Only files that are new or changed are read, the newest first; the others are in the index. What
    was read is kept, also where the caller takes no more. Raises `SessionError` where the folder
    cannot be read; one that does not exist is empty.
    """
    known = read_index(folder)
    there: dict[str, tuple[Stamp, Entry]] = {}
    fresh: list[tuple[Path, Stamp]] = []
    for path in files(folder):
        try:
            now = stamp(path)
        except OSError:  # gone since
            continue
        before = known.get(path.name)
        if before is not None and before[0] == now:
            there[path.name] = before
            yield Saved(path, before[1])
        else:
            fresh.append((path, now))
    changed = there.keys() != known.keys()
    try:
        for path, before_reading in sorted(fresh, key=lambda pair: -pair[1][2]):
            try:
                saved = read_file(path)
                unchanged = stamp(path) == before_reading  # else it was saved while it was read
            except SessionError as problem:
                if path.exists():
                    yield problem
                continue
            except OSError:
                continue
            if unchanged:
                there[path.name] = before_reading, saved.entry
                changed = True
            yield saved
    finally:
        if changed:
            write_index(folder, there)


def files(folder: Path) -> list[Path]:
    """Return the JSON files of a folder; raises `SessionError` where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            names = [
                each.name
                for each in found
                if each.name.endswith(".json")
                and not each.name.startswith(".")
                and not each.is_dir()
            ]
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise SessionError(f"{folder}: cannot be read: {why_refused(problem)}") from None
    return [folder / name for name in sorted(names)]
