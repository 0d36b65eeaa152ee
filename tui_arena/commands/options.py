"""Options that several commands have, and what they say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui_arena.errors import ArenaError
from tui_arena.settings import settings_in_force
from tui_arena.sizes import read_size

if TYPE_CHECKING:
    from tui_arena.checking.own import OwnCheck

F = TypeVar("F", bound=Callable[..., Any])


class _Path(click.Path):
    """A path; an empty one, as of a variable that is not set, is not taken for this folder."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            raise ArenaError(
                f"{param.opts[0]} is empty; name something, or leave it out."
                if isinstance(param, click.Option)
                else "A path is empty; write . where you mean this folder."
            )
        return super().convert(value, param, ctx)


FOLDER = _Path(path_type=Path)

# What is left out here is read from the settings.
left = click.option("--left", metavar="PROFILE", help="[default: smollm2-135m]")
right = click.option("--right", metavar="PROFILE", help="[default: smollm2-sampled]")
profiles = click.option(
    "--profiles",
    type=FOLDER,
    metavar="DIR",
    help="Look for profiles in this folder first.",
)
memory = click.option(
    "--memory",
    metavar="SIZE",
    help="Let models take so much of each device, as 12GB.  [default: all but 0.5 GB]",
)
checker = click.option(
    "--checker",
    type=FOLDER,
    metavar="FILE.py",
    help="Check answers with the function check(answer, expected, prompt) of this Python file.",
)
suggest = click.option(
    "--suggest/--no-suggest", default=None, help="Show the marks that a checker suggests."
)

_LOOK = (
    click.option("--theme", metavar="NAME", help="Draw in this theme.  [default: arena-night]"),
    click.option("--ascii/--no-ascii", default=None, help="Show ASCII only, no emoji."),
    click.option("--colour/--no-colour", default=None, help="Write colours, or none at all."),
    click.option(
        "--slow-link/--no-slow-link", default=None, help="Write little: few redraws, no blinking."
    ),
    click.option(
        "--reduced-motion/--no-reduced-motion", default=None, help="Let nothing blink or slide."
    ),
)


def look(command: F) -> F:
    """Add the options that say how a screen looks and moves."""
    for option in reversed(_LOOK):
        command = option(command)
    return command


def result(*formats: str) -> Callable[[F], F]:
    """Return what adds the options that say in which form a result is written, and where.

    The first form is a table for people.
    """
    form = click.option(
        "--format",
        type=click.Choice(formats),
        default=formats[0],
        help=f"In which form.  [default: {formats[0]}, for people]",
    )
    out = click.option("--out", type=FOLDER, metavar="FILE", help="Write this file, not to stdout.")

    def add(command: F) -> F:
        return form(out(command))

    return add


def given(said: dict[str, Any]) -> dict[str, object]:
    """Return the settings that the command line names."""
    named: dict[str, object] = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in said.items()
        if value is not None
    }
    if not str(named.get("rater", "someone")).strip():
        raise ArenaError("The name after --as is empty; give one.")
    return named


def own_check(path: Path | None) -> OwnCheck | None:
    """Load a person's own check; None where none is named."""
    from tui_arena.checking.own import load_own

    return load_own(path) if path is not None else None


def size(memory: str | None) -> int | None:
    """Read a size such as 12GB; None where nothing is said."""
    return read_size(memory) if memory else None


def folders_of(profiles: Path | None) -> list[Path]:
    """Return where profiles are looked for: in the folder named here or in the settings first."""
    from tui_arena.opening import folders_of_profiles

    return folders_of_profiles(settings_in_force(given({"profiles": profiles})).settings.profiles)
