"""One side without a screen: loads models, takes answers in, and tells how it goes."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from time import monotonic

from tui_arena.conversation import Conversation
from tui_arena.engine.events import (
    Engine,
    Failed,
    Finished,
    Loading,
    Ready,
    Request,
    Stop,
    Stream,
    Text,
)
from tui_arena.engine.profile import Profile
from tui_arena.progress import Progress, time_left
from tui_arena.session import Attempt
from tui_arena.store import SessionFile
from tui_arena.text import display_text

Tell = Callable[[str], None]
"""Takes one line of progress for people."""

_REPORT_EVERY_MS = 2000
_ENDED: dict[Stop, str] = {
    "end": "ended",
    "length": "cut off at the most tokens of an answer",
    "context": "cut off because the context is full",
    "stopped": "stopped",
    "error": "failed",
}


class SideEnded(Exception):
    """This side goes no further."""


class Asker(ABC):
    """Asks on one side; the other one goes at its own pace."""

    def __init__(
        self, *, conversation: Conversation, engine: Engine, file: SessionFile, tell: Tell
    ) -> None:
        self.whole = True
        """Whether every attempt so far was answered."""
        self.stopping = False
        """Whether this side was asked to end."""
        self._streams: tuple[Stream, ...] = ()
        """The answers under way."""
        self._conversation = conversation
        self._engine = engine
        self._file = file
        self._tell = tell

    @abstractmethod
    async def play(self) -> bool:
        """Ask all there is to ask; return whether all went well."""

    def stop(self) -> bool:
        """Ask the answers under way to end; return whether there are any to wait for."""
        self.stopping = True
        for stream in self._streams:
            stream.stop()
        return bool(self._streams)

    async def load(self, profile: Profile) -> bool:
        """Make a model ready, telling how far it is; return whether it is."""
        told: tuple[str, int] | None = None
        progress = Progress()
        async for event in self._engine.load(profile):
            if isinstance(event, Loading):
                progress.hear(event.stage, event.done, now=monotonic())
                quarter = int((event.done or 0.0) * 4)
                if (event.stage, quarter) != told:
                    told = (event.stage, quarter)
                    left = progress.left(now=monotonic())
                    says = (
                        event.stage,
                        event.amount,
                        f"{event.done:.0%}" if event.done else "",
                        time_left(left) if left is not None else "",
                    )
                    self.say(f"{profile.name}: {', '.join(filter(None, says))}")
            elif isinstance(event, Ready):
                self._file.session.software["device"] = event.device
                self._file.touch()
                self.say(f"{profile.name}: ready on {event.device}, context {event.context}")
            elif isinstance(event, Failed):
                self.say(f"{profile.name}: {event.error}")
                return False
        return True

    async def answer(self, request: Request, where: str) -> list[Finished]:
        """Let the conversation's attempts under way be answered, telling how it goes with `where`.

        Raises `SideEnded` where the first of them failed, or this side was asked to end.
        """
        attempts = self._conversation.under_way
        self._file.touch()
        self._streams = self._engine.submit_attempts(request)
        lasts = await asyncio.gather(
            *(
                self._take(stream, attempt, where if index == 0 else "")
                for index, (stream, attempt) in enumerate(zip(self._streams, attempts, strict=True))
            )
        )
        self._streams = ()
        await self._file.save_soon()
        for nth, last in enumerate(lasts, 1):
            which = f"{where}, attempt {nth} of {len(lasts)}" if len(lasts) > 1 else where
            if last.stop == "error":
                self.whole = False
                self.say(f"{which}: {last.error or 'The model failed.'}")
            elif not self.stopping:
                self.say(f"{which}: {_summary(last)}")
        if self.stopping or lasts[0].stop == "error":
            raise SideEnded
        return lasts

    async def _take(self, stream: Stream, attempt: Attempt, where: str) -> Finished:
        """Take in the events of one answer; return the last."""
        told_ms = 0
        first: Text | None = None
        async for event in stream:
            self._conversation.take(event, attempt)
            self._file.touch()
            if isinstance(event, Text):
                first = first or event
                if where and event.ms - told_ms >= _REPORT_EVERY_MS:
                    told_ms = event.ms
                    speed = _speed(event.tokens - first.tokens, event.ms - first.ms)
                    self.say(f"{where}: {event.tokens} tokens{speed}")
            elif isinstance(event, Finished):
                return event
        raise AssertionError("a stream of an answer ends with Finished")

    def say(self, line: str) -> None:
        """Tell a line about this side."""
        self._tell(f"{self._conversation.side:5}  {line}")


def in_short(prompt: str) -> str:
    """Return a prompt as one short line."""
    line = " ".join(display_text(prompt).split())
    return line if len(line) <= 60 else line[:59] + "…"


def _summary(last: Finished) -> str:
    since_first = last.ms - (last.first_token_ms or 0)
    speed = _speed(last.output_tokens - 1, since_first)
    first = last.first_token_ms
    wait = f", first token after {first / 1000:.2f} s" if first is not None else ""
    return f"{_ENDED[last.stop]} after {last.output_tokens} tokens{speed}{wait}"


def _speed(tokens: int, ms: int) -> str:
    return f", {1000 * tokens / ms:.1f} tokens/s" if tokens > 0 and ms > 0 else ""
