"""What is wrong with the shape of data from a file, said in the words of that file's keys."""

from __future__ import annotations

import re

import msgspec


def in_plain_words(problem: str, kind: type[msgspec.Struct]) -> str:
    """Turn msgspec's message into a sentence about keys, for example `sampler.top_k`."""
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
