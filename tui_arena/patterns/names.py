"""What people call regions and groups of errors, kept in a file beside the sessions.

Groups are made anew each time and have no lasting name of their own. So a name is kept with some
of the members that its group had, and goes to the group that most of these are in now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.patterns.found import ErrorGroup, Patterns, Region
from tui_arena.toml_file import read_toml
from tui_arena.whole_file import write_whole

FILE = "patterns.toml"
LONGEST = 100
"""Characters of a name."""

_KEPT = 64
"""Members that are kept with a name: those with the smallest keys, as good as drawn by lot."""
_LEAST = 1 / 3
"""The share of these that a group must have to be called by the name."""


class NamesError(ArenaError):
    """A file of names that cannot be read or written, or a name that cannot be given."""


class Named(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A name and what it was given to."""

    name: str
    of: Literal["region", "errors"]
    members: list[str]
    """Keys of prompts in a region, of responses in a group of errors."""


class Names(msgspec.Struct, forbid_unknown_fields=True):
    """The names in a file."""

    group: list[Named] = []


def names_file(paths: Sequence[Path]) -> Path:
    """Return where names are kept: beside the first sessions that are looked at."""
    first = paths[0]
    return (first if first.is_dir() else first.parent) / FILE


def read_names(path: Path) -> Names:
    """Read a file of names; one that is not there has none. Raises `NamesError`."""
    return read_toml(path, Names, error=NamesError) if path.exists() else Names()


def write_names(path: Path, names: Names) -> None:
    """Write a file of names whole; raises `NamesError`."""
    try:
        write_whole(path, (part.encode() for part in _toml(names)), mode=0o666)
    except OSError as problem:
        raise NamesError(f"{path} cannot be written: {problem.strerror}.") from None


def give_names(patterns: Patterns, names: Names) -> list[str]:
    """Call each group by the name that fits; return the names that fit none.

    Each name goes to one group and each group has one name: the pair that has most members in
    common comes first.
    """
    shares = []
    for place, named in enumerate(names.group):
        for group in _groups(patterns, named.of):
            common = len(set(named.members) & set(group.keys))
            if named.members and common >= _LEAST * len(named.members):
                shares.append((-common, place, group.id))
    groups = {group.id: group for of in ("region", "errors") for group in _groups(patterns, of)}
    given: set[int] = set()
    for _, place, id in sorted(shares):
        if place not in given and not groups[id].name:
            given.add(place)
            groups[id].name = names.group[place].name
    return [named.name for place, named in enumerate(names.group) if place not in given]


def rename(patterns: Patterns, names: Names, orders: Iterable[str]) -> None:
    """Take in orders such as "R1=Dates"; "R1=" takes a name away.

    The name that a group had before is replaced. Raises `NamesError` for an order that is none.
    """
    for order in orders:
        id, equals, name = order.partition("=")
        id, name = id.strip().upper(), " ".join(name.split())
        groups = {**_by_id(patterns.regions), **_by_id(patterns.groups)}
        if not (id and equals):
            raise NamesError(f"“{order}” gives no name; write it as R1=NAME, or R1= for none.")
        if id not in groups:
            known = ", ".join(groups) or "none"
            raise NamesError(f"There is no group {id}; there are: {known}.")
        if len(name) > LONGEST:
            raise NamesError(f"The name of {id} is longer than {LONGEST} characters.")
        group = groups[id]
        of: Literal["region", "errors"] = "region" if isinstance(group, Region) else "errors"
        if group.name:
            keys = set(group.keys)
            same = [each for each in names.group if (each.of, each.name) == (of, group.name)]
            names.group.remove(max(same, key=lambda each: len(keys & set(each.members))))
        group.name = name
        if name:
            kept = sorted(group.keys)[:_KEPT]
            names.group.append(Named(name=name, of=of, members=kept))


def _groups(patterns: Patterns, of: str) -> Sequence[Region | ErrorGroup]:
    return patterns.regions if of == "region" else patterns.groups


def _by_id(groups: Sequence[Region | ErrorGroup]) -> dict[str, Region | ErrorGroup]:
    return {group.id: group for group in groups}


def _toml(names: Names) -> Iterable[str]:
    yield "# What regions and groups of errors are called; tui-arena patterns --label writes it.\n"
    yield "# A name goes to the group that most of its members are in.\n"
    for named in names.group:
        yield "\n[[group]]\n"
        yield f"name = {_quoted(named.name)}\nof = {_quoted(named.of)}\nmembers = [\n"
        yield from (f"  {_quoted(member)},\n" for member in named.members)
        yield "]\n"


def _quoted(text: str) -> str:
    """Return a text as TOML has it in quotes; what no UTF-8 can carry becomes `?`."""
    safe = text.encode("utf-8", "replace").decode()
    escaped = safe.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(_escaped(char) for char in escaped) + '"'


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x20 or ord(char) == 0x7F else char
