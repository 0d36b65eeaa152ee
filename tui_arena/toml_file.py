"""TOML files that people write, read into a struct; errors name file, key and expectation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import tomli

from tui_arena.errors import ArenaError

_T = TypeVar("_T", bound=msgspec.Struct)

_MOST_BYTES = 1 << 20


def read_toml(path: Path, kind: type[_T], *, error: type[ArenaError]) -> _T:
    """Read a TOML file into a struct that forbids unknown fields.

    Raises `error` with one sentence where the file is missing, too big, not TOML, or has a key that
    is unknown, missing or of the wrong type.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise error(f"{path}: too big for a file of this kind (more than 1 MiB).")
        raw = path.read_bytes()
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}.") from None
    try:
        table = tomli.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise error(f"{path}: is not UTF-8 text; save it as UTF-8.") from None
    except tomli.TOMLDecodeError as problem:
        raise error(f"{path}: is not valid TOML: {problem}.") from None
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as problem:
        raise error(f"{path}: {_in_plain_words(str(problem), kind)}") from None


def _in_plain_words(problem: str, kind: type[msgspec.Struct]) -> str:
    """Turn msgspec's message into one that speaks of keys, for example `sampler.top_k`."""
    what, _, where = problem.partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        known = ", ".join(_keys_at(kind, where))
        key = f"{where}.{unknown[1]}" if where else unknown[1]
        return f"unknown key `{key}`; the keys here are {known}."
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        key = f"{where}.{missing[1]}" if where else missing[1]
        return f"the key `{key}` is missing; add it."
    what = what[:1].lower() + what[1:]
    return f"key `{where}`: {what}." if where else f"{what}."


def _keys_at(kind: type[msgspec.Struct], where: str) -> list[str]:
    """Name the keys of the struct found at a path such as `steps[0]` or `sampler`."""
    for step in filter(None, re.split(r"\.|\[\d*\.*\]", where)):
        for field in msgspec.structs.fields(kind):
            if field.encode_name == step:
                inner = _struct_in(field.type)
                if inner is None:
                    return []
                kind = inner
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _struct_in(kind: object) -> type[msgspec.Struct] | None:
    """Find the struct type inside an annotation such as `tuple[Step, ...]`."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    for inner in getattr(kind, "__args__", ()):
        found = _struct_in(inner)
        if found is not None:
            return found
    return None
