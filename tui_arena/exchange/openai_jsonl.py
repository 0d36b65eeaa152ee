"""Dialogs as OpenAI's fine-tuning reads them: a line each, `{"messages": […]}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.dialogs import dialogs
from tui_arena.exchange.found import Found
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.messages import RecordError, as_dialog, as_text
from tui_arena.session_json import in_one_line


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield a line for each side that said something."""
    for _, messages in dialogs(collected, left_out):
        yield in_one_line({"messages": messages}) + b"\n"


def read(record: dict[str, Any]) -> Found:
    """Read a dialog; raises `RecordError` where it is none."""
    try:
        row = msgspec.convert(record, _Row)
    except msgspec.ValidationError as problem:
        raise RecordError(f"{problem}.") from None
    messages = [
        (message.role, as_text(message.content, number))
        for number, message in enumerate(row.messages, 1)
    ]
    return Found(
        id="" if row.id is None else str(row.id),
        left=as_dialog(messages),
        models=(row.model or "", ""),
        ignored=tuple(sorted(record.keys() - _FIELDS)),
    )


class _Message(msgspec.Struct):
    role: str
    content: Any = None


class _Row(msgspec.Struct):
    messages: list[_Message]
    id: str | int | None = None
    model: str | None = None


_FIELDS = {field.name for field in msgspec.structs.fields(_Row)}
