"""The JSON Schema of the session file, from the very types that read it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tui_arena.session import SCHEMA, Session
from tui_arena.stamps import NO_NEWLINE

_ONLY_FOR_PYTHON = json.dumps(NO_NEWLINE)[1:-1]
"""Many programs know no such patterns; and everywhere else `$` is the end."""


def session_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a session.

    What it passes, the arena reads, except for what no JSON Schema can say: that `selected` and
    `choices` name attempts that are there, and that a time is on the calendar.
    """
    made = msgspec.json.schema(Session)
    records = made["$defs"]
    turn = records["Turn"]
    del turn["properties"]["attempts"]["default"]
    turn["required"].append("attempts")  # none at all is refused as well
    root = records.pop("Session")
    del root["properties"]["schema"]["default"]
    root["required"].insert(0, "schema")
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "description": root.pop("description"),
    }
    root.pop("title", None)
    whole = about | root | {"$defs": records}
    plain: dict[str, Any] = json.loads(json.dumps(whole).replace(_ONLY_FOR_PYTHON, ""))
    return plain
