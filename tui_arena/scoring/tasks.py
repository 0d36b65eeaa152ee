"""Tasks: a prompt that is no correction, and the corrections after it until the next such one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui_arena.scoring.lines import Line
from tui_arena.scoring.reply import Reply


@dataclass(frozen=True, slots=True)
class Task:
    """What the conversation went on with, answer by answer: to the prompt, to each correction."""

    model: str
    """The one that answered the prompt."""
    replies: tuple[Reply, ...]

    @property
    def corrections(self) -> int:
        """How many corrections it took, or was given up after."""
        return len(self.replies) - 1

    @property
    def solved(self) -> int | None:
        """After how many corrections an answer was right; None where none was."""
        return next((n for n, reply in enumerate(self.replies) if reply.right), None)


def tasks(conversations: Iterable[Line]) -> Iterator[Task]:
    """Yield every task of which an answer is rated.

    Where another model takes over in the middle of one, what it answers does not belong to it. A
    turn that was taken over from the other side ends one: corrections after it are about that. Of
    several attempts the one counts that the conversation went on with.
    """
    for line in conversations:
        replies: list[Reply] = []
        for asked in line.turns:
            reply = asked.chosen
            if asked.kind != "correction":
                yield from _task(replies)
                replies = [reply] if reply is not None else []
            elif replies and asked.replies[0].copied != replies[0].copied:
                yield from _task(replies)
                replies = []
            elif replies and reply is not None and reply.model == replies[0].model:
                replies.append(reply)
        yield from _task(replies)


def _task(replies: list[Reply]) -> Iterator[Task]:
    if any(reply.rated for reply in replies):
        yield Task(replies[0].model, tuple(replies))
