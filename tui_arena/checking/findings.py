"""What a check finds in one answer."""

from __future__ import annotations

from dataclasses import dataclass

from tui_arena.errors import ArenaError

GARBAGE = "garbage"
"""The kind of mistake of an answer in which nothing can be used."""


NAMELESS = frozenset({"not_equal", "not_contained", "no_match", "own"})
"""Kinds that say only that an answer is wrong: two in a row need not be the same mistake."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The kinds of mistake in an answer, each once."""

    kinds: tuple[str, ...] = ()
    """None where the answer is right."""
    call: bool = False
    """Whether a call was asked for, and one came that can be read, right or not."""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.kinds

    @property
    def garbage(self) -> bool:
        """Whether nothing in the answer can be used."""
        return GARBAGE in self.kinds


RIGHT = Findings()
NOTHING_USABLE = Findings((GARBAGE,))


class CheckFailed(ArenaError):
    """A check that could not be made: one sentence says why."""
