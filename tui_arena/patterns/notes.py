"""What must be known before any number is believed, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.patterns.cases import Cases
from tui_arena.patterns.found import Power
from tui_arena.patterns.power import ENOUGH
from tui_arena.patterns.words import sees


def notes(
    cases: Cases,
    columns: Sequence[int],
    strength: Power,
    *,
    tested: bool,
    hot: int,
    wrong: int,
) -> list[str]:
    """Say what cannot be seen, and why; `strength` is what the tests would find."""
    total = len(cases.prompts)
    failed, asked = cases.hard[:, columns], cases.asked[:, columns]
    said = []
    if cases.unjudged:
        one = cases.unjudged == 1
        said.append(
            f"{cases.unjudged:,} response{' has' if one else 's have'} no mark "
            f"and count{'s' if one else ''} nowhere."
        )
    if not wrong:
        said.append("No judged response is wrong: there is no error to find a pattern in.")
        return said
    found = f"would flag {sees(strength)} of the errors in a region that is failed at"
    if total == 1:
        said.append("All responses answer one prompt: where models fail cannot be seen from one.")
    elif not tested:
        said.append(
            f"There are {total} distinct prompts; hot spots are looked for from {ENOUGH} of one "
            f"model on (with these they {found}). Groups describe what is there; they prove "
            "nothing."
        )
    elif not failed.any():
        said.append(
            "Nowhere are half of the responses to a prompt wrong: no model fails at any prompt."
        )
    elif (failed == asked).all():
        said.append("All prompts are failed at: no place is worse than another.")
    elif not hot:
        said.append(
            "No place was found where failures lie together more than by chance; the tests "
            f"{found}, so this is no proof that there is none."
        )
    return said


def without_words(number: int) -> list[str]:
    """Say that so many wrong responses are in no group, for nobody knows what they say."""
    if not number:
        return []
    of = "1 wrong response" if number == 1 else f"{number:,} wrong responses"
    return [f"Of {of} only the marks are known, not the words: no group has {_them(number)}."]


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
