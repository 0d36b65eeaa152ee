"""The settings in force, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import msgspec

from tui_arena.command import Command
from tui_arena.folders import sessions_folder
from tui_arena.opening import rater_or_login
from tui_arena.settings import InForce
from tui_arena.text import columns, display_text


def as_table(found: InForce, commands: Sequence[Command], *, ascii_only: bool = False) -> str:
    """Lay out a table for people: setting, value, where it comes from; and the file's place."""
    rows = [("SETTING", "VALUE", "FROM")]
    rows += [(name, _written(value), source) for name, value, source in _entries(found, commands)]
    there = "" if found.path.exists() else " (there is none yet)"
    path = display_text(str(found.path), ascii_only=ascii_only)
    return f"{columns(rows, ascii_only=ascii_only)}\n\nThe file is {path}{there}."


def as_json(found: InForce, commands: Sequence[Command]) -> str:
    """Return an object for programs: `path`, and `settings` with `value` and `from` by name.

    Plain ASCII, so that nothing in a file can act on a terminal.
    """
    settings = {
        name: {"value": value, "from": source} for name, value, source in _entries(found, commands)
    }
    return json.dumps({"path": str(found.path), "settings": settings}, indent=1)


def _entries(found: InForce, commands: Sequence[Command]) -> Iterator[tuple[str, object, str]]:
    values = msgspec.to_builtins(found.settings)
    values["sessions"] = values["sessions"] or str(sessions_folder())
    values["rater"] = rater_or_login(values["rater"])
    keys = values.pop("keys")
    for name, value in values.items():
        yield name, value, found.sources[name]
    for command in commands:
        source = found.sources["keys"] if command.id in keys else "default"
        yield f"keys.{command.id}", list(command.keys), source


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value) or "none"
