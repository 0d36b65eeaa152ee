"""Who decodes next: all answers under way, a little of each in every round.

A round launches the decode steps of every model (its answers share them), lets every prompt read
one chunk, and only then waits for the tokens of the steps before. So the device never idles while
the host looks at a token, and no answer waits for another to end.

Of several attempts at one prompt the first reads it, apart from its last token; the others share
what it read. That last token each reads for itself, in its first decode step, and so its very first
token is chosen with its own seed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import jax
import numpy as np

from tui_arena.engine.answer import Answer
from tui_arena.engine.events import AnswerEvent, Paused, Request, Resumed, Stop
from tui_arena.engine.loading import context_of
from tui_arena.engine.memory import FAULTS, out_of_memory
from tui_arena.engine.model import CHUNKS, Model, Row
from tui_arena.engine.pages import NoRoom
from tui_arena.engine.residency import Residency
from tui_arena.engine.sampling import BROKEN
from tui_arena.engine.template import open_answer, render, stop_ids
from tui_arena.engine.tokens import Detokenizer
from tui_arena.errors import ArenaError

_log = logging.getLogger(__name__)


class RequestError(ArenaError):
    """A request that cannot be answered as it stands."""


@dataclass(slots=True)
class _Flight:
    """The tokens that a round will read: their answers, and the step launched after them."""

    landing: list[Answer]
    stepping: list[Answer]
    following: jax.Array | None


class Scheduler:
    """Holds the answers under way and moves them on, round by round. For the engine thread."""

    def __init__(self, *, devices: int | None = None, memory: int | None = None) -> None:
        self.answers: list[Answer] = []
        self.residency = Residency(self.answering, devices=devices, memory=memory)
        """The models that the answers are from."""

    @property
    def busy(self) -> bool:
        """Whether a round would do anything."""
        return any(not answer.paused for answer in self.answers)

    def answering(self, model: Model) -> int:
        """Return how many answers of a model are under way."""
        return sum(answer.model is model for answer in self.answers)

    def add(
        self,
        request: Request,
        model: Model,
        tells: Sequence[Callable[[AnswerEvent], None]],
        submitted: float,
    ) -> list[Answer]:
        """Begin an answer for each attempt, with its own listener.

        Raises `RequestError`, `TokenError` or `NoMemory` where they cannot be given.
        """
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
        stops = stop_ids(profile.template, model.codec)
        after = open_answer(model.codec, request.messages)
        self.residency.give_cache(model)
        cached = model.book.open(request.conversation, ids)
        # The others wait for the first one to read the prompt, where there is anything to read.
        known = ids if len(cached.ids) == len(ids) - 1 else ()
        answers = [
            Answer(
                request=one,
                model=model,
                tell=tell,
                ids=list(ids),
                prompt_tokens=len(ids),
                stops=stops,
                context=context,
                detokenizer=Detokenizer(model.codec, after=after),
                cached=model.book.open(request.conversation, known) if index else cached,
                reused=len(cached.ids),
                submitted=submitted,
            )
            for index, (one, tell) in enumerate(zip(request.single(), tells, strict=True))
        ]
        self.answers += answers
        for answer in answers:
            answer.tell_read(answer.reused)
        return answers

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

    def enlarge(self, model: Model, context: int, name: str) -> None:
        """Let a model hold longer conversations; its answers under way read their tokens again.

        `name` is that of the profile which wants it. Raises `NoMemory` where that does not fit;
        then the model holds what it held before.
        """
        self.residency.check_context(model, context, name)
        before = model.context
        model.resize(context)
        try:
            if self.answering(model):
                self.residency.give_cache(model)
        except ArenaError:
            model.resize(before)
            raise
        finally:
            self._begin_anew(model)

    def stop(self, answer: Answer) -> None:
        """End the answer with what it has."""
        self._finish(answer, "stopped")

    def round(self) -> None:
        """Move every answer on by a step."""
        for answer in self.answers:
            if answer.waits and not self._others_go(answer):
                self._open_anew(answer)
        going = [answer for answer in self.answers if answer.going]
        decoding = [answer for answer in going if answer.decodes]
        reading = [answer for answer in going if not answer.decodes]
        flights: list[_Flight] = []
        for group in _groups(decoding):
            try:
                flights.append(self._launch(group))
            except FAULTS as fault:
                self._recover(group, fault)
        for answer in reading:
            if answer.ended:
                continue
            try:
                self._read_on(answer, beside=bool(decoding))
            except FAULTS as fault:
                self._recover([answer], fault)
        for flight in flights:
            try:
                self._land(flight)
            except FAULTS as fault:
                self._recover(flight.landing, fault)

    def _launch(self, group: list[Answer]) -> _Flight:
        """Launch a step for answers on one model, which decode together."""
        model = group[0].model
        stepping: list[Answer] = []
        landing: list[Answer] = []
        for answer in group:
            # A fault in this round may have set it back.
            if not (answer.going and answer.decodes):
                continue
            if not answer.last:
                try:
                    model.book.reserve(answer.cached, len(answer.cached.ids) + 1)
                except NoRoom as problem:
                    self._make_wait(answer, problem)
                    continue
                stepping.append(answer)
            landing.append(answer)
        if not stepping:
            return _Flight(landing, [], None)
        rows = [Row(a.cached, len(a.cached.ids), a.request.sampler) for a in stepping]
        following = model.step(_inputs(stepping), rows)
        following.copy_to_host_async()
        for answer in stepping:
            answer.stepping = True
        return _Flight(landing, stepping, following)

    def _land(self, flight: _Flight) -> None:
        """Read the tokens that were pending when the flight was launched."""
        landing = [a for a in flight.landing if a.stepping or a.pending is not None]
        # Where none is pending, the step took the last known token instead.
        inputs = [(answer, answer.next_input(), answer.pending is None) for answer in landing]
        for answer, token, known in inputs:
            stepped = answer.stepping and flight.following is not None
            answer.stepping = False
            if stepped and flight.following is not None:
                answer.pending = (flight.following, flight.stepping.index(answer))
            if known:
                answer.cached.ids.append(token)
            else:
                self._accept(answer, token, cached=stepped)

    def _accept(self, answer: Answer, token: int, *, cached: bool) -> None:
        """Take the next token; `cached` says whether its K and V are written already."""
        if token == BROKEN:
            answer.model.book.drop(answer.cached)
            answer.model.book.forget(answer.request.conversation)
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
        answer.say(answer.detokenizer.add(token))
        if len(answer.output) >= answer.request.max_tokens:
            self._finish(answer, "length")
        elif len(answer.ids) >= answer.context:
            self._finish(answer, "context")

    def _read_on(self, answer: Answer, *, beside: bool) -> None:
        """Read the next chunk of the prompt.

        Beside answers that decode it never waits for the chunk before, and reads small ones, so
        that their tokens keep coming.
        """
        others = [o for o in self.answers if o is not answer and o.beside(answer)]
        if answer.chunk is not None:
            if beside and not answer.chunk.is_ready():
                return
            answer.chunk.block_until_ready()
            for reader in (answer, *(o for o in others if len(o.cached.ids) < o.shareable)):
                reader.tell_read(len(answer.cached.ids))
            if len(answer.cached.ids) == len(answer.ids):
                answer.pending, answer.chunk = (answer.chunk, 0), None
                return
            answer.chunk = None
        if len(answer.cached.ids) < answer.shareable:
            if self._waits_for_reader(answer):
                return
            self._share(answer)
        if answer.decodes:
            return
        try:
            answer.chunk = answer.model.read(
                answer.cached,
                answer.ids[:-1] if others else answer.ids,
                answer.request.sampler,
                chunk=CHUNKS[1] if beside else CHUNKS[-1],
            )
        except NoRoom as problem:
            self._make_wait(answer, problem)
        except ArenaError as problem:
            self._finish(answer, "error", str(problem))

    def _waits_for_reader(self, answer: Answer) -> bool:
        """Whether an attempt before this one still reads what both need."""
        before = self.answers[: self.answers.index(answer)]
        return any(other.beside(answer) and other.going and not other.decodes for other in before)

    def _share(self, answer: Answer) -> None:
        """Begin with what another attempt has read, where it is more than the answer's own."""
        book, conversation = answer.model.book, answer.request.conversation
        if book.held(conversation, answer.ids) > len(answer.cached.ids):
            book.drop(answer.cached)
            answer.cached = book.open(conversation, answer.ids)

    def _others_go(self, answer: Answer) -> bool:
        """Whether another answer on the same model moves on, and so will make room."""
        return any(o.going and o.model is answer.model for o in self.answers if o is not answer)

    def _make_wait(self, answer: Answer, problem: NoRoom) -> None:
        """Take an answer's pages until another one ends; end it where that would never be."""
        if not self._others_go(answer):
            self._finish(answer, "error", str(problem))
            return
        answer.set_back()
        answer.waits = True
        answer.model.book.drop(answer.cached)

    def _open_anew(self, answer: Answer) -> None:
        answer.waits = False
        answer.cached = answer.model.book.open(answer.request.conversation, answer.ids)

    def _recover(self, group: Sequence[Answer], fault: Exception) -> None:
        """Go on after a failed step: its cache is lost, so every answer reads its tokens again.

        An answer that fails twice ends; the tokens it has stay.
        """
        _log.error("a step failed: %s", fault)
        model = group[0].model
        for answer in group:
            answer.faults += 1
            if answer.faults > 1:
                self._finish(answer, "error", _in_plain_words(fault, answer.request.profile.name))
        model.drop_cache()
        if out_of_memory(fault):
            self.residency.evict_idle()
        self._begin_anew(model)

    def _begin_anew(self, model: Model) -> None:
        """Let the answers of a model read their tokens again, in a new cache where it has none."""
        answers = [answer for answer in self.answers if answer.model is model]
        for answer in answers:
            answer.set_back()
        try:
            if answers:
                self.residency.give_cache(model)
        except ArenaError as problem:
            for answer in answers:
                self._finish(answer, "error", str(problem))
            return
        for answer in answers:
            self._open_anew(answer)

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
        answer.model.book.close(answer.cached)
        self.answers.remove(answer)
        answer.end(stop, error, ended_by_token=ended_by_token)
        waiting = [other for other in self.answers if other.waits and other.model is answer.model]
        if waiting:
            self._open_anew(waiting[0])


