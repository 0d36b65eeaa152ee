"""The keys in force: those of the key map, with what a person changed in the settings.

A command of a page is named with its page there, as in `replay.play`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from textual.binding import Binding

from tui_arena.command import Command, holds
from tui_arena.key_names import SIGNS, key_named, written_key
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import FIXED, PAGES
from tui_arena.keymap.rating_later import rating_commands, shared_commands
from tui_arena.settings import SettingsError

SWALLOWED = frozenset(f"ctrl+{letter}" for letter in "abhimqsz")
"""Keys that tmux, screen, a terminal's flow control or a shell's job control may keep for
themselves, or that arrive as Backspace, Tab and Enter."""

_EDITING = frozenset({"backspace", "delete", "left", "right", "up", "down", "home", "end", "space"})
"""Keys that writing itself needs."""

_ANYWHERE = ("quit-anywhere", "interrupt", "redraw")
"""Commands of the arena that come before those of the page that is open."""


def remapped(keys: Mapping[str, Sequence[str]], file: Path) -> tuple[Command, ...]:
    """Return all commands of the arena, those that are named with other keys.

    Raises `SettingsError` naming file, key and expectation: where a command or a key is not known,
    is needed for writing, has two meanings, or might never arrive.
    """
    return _remapped({n: k for n, k in keys.items() if "." not in n}, file, commands=COMMANDS)


def remapped_pages(
    keys: Mapping[str, Sequence[str]], file: Path, arena: Sequence[Command]
) -> dict[str, tuple[Command, ...]]:
    """Return the commands of each page, those that are named with other keys.

    `arena` are the arena's with the keys in force, some of which hold on pages too. Raises
    `SettingsError` as `remapped` does, and where a page is not known.
    """
    asked: dict[str, dict[str, Sequence[str]]] = {page: {} for page in PAGES}
    for name, listed in keys.items():
        page, dot, _ = name.partition(".")
        if dot and page not in asked:
            known = ", ".join(asked)
            raise SettingsError(
                f"{file}: key `keys.{name}`: there is no such page; there are: {known}."
            )
        if dot:
            asked[page][name] = listed
    found = {
        page: _remapped(
            asked[page], file, commands=commands, page=f"{page}.", taken=_taken(page, arena)
        )
        for page, commands in PAGES.items()
    }
    for command in rating_commands(arena, found["rating"]):
        if not command.keys:
            raise SettingsError(
                f"{file}: key `keys.rating.{command.id}`: all of its keys are those of commands of "
                f"the arena now; give it one."
            )
    return found


def _taken(page: str, arena: Sequence[Command]) -> dict[str, str]:
    """Return the keys that mean something else on a page already, and what is to be said of it."""
    there = [command for command in arena if command.id in _ANYWHERE]
    if page == "rating":
        there += shared_commands(arena)
    taken = dict.fromkeys(FIXED.get(page, ()), "is needed on that page; take another key")
    for command in there:
        taken |= dict.fromkeys(command.keys, f"is the key of `{command.id}` there; take another")
    return taken


def _remapped(
    keys: Mapping[str, Sequence[str]],
    file: Path,
    *,
    commands: Sequence[Command],
    page: str = "",
    taken: Mapping[str, str] = {},
) -> tuple[Command, ...]:
    """Return commands, whose names begin with that of their page, with other keys.

    `taken` says of keys why they cannot be had, unless a command has them anyway.
    """
    table = {f"{page}{command.id}": command for command in commands}
    for name, listed in keys.items():
        where = f"{file}: key `keys.{name}`"
        if name not in table:
            known = ", ".join(table)
            raise SettingsError(f"{where}: there is no such command; there are: {known}.")
        made = tuple(_known(key, where) for key in listed)
        if not made:
            raise SettingsError(f"{where}: has no key; give it one.")
        _refuse_writing(table[name], made, where)
        for key in made:
            if key in taken and key not in table[name].keys:
                raise SettingsError(f"{where}: {written_key(key)} {taken[key]}.")
        table[name] = replace(table[name], keys=made, shown=written_key(made[0]))
    for name in keys:
        where = f"{file}: key `keys.{name}`"
        _refuse_clash(table[name], table, where)
        _refuse_swallowed(table[name], table.values(), where)
    return tuple(table.values())


def bindings(commands: Sequence[Command] = COMMANDS) -> list[Binding]:
    """Return the bindings of the arena screen.

    They have priority, so that keys act in the order in which they were pressed, however many
    arrive at once: `i` goes to the writing line before the next letter is looked at.
    """
    made = []
    for c in commands:
        if c.action:
            keys, act = ",".join(c.keys), f"command('{c.id}')"
            made.append(Binding(keys, act, c.words, show=False, priority=True, id=c.id))
        # Over a slow link Esc and a key arrive as one, and then a terminal means Alt and the key.
        if alt := [_with_alt(key) for key in c.keys if _types(key) and c.when == "commanding"]:
            act = f"escaped_command('{c.id}')"
            made.append(Binding(",".join(alt), act, show=False, priority=True, id=f"{c.id}-alt"))
    return made


def _types(key: str) -> bool:
    return len(key) == 1 or key in SIGNS


def _with_alt(key: str) -> str:
    """Return what Textual calls a key that came with Alt."""
    return f"alt+shift+{key.lower()}" if key.isupper() else f"alt+{key}"


def without_alt(key: str) -> str:
    """Return the key that came with Alt, as Textual calls it when it comes alone."""
    alone = key.removeprefix("alt+")
    return alone[-1].upper() if alone.startswith("shift+") and len(alone) == 7 else alone


def _known(name: str, where: str) -> str:
    key = key_named(name)
    if key is None:
        raise SettingsError(
            f"{where}: “{name}” is no key; write it as f6, p, ?, ctrl+g, shift+tab or pageup."
        )
    return key


def _refuse_writing(command: Command, keys: Iterable[str], where: str) -> None:
    """Letters and signs are text while one writes; so no command may take them then."""
    if command.when == "commanding":
        return
    for key in keys:
        if _types(key) or key in _EDITING:
            raise SettingsError(
                f"{where}: {written_key(key)} is needed for writing, and this command acts while "
                f"you write; take a function key or one with Ctrl."
            )


def _refuse_clash(command: Command, commands: Mapping[str, Command], where: str) -> None:
    for own in _meanings(command):
        for name, other in commands.items():
            if other.id != command.id and own in set(_meanings(other)):
                raise SettingsError(
                    f"{where}: {written_key(own[0])} is the key of `{name}` already; "
                    f"give one of them another key."
                )
    twice = [key for key, count in Counter(command.keys).items() if count > 1]
    if twice:
        raise SettingsError(f"{where}: {written_key(twice[0])} is there twice; leave one out.")


def _meanings(command: Command) -> Iterator[tuple[str, bool]]:
    """Yield each key with each state, writing or not, in which it means this command."""
    for key in command.keys:
        for writing in (True, False):
            if holds(command.when, writing=writing):
                yield key, writing


def _refuse_swallowed(command: Command, commands: Iterable[Command], where: str) -> None:
    """Refuse where a command, whichever way it is asked for, has no key that surely arrives."""
    same = [c for c in commands if c.id == command.id or (c.action and c.action == command.action)]
    if all(key in SWALLOWED for each in same for key in each.keys):
        raise SettingsError(
            f"{where}: tmux, screen or the terminal may keep {written_key(command.keys[0])} for "
            f"itself; add a key that arrives everywhere."
        )
