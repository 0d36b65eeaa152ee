"""One side as it plays through a scenario without a screen: asks, looks at answers, corrects."""

from __future__ import annotations

from dataclasses import dataclass

from tui_arena.asker import Asker, SideEnded, Tell, in_short
from tui_arena.checking.beside import beside
from tui_arena.checking.checker import Checker
from tui_arena.conversation import TEMPERATURE, Conversation
from tui_arena.engine.events import Engine
from tui_arena.scenario import Exchange, Step
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
        checker: Checker,
        order: Order,
    ) -> None:
        super().__init__(conversation=conversation, engine=engine, file=file, tell=tell)
        self._checker, self._order = checker, order
        self._told = 0
        """How many of the checker's problems were told."""

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
            scenario = self._checker.scenario
            for exchange in scenario.exchanges():
                await self._play(exchange, len(scenario.steps))
        except SideEnded:
            return False
        return self.whole

    async def _play(self, exchange: Exchange, steps: int) -> None:
        """Ask the step of an exchange; then its corrections, all or as far as they are needed."""
        where, judge = f"step {exchange.number} of {steps}", exchange.step
        answer = await self._ask(exchange.number, exchange.step, judge, where)
        corrections = [
            (exchange.number + index, f"step {exchange.number + index} of {steps}", step)
            for index, step in enumerate(exchange.corrections, 1)
        ]
        allowed = self._order.corrections
        if allowed is None or self._checker.check_of(judge) is None:
            for number, at, step in corrections:
                await self._ask(number, step, step, at)
            return
        wrong = await self._wrong(judge, answer, judge.prompt)
        for index in range(allowed):
            if not wrong or not corrections:
                break
            self.say(f"{where}: {_how(wrong)}")
            number, at, step = corrections[min(index, len(corrections) - 1)]
            judge = step if self._checker.check_of(step) is not None else judge
            at = f"{at}, correction {index + 1} of {allowed}"
            answer = await self._ask(number, step, judge, at)
            wrong = await self._wrong(judge, answer, step.prompt)
        if wrong is not None:
            self.say(f"{where}: {_how(wrong)}")

    async def _ask(self, number: int, step: Step, judge: Step, where: str) -> Attempt:
        """Ask for all attempts at a prompt; return the first one, which stays in the context.

        By what `judge` expects they are checked.
        """
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
        if len(attempts) > 1 and self._checker.check_of(judge) is not None:
            found = [await self._wrong(judge, attempt, step.prompt) for attempt in attempts]
            right = sum(wrong == () for wrong in found)
            self.say(f"{where}: {right} of {len(attempts)} attempts as expected")
        return attempts[0]

    async def _wrong(self, judge: Step, answer: Attempt, prompt: str) -> tuple[str, ...] | None:
        """Return the kinds of mistake in an answer; None where it could not be checked."""
        found = await beside(lambda: self._checker.find(judge, judge.right, answer.text, prompt))
        for problem in self._checker.problems[self._told :]:
            self.say(problem)
        self._told = len(self._checker.problems)
        return found.kinds if found is not None else None


def _how(wrong: tuple[str, ...]) -> str:
    return f"not as expected: {', '.join(wrong)}" if wrong else "as expected"
