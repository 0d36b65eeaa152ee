"""Files that could not be read: named on stderr, and counted."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.output import say

_MOST = 20
"""How many are named; a folder may be full of other files."""


def say_unread(problems: Sequence[str], *, but: str = "") -> None:
    """Say what is wrong with the first files, and how many were left out; `but` ends that."""
    for problem in problems[:_MOST]:
        say(problem)
    if count := len(problems):
        say(f"{count} file{' was' if count == 1 else 's were'} left out{but}.")
