"""What profiles there are, and whether what they need lies on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tui_arena.engine.profile import Profile, ProfileError, read_profiles
from tui_arena.engine.sources import files_of
from tui_arena.text import columns

_SOURCES = {True: "here", False: "missing", None: "fetched when first used"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One profile of the list."""

    profile: Profile
    path: Path
    here: bool | None
    """Whether the model's files are there; None where they come from a hub."""


def read_catalog(folders: Sequence[Path]) -> tuple[list[Entry], list[ProfileError]]:
    """Return the profiles that can be asked for by name, and what is wrong with the others."""
    profiles, problems = read_profiles(folders)
    return [Entry(profile, path, _is_here(profile)) for path, profile in profiles], problems


def as_table(entries: Sequence[Entry], *, ascii_only: bool = False) -> str:
    """Lay out a table for people: name, whether it is here, title, source."""
    rows = [("NAME", "MODEL", "TITLE", "SOURCE")]
    rows += [
        (entry.profile.name, _SOURCES[entry.here], entry.profile.title, _source(entry.profile))
        for entry in entries
    ]
    return columns(rows, ascii_only=ascii_only)


def as_json(entries: Sequence[Entry]) -> str:
    """Return an array of objects for programs: the profile's keys, `path` and `here`.

    Plain ASCII, so that nothing in a profile can act on a terminal.
    """
    return json.dumps(
        [
            {**msgspec.to_builtins(entry.profile), "path": str(entry.path), "here": entry.here}
            for entry in entries
        ],
        indent=1,
    )


def _source(profile: Profile) -> str:
    return f"{profile.preset} + {profile.lora}" if profile.lora else profile.preset


def _is_here(profile: Profile) -> bool | None:
    preset = profile.preset
    if profile.lora and not Path(profile.lora).is_file():
        return False
    if preset.startswith("package://") or Path(preset).is_absolute():
        return files_of(profile) is not None
    return None
