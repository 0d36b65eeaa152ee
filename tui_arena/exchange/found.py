"""What was read of one record of another format, before it is a session."""

from __future__ import annotations

from dataclasses import dataclass

from tui_arena.exchange.messages import Dialog
from tui_arena.session import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVote:
    """A judgment of both dialogs at one turn."""

    verdict: Verdict
    turn: int
    """Counted from 1."""
    by: str
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record: one dialog, or two that were held side by side."""

    id: str
    """What it is called there; empty where it has no id."""
    left: Dialog
    right: Dialog | None = None
    models: tuple[str, str] = ("", "")
    """Names of the models of left and right, as far as they are known."""
    vote: FoundVote | None = None
    at: float | None = None
    """When it was said, in seconds since 1970; None where that is not known."""
    ignored: tuple[str, ...] = ()
    """Keys of the record for which a session has no place."""
