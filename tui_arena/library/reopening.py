"""A saved session to go on with."""

from __future__ import annotations

from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.software import software_versions
from tui_arena.store import SessionFile, load_session, prepare_folder


def old_file(path: Path) -> SessionFile:
    """Open a session to go on with; raises ArenaError where that cannot be."""
    session = load_session(path)
    if path.name != f"{session.id}.json":
        raise ArenaError(f"{path} must be called {session.id}.json, after its session; rename it.")
    prepare_folder(path.parent)
    session.software.update(software_versions())
    return SessionFile(session, path.parent)
