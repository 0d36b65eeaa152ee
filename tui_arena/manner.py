"""How the arena looks and is handled, whatever is played in it; made from the settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tui_arena.command import Command
from tui_arena.keyboard import remapped, remapped_pages
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import PAGES
from tui_arena.settings import InForce, SettingsError
from tui_arena.themes import NIGHT, theme_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Look and keys of the arena."""

    theme: str = NIGHT.name
    ascii_only: bool = False
    suggests: bool = True
    """Whether the marks that a checker suggests are shown."""
    slow_link: bool = False
    """Whether little is to be written to the terminal."""
    reduced_motion: bool = False
    """Whether nothing blinks or slides."""
    commands: Sequence[Command] = COMMANDS
    """Every command of the arena with the keys that are in force."""
    pages: Mapping[str, Sequence[Command]] = field(default_factory=lambda: PAGES)
    """The commands of each page likewise, by the page's name."""

    @property
    def still(self) -> bool:
        """Whether nothing moves: what moves also writes."""
        return self.reduced_motion or self.slow_link


USUAL = Manner()
"""What holds where nothing was set."""


def manner_of(found: InForce) -> Manner:
    """Return the manner that the settings ask for, and set `NO_COLOR` by them for this process.

    Raises `SettingsError` where there is no such theme, or keys cannot be as the file says.
    """
    settings, names = found.settings, theme_names()
    if settings.theme not in names:
        source = found.sources["theme"]
        where = f"{found.path}: key `theme`" if source == found.path.name else source
        raise SettingsError(
            f"{where}: there is no theme “{settings.theme}”; there are: {', '.join(names)}."
        )
    if settings.colour:
        os.environ.pop("NO_COLOR", None)
    else:
        os.environ["NO_COLOR"] = "1"
    commands = remapped(settings.keys, found.path)
    return Manner(
        theme=settings.theme,
        ascii_only=settings.ascii,
        suggests=settings.suggest,
        slow_link=settings.slow_link,
        reduced_motion=settings.reduced_motion,
        commands=commands,
        pages=remapped_pages(settings.keys, found.path, commands),
    )
