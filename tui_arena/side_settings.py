"""What a side is asked with in place of what its profile says; read from what people write."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from tui_arena.engine.profile import MaxTokens, Profile, Sampler
from tui_arena.errors import ArenaError

Name = Literal["temperature", "top_k", "top_p", "seed", "max_tokens"]
NAMES: tuple[Name, ...] = get_args(Name)
"""The settings that are numbers."""
SAMPLER = NAMES[:4]
"""Those of the sampler."""

MEANINGS: dict[Name, str] = {
    "temperature": "0 is greedy, higher is more random",
    "top_k": "only the k most likely tokens; 0 allows all",
    "top_p": "only the likeliest with this share; 1 allows all",
    "seed": "same seed and prompt, same answer",
    "max_tokens": "most tokens of one answer",
}
"""What each number means, in a few words."""

_EXPECTED: dict[Name, str] = {
    "temperature": "a number from 0 to 100, such as 0.7",
    "top_k": "a whole number from 0 on, such as 50",
    "top_p": "a number above 0 and up to 1, such as 0.95",
    "seed": f"a whole number from 0 to {(1 << 32) - 1}",
    "max_tokens": f"a whole number from 1 to {1 << 22}",
}
_SHORT: dict[Name, str] = {"temperature": "t", "top_k": "top_k", "top_p": "top_p", "seed": "seed"}
_LONGEST = 20
"""Characters of a wrong value that are repeated in the sentence about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSettings:
    """What was set for a side; None leaves it to the profile."""

    system: str | None = None
    """The system text; empty for none at all."""
    sampler: Sampler | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a person wrote for a side, or for both."""

    system: str | None
    """The system text; None leaves it to the profile."""
    sampler: Mapping[str, float]
    """The numbers of the sampler that were written."""
    max_tokens: int | None
    """None leaves it to the profile."""

    def settings(self, profile: Profile) -> SideSettings:
        """Return the settings of a side; its profile fills up a sampler that is not whole."""
        sampler = None
        if self.sampler:
            sampler = msgspec.structs.replace(profile.sampler, **self.sampler)
        return SideSettings(system=self.system, sampler=sampler, max_tokens=self.max_tokens)


class SettingError(ArenaError):
    """A number that cannot be, in one sentence."""

    def __init__(self, name: Name, sentence: str) -> None:
        super().__init__(sentence)
        self.name: Name = name
        """Which number it is."""


def read_written(system: str | None, numbers: Mapping[Name, str], *, whole: bool) -> Written:
    """Read the numbers that a person wrote; an empty one is left to the profile.

    With `whole` a sampler's numbers must all be there, or none.

    Raises `SettingError` with the first number that cannot be, and what is expected.
    """
    read = {name: _read(name, numbers[name]) for name in NAMES}
    sampler: dict[str, float] = {
        name: value for name in SAMPLER if (value := read[name]) is not None
    }
    if whole and 0 < len(sampler) < len(SAMPLER):
        missing = next(name for name in SAMPLER if name not in sampler)
        raise SettingError(
            missing,
            f"{missing}: write all four or none; filled up by profiles, they would tell hidden "
            "models apart.",
        )
    limit = read["max_tokens"]
    return Written(system=system, sampler=sampler, max_tokens=None if limit is None else int(limit))


def _read(name: Name, text: str) -> float | None:
    """Return a number, None where nothing is written; raises `SettingError` where it cannot be."""
    text = text.strip()
    if not text:
        return None
    try:
        if "_" in text:
            raise ValueError("underscores mean something to Python only")
        value = float(text) if name in ("temperature", "top_p") else int(text)
        if not math.isfinite(value):
            raise ValueError("JSON has no such number")
        if name == "max_tokens":
            return msgspec.convert(value, MaxTokens)
        msgspec.convert({name: value}, Sampler)
    except (ValueError, msgspec.ValidationError):
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        raise SettingError(name, f"{name}: “{shown}” cannot be; write {_EXPECTED[name]}.") from None
    return abs(value)  # which makes 0.0 of -0.0


def plain(value: float) -> str:
    """Write a number as people do: 1 and not 1.0."""
    return str(int(value)) if value == int(value) else str(value)


def differences(settings: SideSettings, profile: Profile | None) -> str:
    """Say in a few words what is asked otherwise than the profile says; empty where nothing is.

    Without a profile all that was set is said, so that the words tell nothing of it.
    """
    words: list[str] = []
    sampler, limit = settings.sampler, settings.max_tokens
    if sampler is not None:
        usual = profile.sampler if profile is not None else None
        words += [
            f"{_SHORT[name]} {plain(getattr(sampler, name))}"
            for name in SAMPLER
            if usual is None or getattr(sampler, name) != getattr(usual, name)
        ]
    if limit is not None and (profile is None or limit != profile.max_tokens):
        words.append(f"max {limit}")
    if settings.system is not None:  # second, for the last words go first where room is short
        words.insert(1, "own system")
    return ", ".join(words)
