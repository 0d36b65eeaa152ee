"""Names that are given one after the other: each is kept at once, and can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui_arena.patterns.found import Patterns
from tui_arena.patterns.names import (
    Named,
    Names,
    NamesError,
    give_names,
    read_names,
    rename,
    write_names,
)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What giving a name changed in the file."""

    gone: list[Named]
    come: list[Named]


@dataclass(slots=True)
class Naming:
    """Names regions and groups of errors; the file is read before each change, for others write it.

    Every method raises `NamesError` where the file cannot be read or written, or a name is none;
    then nothing was changed.
    """

    file: Path
    _deeds: list[_Deed] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        """Whether a name was given that can be taken back."""
        return bool(self._deeds)

    def give_all(self, patterns: Patterns) -> list[str]:
        """Call groups what people called them before; return the names that fit none."""
        return _call(patterns, read_names(self.file))

    def give(self, patterns: Patterns, id: str, name: str) -> None:
        """Call a group so from now on; an empty name takes away the one that it has."""
        names = read_names(self.file)
        _call(patterns, names)
        before = [*names.group]
        rename(patterns, names, [f"{id}={name}"])
        self._keep(patterns, names, before)
        gone = [each for each in before if each not in names.group]
        come = [each for each in names.group if each not in before]
        if gone or come:
            self._deeds.append(_Deed(gone, come))

    def undo(self, patterns: Patterns) -> None:
        """Take the last name back that was given here; the one before it holds again."""
        if not self._deeds:
            raise NamesError("No name was given here that could be taken back.")
        deed, names = self._deeds[-1], read_names(self.file)
        before = [*names.group]
        names.group = [each for each in before if each not in deed.come]
        names.group += [each for each in deed.gone if each not in names.group]
        self._keep(patterns, names, before)
        self._deeds.pop()
        _call(patterns, names)

    def _keep(self, patterns: Patterns, names: Names, before: list[Named]) -> None:
        try:
            write_names(self.file, names)
        except NamesError:
            _call(patterns, Names(before))
            raise


def _call(patterns: Patterns, names: Names) -> list[str]:
    """Call groups by these names and no others; return the names that fit none."""
    for region in patterns.regions:
        region.name = ""
    for group in patterns.groups:
        group.name = ""
    return give_names(patterns, names)
