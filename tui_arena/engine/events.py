"""What the engine is asked and what it reports.

A request becomes a `Stream`: one ordered buffer of events, the single truth of what happened to it.
Whoever iterates a stream sees every event from the first one on, however late they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import msgspec

from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile, Sampler

Role = Literal["system", "user", "assistant"]
Stop = Literal["end", "length", "context", "stopped", "error"]

MAX_ATTEMPTS = 16
"""Most answers that one request can ask for."""
SEEDS = 1 << 32
"""Seeds that a sampler can have."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, as the model will see it."""

    role: Role
    text: str
    ids: tuple[int, ...] | None = None
    """Token ids of an answer as the model gave them, without the token that ended it.

    Ids are the truth where they are known: text encoded again need not give the same ids, and the
    cached prefix of the conversation would be lost.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An answer asked of one model, or several attempts at it.

    Raises `ValueError` where `attempts` is out of range.
    """

    profile: Profile
    conversation: str
    """Which KV cache the answer continues, for example the side of the arena."""
    messages: tuple[Message, ...]
    """The conversation. Where it ends with an answer of the model, that one is *continued*: the
    stream brings what comes right after its last token."""
    sampler: Sampler
    max_tokens: int
    """Most tokens of each answer, at least 1; of a continued one only the new ones count."""
    attempts: int = 1
    """Answers asked of this prompt at once, 1 to `MAX_ATTEMPTS`; attempt i is sampled with seed
    + i, which wraps at 2**32."""

    def __post_init__(self) -> None:
        if not 1 <= self.attempts <= MAX_ATTEMPTS:
            raise ValueError(f"attempts must be 1 to {MAX_ATTEMPTS}, not {self.attempts}")

    def single(self) -> tuple[Request, ...]:
        """Return a request for one answer for each attempt, with its own seed."""
        return tuple(
            replace(
                self,
                attempts=1,
                sampler=msgspec.structs.replace(
                    self.sampler, seed=(self.sampler.seed + index) % SEEDS
                ),
            )
            for index in range(self.attempts)
        )


@dataclass(frozen=True, slots=True)
class Loading:
    """A model is on its way: `stage` in plain words, `done` from 0 to 1 where it is known."""

    stage: str
    done: float | None = None
    amount: str = ""
    """How much of how much that is, in words, such as "1.2 of 3.4 GB"."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A model can answer. Ends the stream of a load."""

    context: int
    """Most tokens of one conversation, prompt and answers together."""
    parameters: int
    device: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A model could not be loaded or unloaded; `error` is one sentence. Ends the stream of it."""

    error: str


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A model's memory is free again. Ends the stream of an unload."""

    freed: int
    """Bytes of all devices together."""


@dataclass(frozen=True, slots=True)
class Prefill:
    """The prompt is being read: `done` of `total` tokens, `reused` of them from the cache."""

    done: int
    total: int
    reused: int


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer, whole characters only."""

    text: str
    tokens: int
    """Tokens of the answer so far."""
    ms: int
    """Milliseconds since the request was submitted."""
    context: int
    """Tokens of the conversation so far, prompt and answer."""


@dataclass(frozen=True, slots=True)
class Paused:
    """No token comes until `Resumed`."""

    ms: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The answer goes on where it paused."""

    ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The answer ended. Ends the stream of a request."""

    stop: Stop
    error: str | None = None
    """One sentence for people, where `stop` is "error"."""
    ids: tuple[int, ...] = ()
    """Token ids of the answer, without the token that ended it."""
    prompt_tokens: int = 0
    reused_tokens: int = 0
    """Prompt tokens that were already in the cache."""
    output_tokens: int = 0
    """Tokens of the answer, the one that ended it included."""
    first_token_ms: int | None = None
    ms: int = 0


LoadEvent = Loading | Ready | Failed | Unloaded
AnswerEvent = Loading | Prefill | Text | Paused | Resumed | Finished
Event = LoadEvent | AnswerEvent

LAST = (Ready, Failed, Unloaded, Finished)
"""The events that end a stream."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A model that is loaded."""

    key: tuple[str, ...]
    """The `weights_key` of the profiles that it serves."""
    weights: int
    """Bytes of its weights, all devices together."""
    cache: int
    """Bytes of its KV cache, all devices together."""
    answering: int
    """Answers under way on it."""


class Stream:
    """The events of one request or load, in order; written by the engine, read in an asyncio loop.

    Must be made inside a running event loop. `put` may be called from any thread; all else belongs
    to the loop's thread.
    """

    def __init__(
        self,
        *,
        pause: Callable[[], None] | None = None,
        resume: Callable[[], None] | None = None,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self.events: list[Event] = []
        """Every event so far."""
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        self._inbox: list[Event] = []
        self._lock = threading.Lock()
        self._pause, self._resume, self._stop = pause, resume, stop

    @property
    def ended(self) -> bool:
        """Whether the last event is here."""
        return bool(self.events) and isinstance(self.events[-1], LAST)

    def pause(self) -> None:
        """Ask that no further token comes; `Paused` says when that holds."""
        if self._pause:
            self._pause()

    def resume(self) -> None:
        """Ask that the answer goes on exactly where it paused."""
        if self._resume:
            self._resume()

    def stop(self) -> None:
        """Ask that the answer ends here; `Finished` with "stop" says when it did."""
        if self._stop:
            self._stop()

    def put(self, event: Event) -> None:
        """Append an event; from any thread, and never blocking."""
        with self._lock:
            self._inbox.append(event)
            if len(self._inbox) > 1:
                return  # a delivery is already on its way
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to read
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            arrived, self._inbox = self._inbox, []
        self.events.extend(arrived)
        self._arrived.set()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield every event from the first one on; ends after the last one."""
        seen = 0
        while True:
            while seen < len(self.events):
                event = self.events[seen]
                seen += 1
                yield event
                if isinstance(event, LAST):
                    return
            self._arrived.clear()
            if seen == len(self.events):
                await self._arrived.wait()


class Engine(Protocol):
    """The face of an engine: `KerasEngine` on real models, `ScriptedEngine` in tests."""

    def start(self) -> None:
        """Begin to work; returns at once."""

    def load(self, profile: Profile) -> Stream:
        """Make a model ready; the stream reports `Loading` and ends with `Ready` or `Failed`."""

    def unload(self, profile: Profile) -> Stream:
        """Free a model's memory; the stream ends with `Unloaded`, or `Failed` where it answers.

        The profiles that share its weights go with it; any of them can be loaded again.
        """

    def residents(self) -> tuple[Resident, ...]:
        """Return the models that are loaded now, the one used last at the end."""

    def machine(self) -> Machine | None:
        """Return the devices that models lie on; None until the engine has looked."""

    def submit(self, request: Request) -> Stream:
        """Ask for an answer; the stream ends with `Finished`. Loads the model where needed.

        Raises `ValueError` where the request asks for several attempts.
        """

    def submit_attempts(self, request: Request) -> tuple[Stream, ...]:
        """Ask for all attempts of a request; each has a stream of its own, as from `submit`."""

    def close(self) -> None:
        """Stop all work; answers under way end as stopped. Returns within a second."""
