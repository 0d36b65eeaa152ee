"""Who decodes next: all answers under way, a little of each in every round.

A round launches one decode step for every model (its answers share the step), lets every prompt
read one chunk, and only then waits for the tokens of the step before. So the device never idles
while the host looks at a token, and no answer waits for another to end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import jax
import numpy as np

from tui_arena.engine.events import (
    AnswerEvent,
    Finished,
    Paused,
    Prefill,
    Request,
    Resumed,
    Stop,
    Text,
)
from tui_arena.engine.loading import context_of
from tui_arena.engine.model import CHUNKS, Model, Row
from tui_arena.engine.pages import Cached
from tui_arena.engine.sampling import BROKEN
from tui_arena.engine.template import render, stop_ids
from tui_arena.engine.tokens import Detokenizer
from tui_arena.errors import ArenaError

_log = logging.getLogger(__name__)

_FAULTS = (jax.errors.JaxRuntimeError, MemoryError)
"""What a device raises in the middle of its work, out of memory above all."""


class RequestError(ArenaError):
    """A request that cannot be answered as it stands."""


@dataclass(eq=False)
class Answer:
    """One answer under way."""

    request: Request
    model: Model
    tell: Callable[[AnswerEvent], None]
    ids: list[int]
    """Prompt and answer so far: every token whose value is known."""
    prompt_tokens: int
    stops: frozenset[int]
    context: int
    detokenizer: Detokenizer
    cached: Cached
    reused: int
    submitted: float
    """Of `time.monotonic`."""
    chunk: jax.Array | None = None
    """The prompt's chunk on its way, while it is read."""
    pending: tuple[jax.Array, int] | None = None
    """The next token, on the device: its array and place in it; None while the prompt is read."""
    paused: bool = False
    first_token_ms: int | None = None
    faults: int = 0
    ended: bool = False
    output: list[int] = field(default_factory=list)

    def ms(self) -> int:
        """Milliseconds since the request was submitted."""
        return round(1000 * (time.monotonic() - self.submitted))

    @property
    def last(self) -> bool:
        """Whether the pending token is the last one that fits."""
        return len(self.output) + 1 >= self.request.max_tokens or len(self.ids) + 1 >= self.context


@dataclass(slots=True)
class _Flight:
    """The tokens that a round will read: their answers, and the step launched after them."""

    landing: list[Answer]
    stepping: list[Answer]
    following: jax.Array | None


