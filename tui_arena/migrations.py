"""Sessions of older versions, brought forward one version at a time on their plain JSON data.

A migration is a pure function: it returns new data, leaves its own alone, and hands on every field
that it does not know, so that what reads the last version refuses that field by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tui_arena.session import SCHEMA, SessionError

Migration = Callable[[dict[str, Any]], dict[str, Any]]

_FAMILY, _, _number = SCHEMA.rpartition("/")
VERSION = int(_number)
"""The version that this program writes."""

MIGRATIONS: dict[int, Migration] = {}
"""By the number of an older version, what makes the next one of it; `schema` is set for it."""


def version_of(schema: str) -> int:
    """Return the version that a `schema` names; raises `SessionError` unless it can be read."""
    if not schema:
        raise SessionError(f"is not a session: it has no `schema` that says “{SCHEMA}”.")
    found = re.fullmatch(rf"{re.escape(_FAMILY)}/(0|[1-9][0-9]{{0,8}})", schema)
    if not found:
        raise SessionError(
            f"is not a session of the arena: its `schema` is “{schema[:80]}”, not “{SCHEMA}”."
        )
    version = int(found[1])
    if version > VERSION:
        raise SessionError(
            f"is a session of a newer version, “{schema}”, and this program reads “{SCHEMA}”; "
            "use a newer tui-arena."
        )
    if not all(older in MIGRATIONS for older in range(version, VERSION)):
        raise SessionError(f"is a session of a version that no tui-arena reads, “{schema}”.")
    return version


def migrated(plain: dict[str, Any], version: int) -> dict[str, Any]:
    """Return a session's data as the version of this program has it.

    Raises `SessionError` where the data has not the shape of its own version.
    """
    while version < VERSION:
        try:
            plain = MIGRATIONS[version](plain)
        except (AttributeError, LookupError, TypeError, ValueError) as problem:
            raise SessionError(
                f"is damaged, it has not the shape of “{_FAMILY}/{version}” ({problem!r})."
            ) from None
        version += 1
        plain = plain | {"schema": f"{_FAMILY}/{version}"}
    return plain
