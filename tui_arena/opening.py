"""From the names and paths of the command line to profiles, a session's file and a rater."""

from __future__ import annotations

import contextlib
import getpass
import os
from collections.abc import Sequence
from pathlib import Path

from tui_arena.engine.profile import (
    Profile,
    ProfileError,
    find_profile,
    list_profiles,
    profile_folders,
)
from tui_arena.errors import ArenaError
from tui_arena.folders import sessions_folder
from tui_arena.library.places import find_session, last_session
from tui_arena.library.reopening import old_file
from tui_arena.scenario import Scenario
from tui_arena.session import Session, Side, new_session
from tui_arena.software import software_versions
from tui_arena.store import SessionFile, fresh_file, prepare_folder


def find_pair(left: str, right: str, folder: str) -> tuple[Profile, Profile]:
    """Return the profiles of both sides; raises `ProfileError` where there is none."""
    folders = folders_of_profiles(folder)
    return find_profile(left, folders), find_profile(right, folders)


def known_profile(name: str, folders: Sequence[Path]) -> Profile | None:
    """Return the profile of a name that a session says; None where there is none, or a broken one.

    It is never taken for a path: a session may come from anywhere.
    """
    if name not in {path.stem for path in list_profiles(folders)}:
        return None
    with contextlib.suppress(ProfileError):
        return find_profile(name, folders)
    return None


def folders_of_profiles(named: str) -> list[Path]:
    """Return where profiles are looked for, in the folder named first; the usual ones where empty.

    Raises ArenaError where there is no such folder.
    """
    folder = Path(named) if named else None
    if folder is not None and not folder.is_dir():
        raise ArenaError(f"There is no folder {folder} to look for profiles in.")
    return profile_folders(folder)


def folder_of_sessions(named: str) -> Path:
    """Return the folder that the settings name, or the usual one where that is empty."""
    return Path(named) if named else sessions_folder()


def new_file(pair: tuple[Profile, Profile], scenario: Scenario | None, named: str) -> SessionFile:
    """Begin a session in the folder named, in the usual one where that is empty.

    Raises ArenaError where the folder cannot take it.
    """
    folder = folder_of_sessions(named)
    prepare_folder(folder)
    system = scenario.system if scenario else ""
    left, right = (system or profile.system for profile in pair)
    session = new_session(systems=(left, right), scenario=scenario.name if scenario else None)
    session.software.update(software_versions())
    return fresh_file(session, folder)


def file_to_resume(name: str, named: str) -> tuple[SessionFile, str]:
    """Open the session that is meant, a file, an id or the `last` one of the folder named.

    Also returns what to say, as `old_file` does. Raises ArenaError where there is none, or it
    cannot be gone on with.
    """
    folder = folder_of_sessions(named)
    return old_file(last_session(folder) if name == "last" else find_session(name, folder))


def profile_of(session: Session, side: Side, usual: str, folder: str) -> str:
    """Return the name of the profile that a side of an old session goes on with.

    That is the one it had last; the usual one where it had none, or was imported and names a model
    for which there is no profile here.
    """
    name = session.panes[side].profile
    if session.imported is not None:
        return name if known_profile(name, folders_of_profiles(folder)) else usual
    return name or usual


def rater_or_login(name: str) -> str:
    """Return the name to rate under: the one given, or the login where it is empty."""
    if name.strip():
        return name.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a machine that has no name for this user
        return f"user-{os.getuid()}"
