"""One side as it plays a session's turns again: same prompts, same settings, new answers."""

from __future__ import annotations

import copy
from dataclasses import replace

import msgspec

from tui_arena.asker import Asker, SideEnded, Tell, in_short
from tui_arena.conversation import Conversation
from tui_arena.engine.events import Engine, Message, Request
from tui_arena.rerun.plan import Question, Repetition, SidePlan
from tui_arena.revision import choose, edit, seen_by
from tui_arena.session import Attempt, Corrects, Prompt, Repeat, Rerun, Turn
from tui_arena.stamps import new_id, now
from tui_arena.store import SessionFile


class Repetitions(Conversation):
    """A conversation whose turns and settings are those of another one."""

    def begin(self, turn: Turn, corrects: Corrects | None) -> Turn:
        """Add a turn with the prompt of another one, and no attempts yet."""
        prompt = msgspec.structs.replace(turn.prompt, at=now(), corrects=corrects)
        made = Turn(id=new_id(), prompt=prompt)
        self.turns.append(made)
        return made

    def ask_in(self, turn: Turn, question: Question) -> Request:
        """Put a question's attempts under way in a turn; return the request for them."""
        self.profile, self.record.system = question.profile, question.system
        self.record.profile = question.profile.name
        request = self._request(turn, question.profile.sampler, len(question.attempts), None)
        self._add_attempts(turn, request)
        return request

    def context_then(self, attempt: Attempt, turns: list[Turn]) -> tuple[Message, ...]:
        """Return what an attempt of the other conversation had before it, for this model.

        `turns` are those before its own. Token ids go along where the same model gave them.
        """
        messages = [Message("system", self.record.system)] if self.record.system else []
        for seen in seen_by(attempt, turns):
            own = seen.attempt.preset == self.profile.preset
            messages.append(Message("user", seen.turn.prompt.text))
            messages.append(Message("assistant", seen.text, (seen.ids if own else ()) or None))
        return tuple(messages)


class Repeater(Asker):
    """Plays one side again."""

    def __init__(
        self,
        *,
        conversation: Repetitions,
        engine: Engine,
        file: SessionFile,
        tell: Tell,
        plan: SidePlan,
        turns: list[Turn],
        rerun: Rerun,
    ) -> None:
        """`turns` are all of the side that is played again; `rerun` takes what answers what."""
        super().__init__(conversation=conversation, engine=engine, file=file, tell=tell)
        self._repetitions, self._plan, self._turns = conversation, plan, turns
        self._rerun = rerun
        self._loaded = ""

    async def play(self) -> bool:
        """Ask turn after turn; return whether all went well."""
        try:
            for again in self._plan.turns:
                await self._play(again)
        except SideEnded:
            return False
        return self.whole

    async def _play(self, again: Repetition) -> None:
        if not again.questions:  # taken over: it stands as it was, and nobody's marks come along
            kept = copy.deepcopy(again.turn)
            for attempt in kept.attempts:
                attempt.marks.clear()
            self._repetitions.turns.append(kept)
            return
        where = f"turn {again.number} of {len(self._turns)}"
        self.say(f"{where}: {in_short(again.turn.prompt.text)}")
        turn: Turn | None = None
        for question in again.questions:
            await self._make_ready(question)
            if turn is None:
                turn = self._repetitions.begin(again.turn, self._corrects(again.turn.prompt))
            await self._ask(turn, again, question, where)
        assert turn is not None
        self._select(turn, again)

    async def _make_ready(self, question: Question) -> None:
        if question.profile.name != self._loaded:
            if not await self.load(question.profile):
                raise SideEnded
            self._loaded = question.profile.name

    async def _ask(self, turn: Turn, again: Repetition, question: Question, where: str) -> None:
        request = self._repetitions.ask_in(turn, question)
        if self._rerun.same_context:
            before = self._turns[: again.number - 1]
            context = self._repetitions.context_then(question.attempts[0], before)
            request = replace(request, messages=(*context, request.messages[-1]))
        made = self._repetitions.under_way
        for was, attempt in zip(question.attempts, made, strict=True):
            self._rerun.answers.append(
                Repeat(
                    side=self._plan.side,
                    turn=turn.id,
                    attempt=attempt.id,
                    was_turn=again.turn.id,
                    was_attempt=was.id,
                )
            )
        await self.answer(request, where)

    def _select(self, turn: Turn, again: Repetition) -> None:
        """Put into the context what stood there, as far as a person had a say in it."""
        rater = self._repetitions.rater
        choose(turn, again.asked.index(again.turn.response), by=rater)
        was = again.turn.response
        if was.edits:
            edit(turn.response, was.said, by=was.edits[-1].by)

    def _corrects(self, prompt: Prompt) -> Corrects | None:
        """Name the response here that answers as the corrected one did; it has no mark yet."""
        about = prompt.corrects
        if about is None:
            return None
        same = [
            answer
            for answer in self._rerun.answers
            if (answer.side, answer.was_turn) == (self._plan.side, about.turn)
        ]
        exact = (answer for answer in same if answer.was_attempt == about.attempt)
        found = next(exact, same[0] if same else None)
        if found is not None:
            return Corrects(turn=found.turn, attempt=found.attempt)
        kept = any(turn.id == about.turn for turn in self._repetitions.turns)
        return Corrects(turn=about.turn, attempt=about.attempt) if kept else None
