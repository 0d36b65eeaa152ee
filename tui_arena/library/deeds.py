"""What is done to saved sessions, each deed with the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui_arena.fork import save_fork
from tui_arena.library.naming import Change, name_session
from tui_arena.library.trash import delete, restore
from tui_arena.session import SIDES, Session, SessionError
from tui_arena.store import load_session

Name = Callable[[Path, Change], Session]
"""Changes title or tags of a session and returns it as it was before, as `name_session` does."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, to be undone with `undo`."""

    what: str
    """What it was, in two words."""
    path: Path
    """The session's file, as it lies now."""
    back: Change | None = None
    """What takes a change of title or tags back; None for a deletion or a fork."""
    deleted: bool = False


def rename(path: Path, title: str, name: Name = name_session) -> Deed:
    """Give a session a title; raises `SessionError`."""

    def change(session: Session) -> None:
        session.title = title

    before = name(path, change).title

    def back(session: Session) -> None:
        session.title = before

    return Deed("the title", path, back)


def retag(path: Path, tags: list[str], name: Name = name_session) -> Deed:
    """Give a session these tags in place of those it has; raises `SessionError`."""

    def change(session: Session) -> None:
        session.tags = list(tags)

    before = name(path, change).tags

    def back(session: Session) -> None:
        session.tags = list(before)

    return Deed("the tags", path, back)


def throw_away(path: Path) -> Deed:
    """Move a session into the trash; raises `SessionError`."""
    return Deed("the deletion", delete(path), deleted=True)


def fork_whole(path: Path) -> Deed:
    """Save a fork with all turns of a session beside it; raises `SessionError`."""
    session = load_session(path)
    last = max(len(session.panes[side].turns) for side in SIDES)
    if not last:
        raise SessionError("This session has no turn to fork at.")
    return Deed("the fork", save_fork(session, last, path.parent))


def undo(deed: Deed, name: Name = name_session) -> Path | None:
    """Take a deed back; return where the session lies now, None where a fork went into the trash.

    Raises `SessionError`.
    """
    if deed.deleted:
        return restore(deed.path)
    if deed.back is not None:
        name(deed.path, deed.back)
        return deed.path
    delete(deed.path)
    return None
