"""One side at work: its load, the prompts that wait, the answer under way. Draws nothing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from tui_arena.conversation import Conversation
from tui_arena.engine.events import (
    Engine,
    Failed,
    Finished,
    Loading,
    Prefill,
    Ready,
    Stream,
    Text,
)
from tui_arena.engine.profile import Profile
from tui_arena.screens.speed import Speed
from tui_arena.session import Attempt, PromptKind, Side, Turn

State = Literal[
    "loading", "unloaded", "ready", "thinking", "streaming", "paused", "stopped", "failed"
]


class Change(Enum):
    """What changed on a side."""

    STATE = auto()
    ASKED = auto()
    """A turn was added."""
    TEXT = auto()
    """The answer under way has more text."""
    ENDED = auto()
    """The answer under way ended."""
    WAITING = auto()
    """The prompts that wait are others now."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A prompt that goes out when its side can take it."""

    text: str
    kind: PromptKind = "free"
    step: int | None = None
    """The step of the scenario that it is, counted from 1."""
    corrects: Turn | None = None
    """The turn that a correction is about; the latest one where there is none."""


class LiveSide:
    """Carries one conversation along; tells each change through `changed`.

    `spawn` runs a coroutine beside the caller, and must not hide what it raises.
    """

    def __init__(
        self,
        *,
        conversation: Conversation,
        engine: Engine,
        spawn: Callable[[Coroutine[None, None, None]], object],
        changed: Callable[[LiveSide, Change], None],
    ) -> None:
        self.conversation = conversation
        self.waiting: deque[Waiting] = deque()
        """Prompts that go out when the model is ready and the answers before them have ended."""
        self.paused = False
        """Whether no token comes and no prompt is taken."""
        self.ready: Ready | None = None
        """What is known of the loaded model; None until it is loaded."""
        self.loading: Loading | None = None
        """How far the load is; None where there is none under way."""
        self.load_error: str | None = None
        """Why the load failed, one sentence."""
        self.unloaded = False
        """Whether the model was unloaded; the next prompt loads it again."""
        self.load_began = 0.0
        self.reading: Prefill | None = None
        """How far the prompt is read, while that is under way."""
        self.speed = Speed()
        self.context_used: int | None = None if conversation.turns else 0
        """Tokens of the conversation so far; None until this model has counted them."""
        self._engine = engine
        self._spawn = spawn
        self._changed = changed
        self._load: Stream | None = None
        """The load that this side waits for; what another one reports is not for it."""
        self._stream: Stream | None = None
        self._latest_stop: str | None = None

    @property
    def side(self) -> Side:
        """Left or right."""
        return self.conversation.side

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self.conversation.under_way is not None

    @property
    def latest(self) -> Turn | None:
        """The last turn."""
        turns = self.conversation.turns
        return turns[-1] if turns else None

    @property
    def reads_again(self) -> bool:
        """Whether what was said so far is new to the model that answers now."""
        turns = self.conversation.turns
        return len(turns) > 1 and turns[-1].changed_hands(turns[-2])

    @property
    def state(self) -> State:
        """What the side is doing, in one word."""
        if self.paused:
            return "paused"
        if self.load_error is not None:
            return "failed"
        if self.ready is None:
            return "unloaded" if self.unloaded else "loading"
        attempt = self.conversation.under_way
        if attempt is not None:
            return "streaming" if attempt.text else "thinking"
        if self._latest_stop == "stopped":
            return "stopped"
        return "failed" if self._latest_stop == "error" else "ready"

    def load(self) -> None:
        """Begin to load the model, also again after a failure."""
        if self.loading is not None or self.ready is not None:
            return
        self.load_error, self.unloaded = None, False
        self.loading = Loading("waiting for the engine")
        self.load_began = time.monotonic()
        self._changed(self, Change.STATE)
        self._load = self._engine.load(self.conversation.profile)
        self._spawn(self._follow_load(self._load))

    def switch(self, profile: Profile) -> None:
        """Go on with another model; the conversation goes along, and so do waiting prompts.

        Raises ValueError while an answer is under way.
        """
        self.conversation.switch(profile)
        self.drop()
        self.load()

    def drop(self) -> None:
        """Take note that the model is not loaded any more; the next prompt loads it again."""
        self.ready = self.loading = self.load_error = self._load = None
        self.unloaded = True
        self.speed, self.reading, self._latest_stop = Speed(), None, None
        self.context_used = None if self.conversation.turns else 0
        self._changed(self, Change.STATE)

    def rewrite(self) -> None:
        """Take note that the conversation holds other turns now."""
        self.speed, self.reading, self._latest_stop = Speed(), None, None
        self.context_used = None if self.conversation.turns else 0
        self._changed(self, Change.STATE)

    def give(self, prompt: Waiting) -> None:
        """Ask now, or keep the prompt until the model is ready."""
        self.waiting.append(prompt)
        self._ask_next()
        self._changed(self, Change.WAITING)

    def pause(self) -> None:
        """Let no token come and take no prompt until `resume`."""
        if not self.paused:
            self.paused = True
            if self._stream is not None:
                self._stream.pause()
            self._changed(self, Change.STATE)

    def resume(self) -> None:
        """Go on exactly where it paused."""
        if self.paused:
            self.paused = False
            if self._stream is not None:
                self._stream.resume()
            self._changed(self, Change.STATE)
            self._ask_next()

    def stop(self) -> bool:
        """End the answer here, keeping what came; return whether there was one."""
        if self._stream is None:
            return False
        self._stream.stop()
        self.paused = False
        self._changed(self, Change.STATE)
        return True

    def _ask_next(self) -> None:
        if self.paused or self.busy or not self.waiting:
            return
        if self.unloaded:
            self.load()
        if self.ready is None:
            return
        prompt = self.waiting.popleft()
        request = self.conversation.ask(
            prompt.text, kind=prompt.kind, step=prompt.step, corrects=prompt.corrects
        )
        self.speed, self.reading, self._latest_stop = Speed(), None, None
        self._changed(self, Change.ASKED)
        self._changed(self, Change.WAITING)
        stream = self._engine.submit(request)
        self._stream = stream
        self._spawn(self._follow_answer(stream))

    async def _follow_load(self, stream: Stream) -> None:
        async for event in stream:
            if stream is not self._load:
                pass  # this side went on with another model
            elif isinstance(event, Loading):
                self.loading = event
            elif isinstance(event, Ready):
                self.loading, self.ready = None, event
            elif isinstance(event, Failed):
                self.loading, self.load_error = None, event.error
            self._changed(self, Change.STATE)
        self._ask_next()

    async def _follow_answer(self, stream: Stream) -> None:
        async for event in stream:
            began = isinstance(event, Text) and not self._text_so_far
            self.conversation.take(event)
            self.speed.take(event)
            if isinstance(event, Text):
                self.context_used = event.context
                self._changed(self, Change.TEXT)
            elif isinstance(event, Prefill):
                self.reading = event
                self.context_used = event.done
            elif isinstance(event, Finished):
                self._stream, self._latest_stop = None, event.stop
                if event.stop != "error":
                    self.context_used = event.prompt_tokens + event.output_tokens
                self._changed(self, Change.ENDED)
            if began or not isinstance(event, Text):
                self._changed(self, Change.STATE)
        self._ask_next()

    @property
    def _text_so_far(self) -> str:
        attempt: Attempt | None = self.conversation.under_way
        return attempt.text if attempt is not None else ""
