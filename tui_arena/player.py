"""One side as it plays through a scenario without a screen: asks, looks at answers, corrects."""

from __future__ import annotations

from dataclasses import dataclass

from tui_arena.asker import Asker, SideEnded, Tell, in_short
from tui_arena.conversation import TEMPERATURE, Conversation
from tui_arena.engine.events import Engine
from tui_arena.scenario import Exchange, Scenario, Step, as_expected
from tui_arena.session import Attempt
from tui_arena.store import SessionFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a scenario is played."""

    max_tokens: int | None = None
    """Most tokens of one answer; None leaves it to the profile."""
    attempts: int = 1
    """Attempts at each prompt, as one batch; the first one stays in the context."""
    corrections: int | None = None
    """Most corrections after an answer that is not the expected one; None sends the scenario's
    corrections as its other steps, whatever was answered."""


class Player(Asker):
    """Plays one side of a scenario."""

    def __init__(
        self,
        *,
        conversation: Conversation,
        engine: Engine,
        file: SessionFile,
        tell: Tell,
        scenario: Scenario,
        order: Order,
    ) -> None:
        super().__init__(conversation=conversation, engine=engine, file=file, tell=tell)
        self._scenario, self._order = scenario, order

    async def play(self) -> bool:
        """Load the model and answer step after step; return whether all went well."""
        profile = self._conversation.profile
        if not await self.load(profile):
            return False
        if self._order.attempts > 1 and profile.sampler.temperature == 0:
            self.say(
                f"{profile.name} is greedy, and its attempts would be the same; they are sampled "
                f"at temperature {TEMPERATURE}."
            )
        try:
            for exchange in self._scenario.exchanges():
                await self._play(exchange, len(self._scenario.steps))
        except SideEnded:
            return False
        return self.whole

    async def _play(self, exchange: Exchange, steps: int) -> None:
        """Ask the step of an exchange; then its corrections, all or as far as they are needed."""
        where = f"step {exchange.number} of {steps}"
        wanted = exchange.step.right
        answer = await self._ask(exchange.number, exchange.step, wanted, where)
        corrections = [
            (exchange.number + index, f"step {exchange.number + index} of {steps}", step)
            for index, step in enumerate(exchange.corrections, 1)
        ]
        allowed = self._order.corrections
        if allowed is None or wanted is None:
            for number, at, step in corrections:
                await self._ask(number, step, step.right, at)
            return
        for index in range(allowed):
            if as_expected(answer.text, wanted) or not corrections:
                break
            number, at, step = corrections[min(index, len(corrections) - 1)]
            wanted = step.right or wanted
            at = f"{at}, correction {index + 1} of {allowed}"
            answer = await self._ask(number, step, wanted, at)
        right = as_expected(answer.text, wanted)
        self.say(f"{where}: {'as expected' if right else 'not as expected'}")

    async def _ask(self, number: int, step: Step, wanted: str | None, where: str) -> Attempt:
        """Ask for all attempts at a prompt; return the first one, which stays in the context."""
        self.say(f"{where}: {in_short(step.prompt)}")
        request = self._conversation.ask(
            step.prompt,
            kind=step.kind,
            step=number,
            max_tokens=self._order.max_tokens,
            attempts=self._order.attempts,
        )
        attempts = self._conversation.under_way
        await self.answer(request, where)
        if len(attempts) > 1 and wanted is not None:
            right = sum(as_expected(attempt.text, wanted) for attempt in attempts)
            self.say(f"{where}: {right} of {len(attempts)} attempts as expected")
        return attempts[0]
