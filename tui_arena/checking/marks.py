"""Which marks the kinds of mistake in an answer come to, by the rules of the experiment."""

from __future__ import annotations

from collections.abc import Collection

from tui_arena.checking.findings import Findings
from tui_arena.session import Mark

_MANY = 3
"""So many mistakes are many."""


def marks_of_answer(
    findings: Findings, *, recurring: Collection[str], alone: bool
) -> tuple[Mark, ...]:
    """Return the marks of an answer that mends nothing.

    `recurring` are kinds of this answer that its model makes again; they do not count towards many.
    Where a prompt was asked `alone`, ok means the expected answer; in a dialog it means a valid
    call, so that ok and mistake can stand together.
    """
    if findings.right:
        return ("ok",)
    if findings.garbage:
        return ("garbage",)
    new = [kind for kind in findings.kinds if kind not in recurring]
    if len(new) >= _MANY:
        return ("many",)
    valid: tuple[Mark, ...] = ("ok",) if findings.call and not alone else ()
    return (*valid, *_faults(new, recurring))


def marks_of_correction(
    findings: Findings, *, targeted: Collection[str], recurring: Collection[str]
) -> tuple[Mark, ...]:
    """Return the marks of an answer to a correction that is about the `targeted` kinds."""
    if findings.garbage:
        return ("garbage",)
    counted = [kind for kind in findings.kinds if kind not in recurring]
    if len(counted) >= _MANY:
        return ("many",)
    mended: tuple[Mark, ...] = () if set(targeted) & set(findings.kinds) else ("fixed",)
    return (*mended, *_faults(counted, recurring))


def _faults(new: Collection[str], recurring: Collection[str]) -> tuple[Mark, ...]:
    mistake: tuple[Mark, ...] = ("mistake",) if new else ()
    return (*mistake, "recurring") if recurring else mistake
