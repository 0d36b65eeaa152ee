"""Replies back in the conversations that they were given in: lines of turns, turn by turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui_arena.scoring.reply import Reply
from tui_arena.session import PromptKind, Side


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn, with every attempt at it that came."""

    replies: tuple[Reply, ...]

    @property
    def number(self) -> int:
        """Which turn of its line it is, counted from 1."""
        return self.replies[0].number

    @property
    def prompt(self) -> str:
        """What was asked."""
        return self.replies[0].prompt

    @property
    def kind(self) -> PromptKind:
        """What kind of prompt it was."""
        return self.replies[0].kind

    @property
    def chosen(self) -> Reply | None:
        """The attempt that the conversation went on with; None where the turn was set aside."""
        return next((reply for reply in self.replies if reply.chosen), None)

    def by_model(self) -> Iterator[tuple[str, tuple[Reply, ...]]]:
        """Yield each model that answered, with its attempts."""
        for model in dict.fromkeys(reply.model for reply in self.replies):
            yield model, tuple(reply for reply in self.replies if reply.model == model)


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation: the turns of one side that followed each other; at least one."""

    session: str
    side: Side
    number: int
    """0 for the conversation as it stands, see `Reply.line`."""
    turns: tuple[Asked, ...]
    """In their order, but for copies and for what a fork repeats: these count elsewhere."""


def lines(replies: Iterable[Reply]) -> list[Line]:
    """Return all conversations, in the order in which they are met."""
    found: dict[tuple[str, Side, int], dict[str, list[Reply]]] = {}
    for reply in replies:
        turns = found.setdefault((reply.session, reply.side, reply.line), {})
        turns.setdefault(reply.turn, []).append(reply)
    return [
        Line(*place, tuple(sorted(map(_asked, turns.values()), key=lambda asked: asked.number)))
        for place, turns in found.items()
    ]


def _asked(replies: list[Reply]) -> Asked:
    return Asked(tuple(sorted(replies, key=lambda reply: reply.which)))
