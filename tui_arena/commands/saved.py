"""What a command reads that is told no place: the folder that sessions are saved in."""

from __future__ import annotations

from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.folders import sessions_folder


def saved_sessions(named: str) -> list[Path]:
    """Return the files that `tui-arena sessions` lists, and so no examples in folders below.

    `named` is the folder of the settings; empty for the usual one. Raises `ArenaError` where there
    is no session.
    """
    from tui_arena.library.listing import files

    folder = Path(named) if named else sessions_folder()
    found = list(files(folder))
    if not found:
        raise ArenaError(f"There is no session in {folder} yet.")
    return found
