"""One side of the arena: its record, what its model sees next, and the answer under way.

Knows neither the screen nor the engine's inside: it makes requests and takes in events, so that the
arena and the run without a screen keep the very same record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from tui_arena.engine.events import (
    AnswerEvent,
    Event,
    Finished,
    Message,
    Prefill,
    Request,
    Text,
)
from tui_arena.engine.profile import Profile
from tui_arena.session import (
    FAULTS,
    Attempt,
    Corrects,
    Mark,
    MarkEntry,
    PaneRecord,
    Prompt,
    PromptKind,
    Side,
    Timing,
    Turn,
    new_id,
    now,
    standing_marks,
)


class Conversation:
    """One side: grows turn by turn, holds at most one answer under way."""

    def __init__(self, *, side: Side, record: PaneRecord, profile: Profile, rater: str) -> None:
        self.side: Side = side
        self.record = record
        """The side as it is saved; always up to date."""
        self.profile = profile
        """The profile that the next answer is asked of."""
        self.rater = rater
        """The name that new marks are given under."""
        record.profile = profile.name
        self.under_way: Attempt | None = None
        """The attempt that is being answered now."""

    @property
    def turns(self) -> list[Turn]:
        """The turns, oldest first."""
        return self.record.turns

    def switch(self, profile: Profile) -> None:
        """Ask the next answer of another profile; what was said so far goes along.

        A system text that came from the profile before gives way to the new one's; any other stays.
        Raises ValueError while an answer is under way.
        """
        if self.under_way is not None:
            raise ValueError("An answer is under way.")
        if self.record.system == self.profile.system:
            self.record.system = profile.system
        self.profile = profile
        self.record.profile = profile.name

    def messages(self, before: Turn | None = None) -> tuple[Message, ...]:
        """Return what the model sees: the system text and the turns (those before `before`).

        A turn whose answer failed or is empty is left out, so that the model never sees a question
        that seems unanswered. Token ids go along only where the same model gave them: to another
        one they would mean other words.
        """
        seen: list[Message] = []
        if self.record.system:
            seen.append(Message("system", self.record.system))
        for turn in self.turns:
            if turn is before:
                break
            if not turn.in_context:
                continue
            answer = turn.response
            seen.append(Message("user", turn.prompt.text))
            own = answer.preset == self.profile.preset
            ids = tuple(answer.token_ids) if own else ()
            seen.append(Message("assistant", answer.text, ids or None))
        return tuple(seen)

    def ask(
        self,
        text: str,
        *,
        kind: PromptKind = "free",
        step: int | None = None,
        corrects: Turn | None = None,
        max_tokens: int | None = None,
    ) -> Request:
        """Add a turn with one attempt under way, and return the request that answers it.

        `step` is the step of the scenario that the prompt is, counted from 1; `corrects` is the
        turn that a correction is about, the latest where it is none of this side's.
        Raises ValueError where the prompt is empty or an answer is under way already.
        """
        if not text.strip():
            raise ValueError("The prompt is empty.")
        if self.under_way is not None:
            raise ValueError("An answer is under way.")
        at = now()
        attempt = Attempt(
            id=new_id(),
            profile=self.profile.name,
            preset=self.profile.preset,
            system=self.record.system,
            sampler=self.profile.sampler,
            max_tokens=max_tokens or self.profile.max_tokens,
            timing=Timing(submitted=at),
        )
        about = self._corrected(corrects) if kind == "correction" else None
        prompt = Prompt(text=text, kind=kind, at=at, step=step, corrects=about)
        turn = Turn(id=new_id(), prompt=prompt, attempts=[attempt], selected=0)
        request = Request(
            profile=self.profile,
            conversation=self.side,
            messages=(*self.messages(), Message("user", text)),
            sampler=attempt.sampler,
            max_tokens=attempt.max_tokens or self.profile.max_tokens,
        )
        self.turns.append(turn)
        self.under_way = attempt
        return request

    def _corrected(self, turn: Turn | None) -> Corrects | None:
        """Name the response that a correction is about, and the fault that was marked there."""
        if not self.turns:
            return None
        known = next((mine for mine in self.turns if mine is turn), self.turns[-1])
        log = [entry for entry in known.response.marks if entry.by == self.rater]
        standing = standing_marks(log)
        found = (entry.mark for entry in reversed(log) if entry.mark in standing)
        return Corrects(
            turn=known.id,
            attempt=known.response.id,
            mark=next((mark for mark in found if mark in FAULTS), None),
        )

    def take(self, event: Event | AnswerEvent) -> None:
        """Write an event of the answer under way into the record; others change nothing."""
        attempt = self.under_way
        if attempt is None:
            return
        if isinstance(event, Prefill):
            attempt.tokens.prompt, attempt.tokens.reused = event.total, event.reused
        elif isinstance(event, Text):
            attempt.text += event.text
            attempt.tokens.output = event.tokens
            attempt.timing.chunks.append((event.ms, len(event.text)))
            if attempt.timing.first_token is None:
                attempt.timing.first_token = _later(attempt.timing.submitted, event.ms)
        elif isinstance(event, Finished):
            attempt.stop = event.stop
            attempt.error = event.error
            attempt.token_ids = list(event.ids)
            attempt.tokens.prompt = event.prompt_tokens
            attempt.tokens.reused = event.reused_tokens
            attempt.tokens.output = event.output_tokens
            if event.first_token_ms is not None:
                attempt.timing.first_token = _later(attempt.timing.submitted, event.first_token_ms)
            attempt.timing.finished = _later(attempt.timing.submitted, event.ms)
            self.under_way = None

    def toggle(self, attempt: Attempt, mark: Mark) -> MarkEntry:
        """Add a mark of this rater, or take it back where it stands; return the entry logged."""
        mine = [entry for entry in attempt.marks if entry.by == self.rater]
        standing = mark in standing_marks(mine)
        entry = MarkEntry(
            mark=mark, action="remove" if standing else "add", by=self.rater, at=now()
        )
        attempt.marks.append(entry)
        return entry


def _later(at: str, ms: int) -> str:
    moment = datetime.fromisoformat(at) + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds")
