"""Nudges: short corrections kept at hand, of the experiment and of the person."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.folders import config_folder
from tui_arena.toml_file import read_toml

# What models were told in “How good are LLMs at fixing their mistakes?”, section 4
# (https://huggingface.co/blog/keras-chatbot-arena), there in short, here as whole sentences.
BUILT_IN = (
    "The current year is 2024.",
    "Just the API call please.",
    "Just one API call please.",
    "Fix the year in the API call.",
    "The time is wrong.",
    "Write the time in 24h format.",
    "Respect the date format.",
    "Wrong API call.",
    "The duration is required.",
    "Use the default duration.",
    "The API requires three parameters.",
    "You don't need that information.",
    "That is the wrong next day.",
    "It's the wrong event now.",
    "There is an extra parenthesis.",
)


class NudgesError(ArenaError):
    """A file of nudges that cannot be read."""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person's `nudges.toml` holds."""

    nudges: Annotated[tuple[str, ...], msgspec.Meta(max_length=1000)]


def own_nudges() -> tuple[str, ...]:
    """Return the person's nudges, in `nudges.toml` of the configuration folder; none without it.

    Raises `NudgesError` naming file, key and expectation.
    """
    path = config_folder() / "nudges.toml"
    if not path.exists():
        return ()
    found = read_toml(path, _File, error=NudgesError).nudges
    if any(not nudge.strip() for nudge in found):
        raise NudgesError(f"{path}: one of the nudges is empty; write one or take it out.")
    return found
