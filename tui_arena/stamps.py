"""Times and ids as a session records them: their form, and fresh ones."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Annotated

import msgspec

_RFC_3339 = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)
Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time", "pattern": _RFC_3339})]
"""ISO 8601 with time zone; `session_json` sees to it, the JSON Schema asks for its usual form."""
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
NO_NEWLINE = r"(?!\n)"
"""Python's `$` lets a newline by at the end, without this."""
SessionId = Annotated[str, msgspec.Meta(pattern=_ID + NO_NEWLINE)]
"""Also the stem of the session's file, and so never a path."""


def is_session_id(text: str) -> bool:
    """Say whether a text can be the id of a session."""
    return re.match(_ID + NO_NEWLINE, text) is not None


def now() -> str:
    """Return the time as a session records it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def new_id() -> str:
    """Return a fresh id for a turn or an attempt."""
    return secrets.token_hex(4)


def new_session_id() -> str:
    """Return a fresh id for a session: when it began, and what tells it from others of then."""
    stamp = now()[:19].replace("-", "").replace(":", "").replace("T", "-")
    return f"{stamp}-{secrets.token_hex(3)}"
