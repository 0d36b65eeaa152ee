"""From what people call a session to its file: a path, an id or an end of it, or the last one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tui_arena.library.entry import Saved, newest_first
from tui_arena.library.listing import files, read_file, read_folder
from tui_arena.library.trash import in_trash, trashed
from tui_arena.session import SessionError

_LEAST = 4
"""Characters that are enough of an id."""


def read_places(
    paths: Sequence[Path], *, trash: bool = False
) -> tuple[list[Saved], list[SessionError]]:
    """Return the sessions in folders, their trash instead, and in files, each once.

    Also returns why others cannot be read.
    """
    found: dict[Path, Saved] = {}
    problems: list[SessionError] = []
    for path in paths:
        try:
            for each in _read_place(path, trash=trash):
                if isinstance(each, SessionError):
                    problems.append(each)
                else:
                    found.setdefault(each.path.absolute(), each)
        except SessionError as problem:
            problems.append(problem)
    return list(found.values()), problems


def _read_place(path: Path, *, trash: bool) -> Iterator[Saved | SessionError]:
    if not trash and path.is_dir():
        yield from read_folder(path)
        return
    for file in trashed(path) if trash else [path]:
        try:
            yield read_file(file)
        except SessionError as problem:
            yield problem


def find_session(name: str, folder: Path) -> Path:
    """Return the session's file: at a path, or in a folder by its id, its beginning or its end.

    Raises `SessionError` where there is none, or where several are meant.
    """
    path = _path(name)
    if path.exists():
        return path
    if "/" in name or name.endswith(".json"):
        raise SessionError(f"{path}: there is no such file.")
    meant = _meant(name, files(folder))
    if not meant:
        raise SessionError(
            f"There is no session {name} in {folder}; `tui-arena sessions` lists them."
        )
    if len(meant) > 1:
        raise SessionError(f"{name} can mean {_listed(meant)}; write more of it.")
    return meant[0]


def find_deleted(name: str, folder: Path) -> Path:
    """Return a file in the trash, the last one deleted where there are several of that name.

    Raises `SessionError` where there is none, or where several names are meant.
    """
    path = _path(name)
    if in_trash(path) and path.exists():
        return path
    place = path.parent if path.name != name else folder
    meant = _meant(path.name.removesuffix(".json"), trashed(place))
    if not meant:
        raise SessionError(
            f"There is no session {name} in the trash of {place}; "
            "`tui-arena sessions --trash` lists it."
        )
    if len({path.name for path in meant}) > 1:
        raise SessionError(f"{name} can mean {_listed(meant)}; write more of it.")
    return meant[0]


def _path(name: str) -> Path:
    """Return what may be a path; an empty one would be the current folder."""
    if not name:
        raise SessionError("The name of a session is empty; `tui-arena sessions` lists them.")
    return Path(name).expanduser()


def last_session(folder: Path) -> Path:
    """Return the session that changed last; raises `SessionError` where there is none."""
    saved = [each for each in read_folder(folder) if isinstance(each, Saved)]
    if not saved:
        raise SessionError(f"There is no session in {folder} to go on with.")
    return min(saved, key=newest_first).path


def _meant(name: str, paths: Sequence[Path]) -> list[Path]:
    exact = [path for path in paths if path.stem == name]
    if exact or len(name) < _LEAST:
        return exact
    return [path for path in paths if path.stem.startswith(name) or path.stem.endswith(name)]


def _listed(paths: Sequence[Path]) -> str:
    names = list(dict.fromkeys(path.stem for path in paths))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
