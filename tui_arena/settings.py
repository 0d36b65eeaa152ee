"""Settings: what holds where the command line says nothing, from one TOML file of the user's."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.folders import config_folder
from tui_arena.sizes import read_size
from tui_arena.toml_file import as_struct, read_table


class SettingsError(ArenaError):
    """Settings that cannot be read, or that ask for what there is not."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set; the defaults are those of the arena."""

    left: str = "smollm2-135m"
    """Profile of the left side: a name, or the path of a file."""
    right: str = "smollm2-sampled"
    """Profile of the right side."""
    scenario: str = ""
    """Prompts to play: a name or a path; a free conversation where empty."""
    sessions: str = ""
    """Folder that sessions are saved in; the usual one where empty."""
    profiles: str = ""
    """Folder that profiles are looked for in first; only the usual ones where empty."""
    memory: str = ""
    """How much of each device models may take, such as 12GB; nearly all of it where empty."""
    blind: bool = False
    """Whether to begin without saying which model is which."""
    suggest: bool = True
    """Whether the marks that a checker suggests are shown."""
    rater: str = ""
    """The name that marks are given under; the login where empty."""
    weights: str = ""
    """What each symbol counts in the score, such as "ok=1,garbage=-2"; as usual where empty."""
    theme: str = "arena-night"
    """Name of a theme, one of the arena's or one of Textual's."""
    ascii: bool = False
    """Whether only ASCII is shown."""
    colour: bool = True
    """Whether there are colours."""
    slow_link: bool = False
    """Whether little is to be written to the terminal: few redraws, nothing that blinks."""
    reduced_motion: bool = False
    """Whether nothing blinks or slides."""
    keys: dict[str, tuple[str, ...]] = {}
    """Keys by the id of their command, instead of those that it has; of a page, `page.id`."""


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings that hold, and where each comes from."""

    settings: Settings
    sources: Mapping[str, str]
    """By the name of the setting: an option, a variable, the file's name, or "default"."""
    path: Path
    """The file, whether it exists or not."""


def settings_file() -> Path:
    """Return the file that settings are read from; it need not exist."""
    return config_folder() / "config.toml"


def settings_in_force(given: Mapping[str, object] | None = None) -> InForce:
    """Return what holds: the command line before the environment, the file, and the defaults.

    Args:
        given: what the command line says, by the name of the setting.

    Raises:
        SettingsError: one sentence naming file, key and expectation.
    """
    path = settings_file()
    layers = [
        ("default", msgspec.to_builtins(Settings())),
        (path.name, _read(path)),
        *_environment(),
        *((f"--{_option(name)}", {name: value}) for name, value in (given or {}).items()),
    ]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, layer in layers:
        values |= layer
        sources |= dict.fromkeys(layer, source)
    return InForce(msgspec.convert(values, Settings), sources, path)


def _read(path: Path) -> dict[str, Any]:
    """Return what the file says, paths counted from its folder; nothing where there is no file."""
    if not path.exists() and not path.is_symlink():
        return {}
    table = read_table(path, error=SettingsError)
    keys = table.get("keys")
    if isinstance(keys, dict):
        table["keys"] = {name: _key_list(path, name, listed) for name, listed in _named(keys)}
    settings = as_struct(table, Settings, path, error=SettingsError)
    said: dict[str, Any] = {name: getattr(settings, name) for name in table}
    for name in ("left", "right", "scenario"):
        if name in said and ("/" in said[name] or said[name].endswith(".toml")):
            said[name] = _from_folder(path, said[name])
    for name in ("sessions", "profiles"):
        if said.get(name):
            said[name] = _from_folder(path, said[name])
    if said.get("memory"):
        try:
            read_size(said["memory"])
        except ArenaError as problem:
            raise SettingsError(f"{path}: key `memory`: {problem}") from None
    for name in ("left", "right", "theme"):
        if name in said and not said[name].strip():
            raise SettingsError(f"{path}: key `{name}`: is empty; give a name or leave it out.")
    return said


def _named(keys: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield what stands for each command; those of a page are a table of their own in TOML."""
    for name, listed in keys.items():
        if isinstance(listed, dict):
            yield from ((f"{name}.{command}", each) for command, each in listed.items())
        else:
            yield name, listed


def _key_list(path: Path, name: str, keys: object) -> list[str]:
    listed = [keys] if isinstance(keys, str) else keys
    if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
        raise SettingsError(f"{path}: key `keys.{name}`: expected a key or a list of keys.")
    return listed


def _from_folder(path: Path, named: str) -> str:
    return str(path.parent / Path(named).expanduser())


def _environment() -> list[tuple[str, dict[str, object]]]:
    """Return what variables say that other programs heed as well."""
    said: list[tuple[str, dict[str, object]]] = []
    if "NO_COLOR" in os.environ:
        said.append(("NO_COLOR", {"colour": False}))
    if theme := os.environ.get("TEXTUAL_THEME"):
        said.append(("TEXTUAL_THEME", {"theme": theme}))
    if os.environ.get("TEXTUAL_ANIMATIONS", "").lower() == "none":
        said.append(("TEXTUAL_ANIMATIONS", {"reduced_motion": True}))
    return said


def _option(name: str) -> str:
    return {"rater": "as"}.get(name, name).replace("_", "-")
