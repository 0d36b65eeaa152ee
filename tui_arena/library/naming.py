"""Titles and tags of saved sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from tui_arena.library.entry import folded
from tui_arena.library.index import Stamp, stamp
from tui_arena.session import Session, SessionError
from tui_arena.store import load_session, locked_file, open_elsewhere, why_refused

MOST_TITLE = 200
MOST_TAG = 50
MOST_TAGS = 50
_TRIES = 5

Change = Callable[[Session], None]
"""Writes a title or tags into a session."""


def clean_title(text: str) -> str:
    """Return a title on one line; raises `SessionError` where it is too long."""
    title = " ".join(text.split())
    if len(title) > MOST_TITLE:
        raise SessionError(
            f"A title has at most {MOST_TITLE} characters; this one has {len(title)}."
        )
    return title


def clean_tags(given: Iterable[str]) -> list[str]:
    """Return tags, each once, as they are written between commas; raises `SessionError`."""
    tags: dict[str, str] = {}
    for tag in (" ".join(part.split()) for text in given for part in text.split(",")):
        if len(tag) > MOST_TAG:
            raise SessionError(f"A tag has at most {MOST_TAG} characters; “{tag[:20]}…” has more.")
        if tag:
            tags.setdefault(folded(tag), tag)
    if len(tags) > MOST_TAGS:
        raise SessionError(f"A session has at most {MOST_TAGS} tags; these are {len(tags)}.")
    return list(tags.values())


def with_tags(tags: Sequence[str], more: Iterable[str]) -> list[str]:
    """Return tags and those of `more` that are not among them."""
    known = {folded(tag) for tag in tags}
    return [*tags, *(tag for tag in clean_tags(more) if folded(tag) not in known)]


def without_tags(tags: Sequence[str], gone: Iterable[str]) -> list[str]:
    """Return tags without those of `gone`, however they are written."""
    left_out = {folded(tag) for tag in clean_tags(gone)}
    return [tag for tag in tags if folded(tag) not in left_out]


def changed(session: Session, change: Change) -> Session:
    """Change a session in memory; return one with the title and the tags that it had before."""
    before = msgspec.structs.replace(session, tags=list(session.tags))
    change(session)
    return before


def name_session(path: Path, change: Change) -> Session:
    """Change title or tags of a session that is not open; return it as it was before.

    When it last changed stays as it was, and so does its place in the list. Raises `SessionError`
    where it cannot be read or written, or is being written by another program all the while.
    """
    path = path.resolve()  # a link stays one
    for _ in range(_TRIES):
        read = _stamp(path)
        session = load_session(path)
        before = changed(session, change)
        file = locked_file(session, path.parent)
        if file is None:
            raise SessionError(open_elsewhere(path))
        file.path = path  # whatever it is called
        try:
            if _stamp(path) == read:
                file.save()
                return before
        finally:
            file.close()
    raise SessionError(f"{path}: is being written by another program; try again once it is closed.")


def _stamp(path: Path) -> Stamp:
    try:
        return stamp(path)
    except OSError as problem:
        raise SessionError(f"{path}: cannot be read: {why_refused(problem)}") from None
