"""A command of the arena: its keys, its words, and where they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tui_arena.key_names import in_ascii, written_key

When = Literal["writing", "commanding", "always"]


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something a person can do with a key."""

    id: str
    """Names the command in configuration and documentation."""
    keys: tuple[str, ...]
    """Keys as Textual names them."""
    shown: str
    """The keys as people write them."""
    words: str
    """What it does in one or two words, for the footer."""
    help: str
    """What it does in one sentence."""
    when: When
    action: str
    """The group of commands and its method that does it; empty where the writing line itself does
    it, in the order of what is typed."""
    group: str
    """The heading it stands under in the help."""
    footer: tuple[int, int] = (0, 0)
    """Its rank in the footer while writing and while commanding; in a narrow one the last ranks go
    first, and 0 is never there."""


def footer(commands: Sequence[Command], *, writing: bool) -> list[Command]:
    """Return the commands that the footer shows in a state, in their order of reading."""
    return [c for c in commands if rank(c, writing=writing)]


def written(command: Command, *, ascii_only: bool) -> str:
    """Return the command's key as people write it."""
    return in_ascii(command.shown) if ascii_only else command.shown


def written_keys(command: Command, *, ascii_only: bool) -> str:
    """Return all keys of the command as people write them."""
    shown = " ".join(written_key(key) for key in command.keys)
    return in_ascii(shown) if ascii_only else shown


def rank(command: Command, *, writing: bool) -> int:
    """Return the command's rank in the footer of a state; 0 where it is not there."""
    return command.footer[0 if writing else 1]


def holds(when: When, *, writing: bool) -> bool:
    """Whether a command of that kind can be given in a state."""
    return when == "always" or (when == "writing") == writing


def groups(commands: Sequence[Command]) -> list[tuple[str, list[Command]]]:
    """Return all commands under their headings, for help and documentation."""
    found: dict[str, list[Command]] = {}
    for command in commands:
        found.setdefault(command.group, []).append(command)
    return list(found.items())
