"""What was found, as JSON for programs."""

from __future__ import annotations

import json

import msgspec

from tui_arena.patterns.found import Patterns


def as_json(found: Patterns) -> str:
    """Return one object; plain ASCII, so that nothing in a session can act on a terminal."""
    return json.dumps(msgspec.to_builtins(found), indent=1, allow_nan=False).replace(
        "\x7f", "\\u007f"
    )