class Scheduler:
    """Holds the answers under way and moves them on, round by round. For the engine thread."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    @property
    def busy(self) -> bool:
        """Whether a round would do anything."""
        return any(not answer.paused for answer in self.answers)

    def add(
        self,
        request: Request,
        model: Model,
        tell: Callable[[AnswerEvent], None],
        submitted: float,
    ) -> Answer:
        """Begin an answer; raises `RequestError` or `TokenError` where it cannot be given."""
        for other in self.answers:
            if other.model is model and other.request.conversation == request.conversation:
                raise RequestError("This side is still answering; stop that answer first.")
        profile = request.profile
        ids = render(profile.template, model.codec, request.messages)
        context = context_of(profile, model.trained)
        if len(ids) >= context:
            raise RequestError(
                f"The conversation with this prompt is {len(ids)} tokens long, and {profile.name} "
                f"can hold {context}; shorten the prompt or start a new session."
            )
        cached = model.book.open(request.conversation, ids)
        answer = Answer(
            request=request,
            model=model,
            tell=tell,
            ids=ids,
            prompt_tokens=len(ids),
            stops=stop_ids(profile.template, model.codec),
            context=context,
            detokenizer=Detokenizer(model.codec),
            cached=cached,
            reused=len(cached.ids),
            submitted=submitted,
        )
        self.answers.append(answer)
        tell(Prefill(answer.reused, len(ids), answer.reused))
        return answer

    def pause(self, answer: Answer) -> None:
        """Let no further token come; a token on its way is kept for later."""
        if not (answer.ended or answer.paused):
            answer.paused = True
            answer.tell(Paused(answer.ms()))

    def resume(self, answer: Answer) -> None:
        """Go on exactly where the answer paused."""
        if not answer.ended and answer.paused:
            answer.paused = False
            answer.tell(Resumed(answer.ms()))

    def enlarge(self, model: Model, context: int) -> None:
        """Let a model hold longer conversations; its answers under way read their tokens again."""
        model.resize(context)
        for answer in self.answers:
            if answer.model is model:
                answer.chunk = answer.pending = None
                answer.cached = model.book.open(answer.request.conversation, answer.ids)

    def stop(self, answer: Answer) -> None:
        """End the answer with what it has."""
        self._finish(answer, "stopped")

    def round(self) -> None:
        """Move every answer on by a step."""
        decoding = [a for a in self.answers if a.pending is not None and not a.paused]
        reading = [a for a in self.answers if a.pending is None and not a.paused]
        flights: list[_Flight] = []
        for model in dict.fromkeys(answer.model for answer in decoding):
            group = [answer for answer in decoding if answer.model is model]
            group = group[: model.padded_rows(len(group))]
            try:
                flights.append(self._launch(model, group))
            except _FAULTS as fault:
                self._recover(model, group, fault)
        for answer in reading:
            try:
                self._read_on(answer, beside=bool(decoding))
            except _FAULTS as fault:
                self._recover(answer.model, [answer], fault)
        for flight in flights:
            try:
                self._land(flight)
            except _FAULTS as fault:
                self._recover(flight.landing[0].model, flight.landing, fault)

    def _launch(self, model: Model, group: list[Answer]) -> _Flight:
        stepping: list[Answer] = []
        for answer in group:
            if answer.last:
                continue
            try:
                model.book.reserve(answer.cached, len(answer.ids) + 1)
            except ArenaError as problem:
                self._finish(answer, "error", str(problem))
            else:
                stepping.append(answer)
        landing = [answer for answer in group if not answer.ended]
        if not stepping:
            return _Flight(landing, [], None)
        rows = [Row(a.cached, len(a.ids), a.request.sampler) for a in stepping]
        following = model.step(_inputs(stepping, model.padded_rows(len(stepping))), rows)
        following.copy_to_host_async()
        return _Flight(landing, stepping, following)

    def _land(self, flight: _Flight) -> None:
        """Read the tokens that were pending when the flight was launched."""
        landing = [answer for answer in flight.landing if answer.pending is not None]
        tokens = [_value(answer) for answer in landing]
        for answer, token in zip(landing, tokens, strict=True):
            stepped = answer in flight.stepping
            if stepped and flight.following is not None:
                answer.pending = (flight.following, flight.stepping.index(answer))
            self._accept(answer, token, cached=stepped)

    def _accept(self, answer: Answer, token: int, *, cached: bool) -> None:
        """Take the next token; `cached` says whether its K and V are written already."""
        if token == BROKEN:
            answer.cached.ids.clear()
            self._finish(
                answer,
                "error",
                f"{answer.request.profile.name} computed scores that are not numbers (NaN); its "
                "weights may be damaged, or its dtype too narrow.",
            )
            return
        if cached:
            answer.cached.ids.append(token)
        if answer.first_token_ms is None:
            answer.first_token_ms = answer.ms()
        if token in answer.stops:
            self._finish(answer, "end", ended_by_token=True)
            return
        answer.ids.append(token)
        answer.output.append(token)
        self._say(answer, answer.detokenizer.add(token))
        if len(answer.output) >= answer.request.max_tokens:
            self._finish(answer, "length")
        elif len(answer.ids) >= answer.context:
            self._finish(answer, "context")

    def _read_on(self, answer: Answer, *, beside: bool) -> None:
        """Read the next chunk of the prompt.

        Beside answers that decode it never waits for the chunk before, and reads small ones, so
        that their tokens keep coming.
        """
        if answer.chunk is not None:
            if beside and not answer.chunk.is_ready():
                return
            answer.chunk.block_until_ready()
            answer.tell(Prefill(len(answer.cached.ids), len(answer.ids), answer.reused))
            if len(answer.cached.ids) == len(answer.ids):
                answer.pending, answer.chunk = (answer.chunk, 0), None
                return
        try:
            answer.chunk = answer.model.read(
                answer.cached,
                answer.ids,
                answer.request.sampler,
                chunk=CHUNKS[1] if beside else CHUNKS[-1],
            )
        except ArenaError as problem:
            self._finish(answer, "error", str(problem))

    def _recover(self, model: Model, group: Sequence[Answer], fault: Exception) -> None:
        """Go on after a failed step: its cache is lost, so every answer reads its tokens again.

        An answer that fails twice ends; the tokens it has stay.
        """
        _log.error("a step failed: %s", fault)
        model.reset_cache()
        for answer in group:
            answer.faults += 1
            if answer.faults > 1:
                self._finish(answer, "error", _in_plain_words(fault, answer.request.profile.name))
        for answer in self.answers:
            if answer.model is model:
                answer.chunk = answer.pending = None

    def _say(self, answer: Answer, text: str) -> None:
        if text:
            answer.tell(Text(text, len(answer.output), answer.ms(), len(answer.ids)))

    def _finish(
        self,
        answer: Answer,
        stop: Stop,
        error: str | None = None,
        *,
        ended_by_token: bool = False,
    ) -> None:
        if answer.ended:
            return
        self._say(answer, answer.detokenizer.flush())
        answer.ended = True
        answer.pending = answer.chunk = None
        answer.model.book.close(answer.cached)
        self.answers.remove(answer)
        answer.tell(
            Finished(
                stop=stop,
                error=error,
                ids=tuple(answer.output),
                prompt_tokens=answer.prompt_tokens,
                reused_tokens=answer.reused,
                output_tokens=len(answer.output) + ended_by_token,
                first_token_ms=answer.first_token_ms,
                ms=answer.ms(),
            )
        )


def _inputs(answers: Sequence[Answer], size: int) -> jax.Array | np.ndarray:
    """Gather the pending tokens of a step; without a wait where they already stand together."""
    arrays = [answer.pending for answer in answers if answer.pending is not None]
    first = arrays[0][0]
    together = all(array is first and row == index for index, (array, row) in enumerate(arrays))
    if together and first.shape[0] == size:
        return first
    tokens = np.zeros(size, np.int32)
    for index, answer in enumerate(answers):
        tokens[index] = max(_value(answer), 0)
    return tokens


def _value(answer: Answer) -> int:
    """Wait for the pending token."""
    assert answer.pending is not None
    array, row = answer.pending
    return int(np.asarray(array)[row])


def _in_plain_words(fault: Exception, name: str) -> str:
    text = str(fault)
    if isinstance(fault, MemoryError) or "RESOURCE_EXHAUSTED" in text:
        return f"The device ran out of memory while {name} answered; use a shorter conversation."
    first_line = (text.splitlines() or [type(fault).__name__])[0]
    return f"The device failed while {name} answered: {first_line[:200]}"
