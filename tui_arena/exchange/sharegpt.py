"""Dialogs as ShareGPT's readers take them: `id` and `conversations` of `from` and `value`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.dialogs import dialogs
from tui_arena.exchange.found import Found
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.messages import RecordError, as_dialog
from tui_arena.session_json import in_one_line

_FROM = {"system": "system", "user": "human", "assistant": "gpt"}


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield one JSON array, a dialog a line: FastChat's training reads nothing else."""
    separator = b"[\n"
    for name, messages in dialogs(collected, left_out):
        said = [{"from": _FROM[m["role"]], "value": m["content"]} for m in messages]
        yield separator + in_one_line({"id": name, "conversations": said})
        separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def read(record: dict[str, Any]) -> Found:
    """Read a dialog; raises `RecordError` where it is none."""
    try:
        row = msgspec.convert(record, _Row)
    except msgspec.ValidationError as problem:
        raise RecordError(f"{problem}.") from None
    return Found(
        id="" if row.id is None else str(row.id),
        left=as_dialog((said.by, said.value) for said in row.conversations),
        models=(row.model or "", ""),
        ignored=tuple(sorted(record.keys() - _FIELDS)),
    )


class _Message(msgspec.Struct):
    value: str
    by: str = msgspec.field(name="from")


class _Row(msgspec.Struct):
    conversations: list[_Message]
    id: str | int | None = None
    model: str | None = None


_FIELDS = {field.name for field in msgspec.structs.fields(_Row)}
