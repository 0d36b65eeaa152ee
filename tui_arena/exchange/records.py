"""Records out of a big file, one at a time: lines of JSONL, or the objects of a JSON array.

A broken record is named and skipped; no more than one record is held in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

_MOST_BYTES = 64 << 20
"""Longest record that is read; the longest conversations of the known sets have a few MB."""
_CHUNK = 1 << 18
_BOM = b"\xef\xbb\xbf"
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?P<end>")?|[{}]', re.DOTALL)
"""A brace, or a string, of which the end may not have been read yet."""
_NO_NUMBER = re.compile(rb"[:\[,]\s*-?(?:NaN|Infinity)\s*[,\]}]")
"""What Python writes where there is no number, and no other JSON reader takes."""
_PACKED = {
    b"\x1f\x8b": "packed by gzip; unpack it first, as with gunzip",
    b"PK\x03\x04": "a zip; unpack it first",
    b"(\xb5/\xfd": "packed by zstd; unpack it first",
    b"BZh": "packed by bzip2; unpack it first",
    b"\xfd7zXZ": "packed by xz; unpack it first",
    b"PAR1": "Parquet; write it as JSONL first",
}
"""What files begin with that hold no JSON as they are."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what it holds, or why it could not be read."""

    where: str
    """Such as "line 7"."""
    value: dict[str, Any] | None
    problem: str = ""


class Readable(Protocol):
    """What records are read from."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or so many bytes of it."""
        ...


def read_records(file: Readable) -> Iterator[Record]:
    """Yield the records of a file: of JSONL, of an array, or one object over several lines.

    Raises OSError where the file cannot be read.
    """
    number, first = 1, file.read(1)
    if first == _BOM[:1]:
        file.read(2)
        first = file.read(1)
    while first.isspace():
        number += first == b"\n"
        first = file.read(1)
    if first == b"[":
        yield from _objects(b"", file)
        return
    line = first + file.readline(_MOST_BYTES)
    for beginning, what in _PACKED.items():
        if line.startswith(beginning):
            yield Record(f"line {number}", None, f"it is {what}.")
            return
    if line.strip() == b"{":
        yield from _objects(line, file)
    else:
        yield from _lines(line, file, number)


def _lines(line: bytes, file: Readable, number: int) -> Iterator[Record]:
    while line:
        where = f"line {number}"
        if len(line) >= _MOST_BYTES and not line.endswith(b"\n"):
            yield Record(where, None, "it is longer than 64 MiB.")
            while line and not line.endswith(b"\n"):
                line = file.readline(_MOST_BYTES)
        elif line.strip():
            yield _decoded(where, line)
        line, number = file.readline(_MOST_BYTES), number + 1


def _objects(buffer: bytes, file: Readable) -> Iterator[Record]:
    """Find the outermost objects by their braces; those within strings do not count."""
    at, start, depth, number = 0, 0, 0, 0
    while True:
        token = _TOKEN.search(buffer, at)
        if token is None or (token[0].startswith(b'"') and token["end"] is None):
            resume = len(buffer) if token is None else token.start()
            keep = start if depth else resume
            pending = len(buffer) - keep
            more = file.read(max(_CHUNK, pending))
            if not more or pending > _MOST_BYTES:
                if depth:
                    reason = "is longer than 64 MiB" if more else "has no end"
                    problem = f"it {reason}; nothing after it can be read."
                    yield Record(f"record {number + 1}", None, problem)
                return
            buffer, at, start = buffer[keep:] + more, resume - keep, 0
            continue
        at = token.end()
        if token[0] == b"{":
            start = start if depth else token.start()
            depth += 1
        elif token[0] == b"}" and depth:
            depth -= 1
            if not depth:
                number += 1
                yield _decoded(f"record {number}", buffer[start:at])


def _decoded(where: str, raw: bytes) -> Record:
    try:
        if _NO_NUMBER.search(raw):
            value = json.loads(raw)
            msgspec.json.encode(value)  # which refuses halves of characters, as its decoder does
        else:
            value = msgspec.json.decode(raw)
    except RecursionError:
        return Record(where, None, "it is nested too deeply.")
    except (msgspec.DecodeError, UnicodeError, json.JSONDecodeError) as problem:
        return Record(where, None, f"it is not JSON ({problem}).")
    if not isinstance(value, dict):
        return Record(where, None, "it is not a JSON object.")
    return Record(where, value)
