"""An engine that plays from a script: the same face as the real one, and time stands still.

For tests and demonstrations. Answers are queued with `enqueue`; nothing moves until the test says
so with `release` and `finish` (or `pace` is given), so a test can look at every moment between two
tokens. A piece of text counts as one token.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tui_arena.engine.events import (
    Failed,
    Finished,
    Loading,
    Paused,
    Prefill,
    Ready,
    Request,
    Resident,
    Resumed,
    Stop,
    Stream,
    Text,
    Unloaded,
)
from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile

_MS_PER_TOKEN = 20
_PREFILL_MS = 40
_WEIGHTS = 540_000_000
"""Bytes of every model."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One scripted answer."""

    pieces: tuple[str, ...]
    """What comes, token by token."""
    stop: Stop = "end"
    """How it ends after the last piece."""
    error: str | None = None
    """One sentence, where `stop` is "error"."""


class ScriptedEngine:
    """Plays queued answers; without a queued one it repeats the prompt.

    `pace` None waits for `release`, 0 plays every answer at once, more is seconds between pieces.
    With `hold_loads` a load stays under way until `finish_load` or `fail_load`; with `hold_prompts`
    a prompt is read as far as `read` says, and no answer comes before it is read.
    """

    def __init__(
        self,
        *,
        pace: float | None = None,
        hold_loads: bool = False,
        hold_prompts: bool = False,
        context: int = 8192,
    ) -> None:
        self.pace = pace
        self.hold_loads = hold_loads
        self.hold_prompts = hold_prompts
        self.context = context
        self.started = False
        self.closed = False
        self.requests: list[Request] = []
        """Every request so far, for tests to look at."""
        self.on: Machine | None = Machine(1, 2_000_000_000, kind="cpu", cpu=True)
        """The machine that it says it runs on."""
        self.loads: list[str] = []
        """The profile of every load so far, for tests to look at."""
        self._answers: dict[str | None, deque[Answer]] = defaultdict(deque)
        self._failing: dict[str, deque[str]] = defaultdict(deque)
        self._loading: list[tuple[Profile, Stream]] = []
        self._playing: list[_Playing] = []
        self._resident: dict[tuple[str, ...], Profile] = {}
        self._caches: dict[tuple[str, ...], list[list[str]]] = defaultdict(list)
        self._vocabulary: dict[str, int] = {}

    # the face of an engine

    def start(self) -> None:
        """Begin to work."""
        self.started = True

    def load(self, profile: Profile) -> Stream:
        """Make a model ready, at once unless loads are held or set up to fail."""
        self.loads.append(profile.name)
        stream = Stream()
        stream.put(Loading("getting weights", 0.0))
        self._loading.append((profile, stream))
        if self._failing[profile.name]:
            self.fail_load(self._failing[profile.name].popleft(), profile=profile.name)
        elif not self.hold_loads or profile.weights_key in self._resident:
            self.finish_load(profile.name)
        return stream

    def unload(self, profile: Profile) -> Stream:
        """Drop a model, unless it answers."""
        stream = Stream()
        key = profile.weights_key
        if key not in self._resident:
            stream.put(Failed(f"{profile.name} is not loaded."))
        elif any(playing.request.profile.weights_key == key for playing in self._playing):
            stream.put(Failed(f"{profile.name} is answering; stop its answers first."))
        else:
            del self._resident[key]
            stream.put(Unloaded(_WEIGHTS))
        return stream

    def residents(self) -> tuple[Resident, ...]:
        """Return the models that are loaded now, each of the same made-up size."""
        return tuple(
            Resident(
                key,
                _WEIGHTS,
                0,
                sum(playing.request.profile.weights_key == key for playing in self._playing),
            )
            for key in self._resident
        )

    def machine(self) -> Machine | None:
        """Return the made-up machine."""
        return self.on

    def submit(self, request: Request) -> Stream:
        """Begin the next scripted answer of this conversation.

        Raises `ValueError` where the request asks for several attempts.
        """
        if request.attempts != 1:
            raise ValueError("submit gives one answer; submit_attempts gives several")
        return self.submit_attempts(request)[0]

    def submit_attempts(self, request: Request) -> tuple[Stream, ...]:
        """Begin the next scripted answers of this conversation, one for each attempt."""
        self.requests.append(request)
        cached = self._caches.pop(_place(request), [])
        return tuple(self._submit(one, cached) for one in request.single())

    def _submit(self, request: Request, cached: list[list[str]]) -> Stream:
        playing = _Playing(request=request, answer=self._next_answer(request), cached=cached)
        stream = Stream(
            pause=lambda: self._pause(playing),
            resume=lambda: self._resume(playing),
            stop=lambda: self._end(playing, "stopped"),
        )
        playing.stream = stream
        self._playing.append(playing)
        if request.profile.weights_key in self._resident or not self.hold_loads:
            self._begin(playing)
        else:
            stream.put(Loading("getting weights", 0.0))
        return stream

    def close(self) -> None:
        """Stop all work; answers under way end as stopped."""
        self.closed = True
        for playing in list(self._playing):
            self._end(playing, "stopped")
        for _, stream in self._loading:
            stream.put(Failed("The engine was closed."))
        self._loading.clear()

    # what the test controls

    def enqueue(
        self,
        answer: str | Iterable[str],
        *,
        side: str | None = None,
        stop: Stop = "end",
        error: str | None = None,
    ) -> None:
        """Queue an answer for a side (a request's `conversation`), or for whoever asks next.

        A string comes word by word; several strings come piece by piece.
        """
        pieces = re.findall(r"\s*\S+\s*$|\s*\S+", answer) if isinstance(answer, str) else answer
        self._answers[side].append(Answer(pieces=tuple(pieces), stop=stop, error=error))

    def release(self, pieces: int = 1, *, side: str | None = None) -> None:
        """Let that many further pieces out of every answer under way that is not paused."""
        for playing in self._chosen(side):
            for _ in range(pieces):
                self._step(playing)

    def read(self, tokens: int, *, side: str | None = None) -> None:
        """Let so many tokens of every held prompt be read."""
        for playing in self._chosen(side):
            if playing.read < playing.prompt and playing.stream is not None:
                playing.read = min(playing.read + tokens, playing.prompt)
                if playing.read == playing.prompt:
                    self._answer(playing)
                else:
                    playing.stream.put(Prefill(playing.read, playing.prompt, playing.reused))

    def finish(self, *, side: str | None = None) -> None:
        """Let the answers under way come to their end, apart from paused ones."""
        for playing in self._chosen(side):
            while playing in self._playing and not playing.paused and playing.has_read:
                self._step(playing)

    def report_load(
        self, stage: str, done: float | None = None, *, amount: str = "", profile: str = ""
    ) -> None:
        """Report progress of the loads under way; all of them unless a profile is named."""
        for loading, stream in self._loading:
            if loading.name == profile or not profile:
                stream.put(Loading(stage, done, amount))

    def finish_load(self, profile: str = "") -> None:
        """End the loads under way as ready; all of them unless a profile is named."""
        for loading, stream in self._take_loads(profile):
            self._resident[loading.weights_key] = loading
            stream.put(Ready(context=self._context(loading), parameters=135_000_000, device="cpu"))
        for playing in self._playing:
            if not playing.begun and playing.request.profile.weights_key in self._resident:
                self._begin(playing)

    def fail_load(self, error: str, *, profile: str = "") -> None:
        """End the loads under way as failed; all of them unless a profile is named."""
        for _, stream in self._take_loads(profile):
            stream.put(Failed(error))

    def fail_next_load(self, profile: str, error: str) -> None:
        """Let the next load of a profile fail at once."""
        self._failing[profile].append(error)

    # how an answer plays

    def _next_answer(self, request: Request) -> Answer:
        for queue in (self._answers[request.conversation], self._answers[None]):
            if queue:
                return queue.popleft()
        said = request.messages[-1].text
        return Answer(pieces=("You", " said:", *(f" {word}" for word in said.split())))

    def _chosen(self, side: str | None) -> list[_Playing]:
        return [p for p in self._playing if side in (None, p.request.conversation) and p.begun]

    def _take_loads(self, profile: str) -> list[tuple[Profile, Stream]]:
        taken = [load for load in self._loading if load[0].name == profile or not profile]
        self._loading = [load for load in self._loading if load not in taken]
        return taken

    def _context(self, profile: Profile) -> int:
        return min(profile.context or self.context, self.context)

    def _begin(self, playing: _Playing) -> None:
        """Read the prompt, counting what the conversation's cache holds already."""
        playing.begun = True
        request = playing.request
        self._resident[request.profile.weights_key] = request.profile
        prompt = [word for m in request.messages for word in (m.role, *m.text.split(), "<end>")]
        if request.messages[-1].role == "assistant":  # goes on right after its words
            said = request.messages[-1].text.split()
            prompt[len(prompt) - len(said) - 2 :] = said
        reused = max((_shared(words, prompt) for words in playing.cached), default=0)
        playing.words = prompt
        self._caches[_place(request)].append(prompt)
        playing.prompt, playing.reused = len(prompt), reused
        limit = self._context(request.profile)
        if playing.prompt >= limit:
            self._end(
                playing,
                "error",
                f"The prompt has {playing.prompt} tokens, more than the context of {limit} holds.",
            )
            return
        assert playing.stream is not None
        if self.hold_prompts:
            playing.read = reused
            playing.stream.put(Prefill(reused, playing.prompt, reused))
        else:
            self._answer(playing)

    def _answer(self, playing: _Playing) -> None:
        request, playing.read = playing.request, playing.prompt
        assert playing.stream is not None
        playing.stream.put(Prefill(playing.prompt, playing.prompt, playing.reused))
        playing.ms = _PREFILL_MS
        if self.pace == 0:
            self.finish(side=request.conversation)
        elif self.pace is not None:
            self._play_on(playing, self.pace)

    def _play_on(self, playing: _Playing, pace: float) -> None:
        if playing in self._playing:
            self._step(playing)
            asyncio.get_running_loop().call_later(pace, self._play_on, playing, pace)

    def _step(self, playing: _Playing) -> None:
        """Let one piece out, or end the answer where none is left."""
        if playing.paused or playing not in self._playing or playing.stream is None:
            return
        if not playing.has_read:
            return
        answer, request = playing.answer, playing.request
        if playing.given == len(answer.pieces):
            self._end(playing, answer.stop, answer.error)
        elif playing.given == request.max_tokens:
            self._end(playing, "length")
        elif playing.prompt + playing.given >= self._context(request.profile):
            self._end(playing, "context")
        else:
            piece = answer.pieces[playing.given]
            playing.given += 1
            playing.ms += int(self.pace * 1000) if self.pace else _MS_PER_TOKEN
            if playing.first_ms is None:
                playing.first_ms = playing.ms
            playing.words += piece.split()
            playing.stream.put(
                Text(piece, playing.given, playing.ms, playing.prompt + playing.given)
            )

    def _pause(self, playing: _Playing) -> None:
        if playing in self._playing and playing.stream and not playing.paused:
            playing.paused = True
            playing.stream.put(Paused(playing.ms))

    def _resume(self, playing: _Playing) -> None:
        if playing in self._playing and playing.stream and playing.paused:
            playing.paused = False
            playing.stream.put(Resumed(playing.ms))

    def _end(self, playing: _Playing, stop: Stop, error: str | None = None) -> None:
        if playing not in self._playing or playing.stream is None:
            return
        self._playing.remove(playing)
        pieces = playing.answer.pieces[: playing.given]
        ids = tuple(self._vocabulary.setdefault(p, len(self._vocabulary)) for p in pieces)
        playing.stream.put(
            Finished(
                stop=stop,
                error=error,
                ids=ids,
                prompt_tokens=playing.prompt,
                reused_tokens=playing.reused,
                output_tokens=playing.given + (stop == "end"),
                first_token_ms=playing.first_ms,
                ms=playing.ms,
            )
        )


def _shared(cached: list[str], prompt: list[str]) -> int:
    """Return how many words of a prompt are cached; its last one never is."""
    shared = 0
    while shared < min(len(cached), len(prompt) - 1) and cached[shared] == prompt[shared]:
        shared += 1
    return shared


def _place(request: Request) -> tuple[str, ...]:
    """Name the cache that an answer continues: each model has its own."""
    return (*request.profile.weights_key, request.conversation)


@dataclass(eq=False, kw_only=True)
class _Playing:
    """An answer on its way."""

    request: Request
    answer: Answer
    cached: list[list[str]]
    """What its conversation held when it was asked for."""
    words: list[str] = field(default_factory=list)
    """Its prompt, and what it said so far."""
    stream: Stream | None = field(default=None)
    begun: bool = False
    paused: bool = False
    given: int = 0
    prompt: int = 0
    read: int = 0
    """Tokens of the prompt that are read."""
    reused: int = 0
    ms: int = 0
    first_ms: int | None = None

    @property
    def has_read(self) -> bool:
        """Whether the whole prompt is read, so that the answer can come."""
        return self.read == self.prompt
