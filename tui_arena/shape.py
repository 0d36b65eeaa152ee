"""What is wrong with the shape of data from a file, said in the words of that file's keys."""

from __future__ import annotations

import re
from typing import Literal, get_args, get_origin

import msgspec


def in_plain_words(problem: str, kind: type[msgspec.Struct]) -> str:
    """Turn msgspec's message into a sentence about keys, for example `sampler.top_k`."""
    what, _, where = problem.partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what, re.DOTALL):
        known = ", ".join(_keys(_annotation_at(kind, where)))
        key = f"{where}.{unknown[1]}" if where else unknown[1]
        return f"unknown key `{key}`; the keys here are {known}."
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        key = f"{where}.{missing[1]}" if where else missing[1]
        return f"the key `{key}` is missing; add it."
    if what.startswith("Invalid enum value"):
        choices = " or ".join(f'"{choice}"' for choice in _choices(_annotation_at(kind, where)))
        return f"key `{where}`: {what[:1].lower()}{what[1:]}, expected {choices}."
    what = what[:1].lower() + what[1:]
    return f"key `{where}`: {what}." if where else f"{what}."


def _annotation_at(kind: type[msgspec.Struct], where: str) -> object:
    """Return the annotation found at a path such as `steps[0].prompt` or `sampler`."""
    found: object = kind
    for step in filter(None, re.split(r"\.|\[[\d.]*\]", where)):
        inner = _struct_in(found)
        fields = msgspec.structs.fields(inner) if inner is not None else ()
        found = next((field.type for field in fields if field.encode_name == step), None)
    return found


def _keys(annotation: object) -> list[str]:
    inner = _struct_in(annotation)
    return [field.encode_name for field in msgspec.structs.fields(inner)] if inner else []


def _struct_in(annotation: object) -> type[msgspec.Struct] | None:
    """Find the struct type inside an annotation such as `tuple[Step, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return annotation
    return next(filter(None, map(_struct_in, get_args(annotation))), None)


def _choices(annotation: object) -> list[object]:
    """Return the values of the `Literal` inside an annotation."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return next(filter(None, map(_choices, get_args(annotation))), [])
