"""One answer on its way: its stream, how fast it comes, how full the context is."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from tui_arena.engine.events import Event, Finished, Prefill, Resumed, Stop, Stream, Text
from tui_arena.progress import Progress
from tui_arena.screens.speed import Speed
from tui_arena.session import Attempt


@dataclass(eq=False, kw_only=True)
class Run:
    """Takes the events of one attempt; stays when it ended, for its figures."""

    attempt: Attempt
    stream: Stream | None
    """None when it ended."""
    speed: Speed = field(default_factory=Speed)
    reading: Prefill | None = None
    """How far the prompt is read."""
    began: float = field(default_factory=lambda: monotonic())
    """By the clock, in seconds."""
    progress: Progress = field(default_factory=Progress)
    """How fast the prompt is read."""
    context_used: int | None = None
    """Tokens of the conversation so far; None until they are counted."""
    streaming: bool = False
    """Whether text has come."""
    stop: Stop | None = None
    """How it ended."""

    def take(self, event: Event) -> None:
        """Take in an event."""
        self.speed.take(event)
        if isinstance(event, Text):
            self.streaming, self.context_used = True, event.context
        elif isinstance(event, Prefill):
            self.reading, self.context_used = event, event.done
            self.progress.hear("reading", event.done / max(1, event.total), now=monotonic())
        elif isinstance(event, Resumed):
            self.progress = Progress()  # the pause is no part of the pace
        elif isinstance(event, Finished):
            self.stream, self.stop = None, event.stop
            if event.stop != "error":
                self.context_used = event.prompt_tokens + event.output_tokens