def _groups(decoding: Sequence[Answer]) -> list[list[Answer]]:
    """Share the answers out over steps: one model each, as even as can be, none too wide."""
    groups: list[list[Answer]] = []
    for model in dict.fromkeys(answer.model for answer in decoding):
        rows = [answer for answer in decoding if answer.model is model]
        steps = -(-len(rows) // model.padded_rows(len(rows)))
        cuts = [len(rows) * step // steps for step in range(steps + 1)]
        groups += [rows[start:end] for start, end in pairwise(cuts)]
    return groups


def _inputs(answers: Sequence[Answer]) -> jax.Array | np.ndarray:
    """Gather the input tokens of a step; without a wait where they already stand together."""
    size = answers[0].model.padded_rows(len(answers))
    pending = [answer.pending for answer in answers]
    if pending[0] is not None:
        first = pending[0][0]
        together = all(p is not None and p[0] is first and p[1] == n for n, p in enumerate(pending))
        if together and first.shape[0] == size:
            return first
    tokens = np.zeros(size, np.int32)
    for index, answer in enumerate(answers):
        tokens[index] = max(answer.next_input(), 0)
    return tokens


def _in_plain_words(fault: Exception, name: str) -> str:
    text = str(fault)
    if out_of_memory(fault):
        return f"The device ran out of memory while {name} answered; use a shorter conversation."
    first_line = (text.splitlines() or [type(fault).__name__])[0]
    return f"The device failed while {name} answered: {first_line[:200]}"
