"""One side of the arena: its record, what its model sees next, and the answer under way.

Knows neither the screen nor the engine's inside: it makes requests and takes in events, so that the
arena and the run without a screen keep the very same record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from tui_arena.engine.events import (
    SEEDS,
    AnswerEvent,
    Event,
    Finished,
    Message,
    Prefill,
    Request,
    Text,
)
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.judgement import standing_marks, toggle_mark
from tui_arena.revision import choose
from tui_arena.session import (
    FAULTS,
    Attempt,
    Continuation,
    Corrects,
    Mark,
    MarkEntry,
    PaneRecord,
    Prompt,
    PromptKind,
    Side,
    Timing,
    Turn,
)
from tui_arena.side_settings import SideSettings
from tui_arena.stamps import new_id, now

TEMPERATURE = 0.7
"""Where a profile is greedy: attempts at one prompt would all be the same answer."""


@dataclass(frozen=True, slots=True)
class _Before:
    """What an attempt had when its answer was asked for: nothing, unless it goes on."""

    ms: int = 0
    """Milliseconds since it was submitted first."""
    tokens: int = 0
    characters: int = 0
    ids: tuple[int, ...] | None = ()
    """None where the ids of its text are not known."""


class Conversation:
    """One side: grows turn by turn, holds the attempts of at most one turn under way."""

    def __init__(self, *, side: Side, record: PaneRecord, profile: Profile, rater: str) -> None:
        self.side: Side = side
        self.record = record
        """The side as it is saved; always up to date."""
        self.profile = profile
        """The profile that the next answer is asked of."""
        self.rater = rater
        """The name that new marks are given under."""
        record.profile = profile.name
        self._own_system = record.system != profile.system
        """Whether the system text is another one than the profile's, and stays with any profile."""
        self._under_way: dict[str, tuple[Attempt, _Before]] = {}
        """The attempts that are being answered now, by their ids."""
        self.answering: Turn | None = None
        """The turn that they belong to, or the last ones did."""

    @property
    def under_way(self) -> tuple[Attempt, ...]:
        """The attempts that are being answered now, in the order of the request for them."""
        return tuple(attempt for attempt, _ in self._under_way.values())

    @property
    def turns(self) -> list[Turn]:
        """The turns, oldest first."""
        return self.record.turns

    @property
    def latest(self) -> Turn | None:
        """The last turn that was not set aside."""
        return next((turn for turn in reversed(self.turns) if turn.stands), None)

    @property
    def settings(self) -> SideSettings:
        """What the next answer is asked with in place of what the profile says."""
        return SideSettings(
            system=self.record.system if self._own_system else None,
            sampler=self.record.sampler,
            max_tokens=self.record.max_tokens,
        )

    @property
    def sampler(self) -> Sampler:
        """How the next answer is sampled."""
        return self.record.sampler or self.profile.sampler

    @property
    def max_tokens(self) -> int:
        """Most tokens of the next answer."""
        return self.record.max_tokens or self.profile.max_tokens

    def ask_with(self, settings: SideSettings) -> None:
        """Ask the next answer with other settings; one that is under way goes on with its own."""
        self._own_system = settings.system is not None
        self.record.system = self.profile.system if settings.system is None else settings.system
        self.record.sampler, self.record.max_tokens = settings.sampler, settings.max_tokens

    def switch(self, profile: Profile) -> None:
        """Ask the next answer of another profile; what was said so far goes along.

        A system text that came from the profile before gives way to the new one's, and so do its
        sampler and limit of tokens; what was set for this side stays.
        Raises ValueError while an answer is under way.
        """
        self._refuse_while_answering()
        if not self._own_system:
            self.record.system = profile.system
        self.profile = profile
        self.record.profile = profile.name

    def messages(self, before: Turn | None = None) -> tuple[Message, ...]:
        """Return what the model sees: the system text and the turns (those before `before`).

        A turn that was set aside, or whose answer failed or is empty, is left out, so that the
        model never sees a question that seems unanswered. Token ids go along only where the same
        model gave them (to another one they would mean other words) and nobody edited the answer.
        """
        seen: list[Message] = []
        if self.record.system:
            seen.append(Message("system", self.record.system))
        for turn in self.turns:
            if turn is before:
                break
            if not turn.in_context:
                continue
            seen.append(Message("user", turn.prompt.text))
            seen.append(self._answer_message(turn.response))
        return tuple(seen)

    def ask(
        self,
        text: str,
        *,
        kind: PromptKind = "free",
        step: int | None = None,
        corrects: Turn | None = None,
        max_tokens: int | None = None,
        attempts: int = 1,
        replaces: Turn | None = None,
    ) -> Request:
        """Add a turn with its attempts under way, and return the request that answers it.

        `step` is the step of the scenario that the prompt is, counted from 1; `corrects` is the
        turn that a correction is about, the latest where it is none of this side's.
        `replaces` is the turn whose prompt was edited into this one. Several attempts are sampled.
        Raises ValueError where the prompt is empty or an answer is under way already.
        """
        if not text.strip():
            raise ValueError("The prompt is empty.")
        self._refuse_while_answering()
        about = self._corrected(corrects) if kind == "correction" else None
        turn = Turn(
            id=new_id(),
            prompt=Prompt(text=text, kind=kind, at=now(), step=step, corrects=about),
            replaces=replaces.id if replaces is not None else None,
        )
        sampler = self.sampler if attempts == 1 else sampled(self.sampler)
        request = self._request(turn, sampler, attempts, max_tokens)
        self.turns.append(turn)
        self._add_attempts(turn, request)
        return request

    def _corrected(self, turn: Turn | None) -> Corrects | None:
        """Name the response that a correction is about, and the fault that was marked there."""
        known = next((mine for mine in self.turns if mine is turn), self.latest)
        if known is None:
            return None
        log = [entry for entry in known.response.marks if entry.by == self.rater]
        standing = standing_marks(log)
        found = (entry.mark for entry in reversed(log) if entry.mark in standing)
        return Corrects(
            turn=known.id,
            attempt=known.response.id,
            mark=next((mark for mark in found if mark in FAULTS), None),
        )

    def retry(self, attempts: int = 1) -> Request:
        """Ask the latest turn's prompt again, and return the request for the new attempts.

        They are sampled with seeds that no attempt at it had; the first one is selected. Raises
        ValueError where there is no turn or an answer is under way.
        """
        self._refuse_while_answering()
        turn = self.latest
        if turn is None:
            raise ValueError("There is no turn yet.")
        seed = (turn.attempts[-1].sampler.seed + 1) % SEEDS
        sampler = msgspec.structs.replace(sampled(self.sampler), seed=seed)
        request = self._request(turn, sampler, attempts, None)
        first = len(turn.attempts)
        self._add_attempts(turn, request)
        choose(turn, first, by=self.rater)
        return request

    def go_on(self) -> Request:
        """Let the latest turn's shown answer go on where it ended; return the request for that.

        Raises ValueError with the reason, one sentence, where it cannot.
        """
        turn = self.latest
        if reason := self.why_not_on():
            raise ValueError(reason)
        assert turn is not None
        attempt = turn.response
        said = self._answer_message(attempt)
        if said.ids and attempt.text.endswith(_HALF):
            _drop_half(attempt)  # the rest of its bytes comes now, and the engine shows it whole
        at = now()
        attempt.continued.append(
            Continuation(
                at=at, tokens=attempt.tokens.output, stop=attempt.stop, error=attempt.error
            )
        )
        before = _Before(
            ms=_ms_between(attempt.timing.submitted, at),
            tokens=attempt.tokens.output,
            characters=len(attempt.text),
            ids=said.ids,
        )
        limit = self.max_tokens
        attempt.max_tokens = attempt.tokens.output + limit
        attempt.stop, attempt.error, attempt.timing.finished = "stopped", None, None
        self._under_way[attempt.id] = attempt, before
        self.answering = turn
        return Request(
            profile=self.profile,
            conversation=self.side,
            messages=(*self.messages(before=turn), Message("user", turn.prompt.text), said),
            sampler=attempt.sampler,
            max_tokens=limit,
        )

    def why_not_on(self, *, blind: bool = False) -> str:
        """Say in one sentence why the latest turn's answer cannot go on; nothing where it can.

        Blind, no model is named.
        """
        turn = self.latest
        if turn is None:
            return "There is no answer yet that could go on."
        if self.under_way:
            return "An answer is under way."
        if turn.origin is not None:
            return "This answer came from the other side; ask for more."
        attempt = turn.response
        if attempt.stop == "end" and attempt.timing.finished is not None:
            return "The model itself ended this answer; ask for more, or retry it."
        if attempt.stop == "context":
            return "The context is full, so this answer cannot go on."
        if attempt.edited:
            return "An edited answer cannot go on; retry it, or ask for more."
        if not attempt.text:
            return "Nothing came of this answer that could go on; retry it."
        if attempt.system not in (None, self.record.system):
            return "The system text is another one by now, so this answer cannot go on; retry it."
        if (attempt.profile, attempt.preset) != (self.profile.name, self.profile.preset):
            if blind:
                return "Another model gave this answer, and only that one can go on; retry it."
            return f"Only {attempt.profile} can go on with its answer; choose it, or retry."
        return ""

    def take(self, event: Event | AnswerEvent, attempt: Attempt | None = None) -> None:
        """Write an event of an answer under way into the record; others change nothing.

        Without an attempt it is one of the only answer, or the first one, that is under way.
        """
        found = next(iter(self._under_way.values()), None)
        if attempt is not None:
            found = self._under_way.get(attempt.id)
        if found is None:
            return
        attempt, before = found
        timing, fresh = attempt.timing, not attempt.continued
        if isinstance(event, Prefill):
            if fresh:
                attempt.tokens.prompt, attempt.tokens.reused = event.total, event.reused
        elif isinstance(event, Text):
            attempt.text += event.text
            attempt.tokens.output = before.tokens + event.tokens
            timing.chunks.append((before.ms + event.ms, len(event.text)))
            if timing.first_token is None:
                timing.first_token = _later(timing.submitted, before.ms + event.ms)
        elif isinstance(event, Finished):
            attempt.stop, attempt.error = event.stop, event.error
            # An engine that broke gives no ids for the text that came; half of them would mislead.
            lost = event.stop == "error" and not event.ids and len(attempt.text) > before.characters
            known = before.ids is not None and not lost
            attempt.token_ids = [*(before.ids or ()), *event.ids] if known else []
            attempt.tokens.output = before.tokens + event.output_tokens
            if fresh:
                attempt.tokens.prompt = event.prompt_tokens
                attempt.tokens.reused = event.reused_tokens
                if event.first_token_ms is not None:
                    timing.first_token = _later(timing.submitted, event.first_token_ms)
            timing.finished = _later(timing.submitted, before.ms + event.ms)
            del self._under_way[attempt.id]

    def _refuse_while_answering(self) -> None:
        if self._under_way:
            raise ValueError("An answer is under way.")

    def _answer_message(self, answer: Attempt) -> Message:
        own = answer.preset == self.profile.preset and not answer.edited
        return Message("assistant", answer.said, (tuple(answer.token_ids) if own else ()) or None)

    def _request(
        self, turn: Turn, sampler: Sampler, attempts: int, max_tokens: int | None
    ) -> Request:
        return Request(
            profile=self.profile,
            conversation=self.side,
            messages=(*self.messages(before=turn), Message("user", turn.prompt.text)),
            sampler=sampler,
            max_tokens=max_tokens or self.max_tokens,
            attempts=attempts,
        )

    def _add_attempts(self, turn: Turn, request: Request) -> None:
        """Put an attempt for each of the request's answers under way."""
        at, self.answering = now(), turn
        for one in request.single():
            attempt = Attempt(
                id=new_id(),
                profile=self.profile.name,
                preset=self.profile.preset,
                system=self.record.system,
                sampler=one.sampler,
                max_tokens=one.max_tokens,
                timing=Timing(submitted=at),
            )
            turn.attempts.append(attempt)
            self._under_way[attempt.id] = attempt, _Before()

    def toggle(self, attempt: Attempt, mark: Mark) -> MarkEntry:
        """Add a mark of this rater, or take it back where it stands; return the entry logged."""
        return toggle_mark(attempt, mark, by=self.rater)


_HALF = "\ufffd"
"""What the engine shows where an answer ended within a character."""


def _drop_half(attempt: Attempt) -> None:
    attempt.text = attempt.text.removesuffix(_HALF)
    if attempt.timing.chunks:
        ms, characters = attempt.timing.chunks[-1]
        attempt.timing.chunks[-1] = ms, max(0, characters - 1)


def sampled(sampler: Sampler) -> Sampler:
    """Return a sampler with which attempts differ."""
    return msgspec.structs.replace(sampler, temperature=sampler.temperature or TEMPERATURE)


def _ms_between(earlier: str, later: str) -> int:
    passed = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return max(0, int(passed / timedelta(milliseconds=1)))


def _later(at: str, ms: int) -> str:
    moment = datetime.fromisoformat(at) + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds")
