"""All that scoring finds, as JSON for programs: strict, in plain ASCII, a row of a table a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Cost, Median, Recap, Scores, Share, Symbols


def write(scores: Scores) -> Iterator[bytes]:
    """Yield one object; plain ASCII, so that nothing in a session can act on a terminal."""
    yield b"{"
    for number, (key, value) in enumerate(_tables(scores)):
        yield f"{',' if number else ''}\n {json.dumps(key)}: ".encode()
        yield from _rows(value)
    yield b"\n}\n"


def _tables(scores: Scores) -> Iterator[tuple[str, object]]:
    for key in ("files", "sessions", "replies", "rated", "disputed", "weights"):
        yield key, getattr(scores, key)
    yield (
        "raters",
        [
            {"name": name, "replies": replies, "counted": name in scores.counted}
            for name, replies in scores.raters
        ],
    )
    yield "problems", scores.problems
    yield "notes", scores.notes
    yield "reliability", scores.reliability
    yield "dialog", scores.dialogs
    yield "fixing", scores.fixing
    yield "recap", scores.recap
    yield "habits", scores.habits
    yield "paired", scores.paired
    yield "bradley_terry", scores.ladder
    yield "agreement", scores.agreement
    yield "checker", scores.checked


def _rows(value: object) -> Iterator[bytes]:
    if not isinstance(value, list | tuple) or not value:
        yield _text(value)
        return
    yield b"["
    for number, row in enumerate(value):
        yield (b",\n  " if number else b"\n  ") + _text(row)
    yield b"\n ]"


def _text(value: object) -> bytes:
    return json.dumps(_plain(value), allow_nan=False).encode()


def _plain(value: object) -> object:
    """Return what JSON can hold: records by the names of their fields, replies by their ids."""
    if isinstance(value, Reply):
        return _reply(value)
    if isinstance(value, Share):
        n, interval = value.of, list(value.interval)
        return {"hits": value.hits, "n": n, "share": value.value, "interval": interval}
    if isinstance(value, Median):
        known = list(value.quarters) if value.of else None
        return {"median": value.value, "n": value.of, "quarters": known}
    if isinstance(value, Cost):
        reach = list(value.interval) if value.interval is not None else None
        return {"mean": value.value, "n": value.of, "interval": reach}
    if isinstance(value, Symbols):
        return _fields(value) | {"n": value.n}
    if isinstance(value, Recap):
        return _recap(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _fields(record: object) -> dict[str, object]:
    """Return its fields by their names, but for the answers behind its figures."""
    assert is_dataclass(record)
    named = [each.name for each in fields(record) if not each.name.startswith("behind")]
    return {name: _plain(getattr(record, name)) for name in named}


def _recap(row: Recap) -> dict[str, object]:
    """Return a row of the recap with its symbols as fields of its own, and without its replies."""
    found = _fields(row)
    del found["replies"]
    counts = found.pop("symbols")
    assert isinstance(counts, dict)
    return {"rank": row.rank, "model": row.model, **counts, **found, "rated": len(row.replies)}


def _reply(reply: Reply) -> dict[str, object]:
    return {
        "session": reply.session,
        "side": reply.side,
        "turn": reply.turn,
        "attempt": reply.attempt,
        "number": reply.number,
        "model": reply.model,
        "prompt": reply.prompt,
        "marks": reply.marks,
    }
