"""A saved session to go on with."""

from __future__ import annotations

from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.fork import whole_copy
from tui_arena.session import SessionError
from tui_arena.software import software_versions
from tui_arena.store import SessionFile, fresh_file, load_session, locked_file, prepare_folder


def old_file(path: Path) -> tuple[SessionFile, str]:
    """Open a session to go on with; a copy of it where another program has it open.

    Also returns one line that says so, empty otherwise. Raises ArenaError where it cannot be.
    """
    session = load_session(path)
    if path.name != f"{session.id}.json":
        raise ArenaError(f"{path} must be called {session.id}.json, after its session; rename it.")
    prepare_folder(path.parent)
    says = ""
    file = locked_file(session, path.parent)
    if file is None:
        file = fresh_file(whole_copy(session), path.parent)
        says = "Open elsewhere already, so this is a copy."
    else:
        try:
            file.session = load_session(path)  # whoever had it may have saved until just now
        except SessionError:
            file.close()
            raise
    file.session.software.update(software_versions())
    return file, says
