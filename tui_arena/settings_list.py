"""The settings in force, as a table for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from tui_arena.folders import sessions_folder
from tui_arena.manner import Manner
from tui_arena.opening import rater_or_login
from tui_arena.settings import InForce
from tui_arena.text import columns, display_text


def as_table(found: InForce, manner: Manner, *, ascii_only: bool = False) -> str:
    """Lay out a table for people: setting, value, where it comes from; and the file's place."""
    rows = [("SETTING", "VALUE", "FROM")]
    rows += [(name, _written(value), source) for name, value, source in _entries(found, manner)]
    there = "" if found.path.exists() else " (there is none yet)"
    path = display_text(str(found.path), ascii_only=ascii_only)
    return f"{columns(rows, ascii_only=ascii_only)}\n\nThe file is {path}{there}."


def as_json(found: InForce, manner: Manner) -> str:
    """Return an object for programs: `path`, and `settings` with `value` and `from` by name.

    Plain ASCII, so that nothing in a file can act on a terminal.
    """
    settings = {
        name: {"value": value, "from": source} for name, value, source in _entries(found, manner)
    }
    return json.dumps({"path": str(found.path), "settings": settings}, indent=1)


def _entries(found: InForce, manner: Manner) -> Iterator[tuple[str, object, str]]:
    values = msgspec.to_builtins(found.settings)
    values["sessions"] = values["sessions"] or str(sessions_folder())
    values["rater"] = rater_or_login(values["rater"])
    keys = values.pop("keys")
    for name, value in values.items():
        yield name, value, found.sources[name]
    named = {command.id: command for command in manner.commands}
    for page, commands in manner.pages.items():
        named |= {f"{page}.{command.id}": command for command in commands}
    for name, command in named.items():
        source = found.sources["keys"] if name in keys else "default"
        yield f"keys.{name}", list(command.keys), source


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value) or "none"
