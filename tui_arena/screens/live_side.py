"""One side at work: its load, the prompts that wait, the answer under way. Draws nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from time import monotonic
from typing import Literal

from tui_arena.conversation import Conversation
from tui_arena.engine.events import (
    Engine,
    Failed,
    Finished,
    Loading,
    Prefill,
    Ready,
    Request,
    Stream,
    Text,
)
from tui_arena.engine.profile import Profile
from tui_arena.progress import Progress
from tui_arena.screens.run import Run
from tui_arena.screens.speed import Speed
from tui_arena.session import Attempt, PromptKind, Side, Turn

State = Literal[
    "loading", "unloaded", "ready", "thinking", "streaming", "paused", "stopped", "failed"
]


class Change(Enum):
    """What changed on a side."""

    STATE = auto()
    LOADED = auto()
    """The load ended, well or not."""
    ASKED = auto()
    """A turn was added."""
    AGAIN = auto()
    """The latest turn is answered again, or its answer goes on."""
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
    replaces: Turn | None = None
    """The turn whose prompt was edited into this one."""
    attempts: int = 1
    """How many answers are asked for at once."""


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
        """By the clock, in seconds."""
        self.load_progress = Progress()
        """How fast the load gets on."""
        self._engine = engine
        self._spawn = spawn
        self._changed = changed
        self.asked: list[Attempt] = []
        """The attempts that were asked for last, whether they are under way or have ended."""
        self._load: Stream | None = None
        """The load that this side waits for; what another one reports is not for it."""
        self._runs: dict[str, Run] = {}
        """The answers to the latest prompt that was sent, by the ids of their attempts."""
        self._counted = not conversation.turns
        """Whether the loaded model has counted the conversation."""

    @property
    def side(self) -> Side:
        """Left or right."""
        return self.conversation.side

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return bool(self.conversation.under_way)

    @property
    def latest(self) -> Turn | None:
        """The last turn that was not set aside: the one that is being answered, or was."""
        return self.conversation.latest

    @property
    def run(self) -> Run | None:
        """The answer that is shown, where this sitting asked for it."""
        return self._runs.get(self.latest.response.id) if self.latest is not None else None

    @property
    def speed(self) -> Speed:
        """How fast the answer that is shown comes, or came."""
        return self.run.speed if self.run is not None else Speed()

    @property
    def reading(self) -> Prefill | None:
        """How far the prompt is read, while that is under way."""
        return self.run.reading if self.run is not None else None

    @property
    def waits_since(self) -> float | None:
        """When what is waited for began, by the clock: a load, or an answer before its first token.

        None where nothing is waited for.
        """
        if self.loading is not None:
            return self.load_began
        if self.state == "thinking" and self.run is not None:
            return self.run.began
        return None

    @property
    def context_used(self) -> int | None:
        """Tokens of the conversation so far; None until this model has counted them."""
        if self.latest is None:
            return 0
        if self.run is not None or not self._counted or self.latest.response.edited:
            return self.run.context_used if self.run is not None else None
        tokens = self.latest.response.tokens
        return tokens.prompt + tokens.output

    @property
    def reads_again(self) -> bool:
        """Whether what was said so far is new to the model that answers now."""
        standing = (turn for turn in reversed(self.conversation.turns) if turn.stands)
        last, before = next(standing, None), next(standing, None)
        return last is not None and last.changed_hands(before)

    @property
    def state(self) -> State:
        """What the side is doing, in one word."""
        if self.paused:
            return "paused"
        if self.load_error is not None:
            return "failed"
        if self.ready is None:
            return "unloaded" if self.unloaded else "loading"
        if self.busy:
            going = [run for run in self._runs.values() if run.stream is not None]
            return "streaming" if any(run.streaming for run in going) else "thinking"
        stop = self.run.stop if self.run is not None else None
        if stop == "stopped":
            return "stopped"
        return "failed" if stop == "error" else "ready"

    def load(self) -> None:
        """Begin to load the model, also again after a failure."""
        if self.loading is not None or self.ready is not None:
            return
        self.load_error, self.unloaded = None, False
        self.loading = Loading("waiting for the engine")
        self.load_began, self.load_progress = monotonic(), Progress()
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
        self._runs.clear()
        self._counted = not self.conversation.turns
        self._changed(self, Change.STATE)

    def rewrite(self) -> None:
        """Take note that the conversation holds other turns now."""
        self._runs.clear()
        self._counted = not self.conversation.turns
        self._changed(self, Change.STATE)

    def give(self, prompt: Waiting) -> None:
        """Ask now, or keep the prompt until the model is ready and its answers have ended."""
        self.waiting.append(prompt)
        self._ask_next()
        self._changed(self, Change.WAITING)

    def take_back(self, prompt: Waiting) -> bool:
        """Forget a prompt that waits; return whether it still did."""
        kept = [each for each in self.waiting if each is not prompt]
        if len(kept) == len(self.waiting):
            return False
        self.waiting = deque(kept)
        self._changed(self, Change.WAITING)
        return True

    def pause(self) -> None:
        """Let no token come and take no prompt until `resume`."""
        if not self.paused:
            self.paused = True
            for stream in self._streams:
                stream.pause()
            self._changed(self, Change.STATE)

    def resume(self) -> None:
        """Go on exactly where it paused."""
        if self.paused:
            self.paused = False
            for stream in self._streams:
                stream.resume()
            self._changed(self, Change.STATE)
            self._ask_next()

    def stop(self) -> bool:
        """End the answers under way here, keeping what came; return whether there was one."""
        streams = self._streams
        if not streams:
            return False
        for stream in streams:
            stream.stop()
        self.paused = False
        self._changed(self, Change.STATE)
        return True

    def retry(self, attempts: int = 1) -> None:
        """Ask the latest prompt again; raises ValueError where that cannot be."""
        self._answer(self.conversation.retry(attempts))
        self._changed(self, Change.AGAIN)

    def go_on(self) -> None:
        """Let the latest answer go on where it ended; raises ValueError where that cannot be."""
        self._answer(self.conversation.go_on())
        self._changed(self, Change.AGAIN)

    @property
    def _streams(self) -> list[Stream]:
        return [run.stream for run in self._runs.values() if run.stream is not None]

    def _ask_next(self) -> None:
        if self.paused or self.busy or not self.waiting:
            return
        if self.unloaded:
            self.load()
        if self.ready is None:
            return
        prompt = self.waiting.popleft()
        request = self.conversation.ask(
            prompt.text,
            kind=prompt.kind,
            step=prompt.step,
            corrects=prompt.corrects,
            attempts=prompt.attempts,
            replaces=prompt.replaces,
        )
        self._runs.clear()
        self._changed(self, Change.ASKED)  # first, so that it is saved whatever the engine does
        self._answer(request)
        self._changed(self, Change.WAITING)

    def _answer(self, request: Request) -> None:
        self._counted = True
        self.asked = list(self.conversation.under_way)
        streams = self._engine.submit_attempts(request)
        for attempt, stream in zip(self.asked, streams, strict=True):
            run = self._runs[attempt.id] = Run(attempt=attempt, stream=stream)
            self._spawn(self._follow_answer(run, stream))

    async def _follow_load(self, stream: Stream) -> None:
        async for event in stream:
            if stream is not self._load:
                continue  # this side went on with another model
            if isinstance(event, Loading):
                self.loading = event
                self.load_progress.hear(event.stage, event.done, now=monotonic())
            elif isinstance(event, Ready):
                self.loading, self.ready = None, event
            elif isinstance(event, Failed):
                self.loading, self.load_error = None, event.error
            self._changed(self, Change.STATE)
            if isinstance(event, (Ready, Failed)):
                self._changed(self, Change.LOADED)
        self._ask_next()

    async def _follow_answer(self, run: Run, stream: Stream) -> None:
        async for event in stream:
            began = isinstance(event, Text) and not run.streaming
            self.conversation.take(event, run.attempt)
            run.take(event)
            if isinstance(event, Text):
                self._changed(self, Change.TEXT)
            elif isinstance(event, Finished):
                self._changed(self, Change.ENDED)
            if began or not isinstance(event, Text):
                self._changed(self, Change.STATE)
        self._ask_next()
