"""One side as it plays through a scenario without a screen: asks, looks at answers, corrects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tui_arena.conversation import TEMPERATURE, Conversation
from tui_arena.engine.events import (
    Engine,
    Failed,
    Finished,
    Loading,
    Ready,
    Stop,
    Stream,
    Text,
)
from tui_arena.scenario import Exchange, Scenario, Step, as_expected
from tui_arena.session import Attempt
from tui_arena.store import SessionFile
from tui_arena.text import display_text

Tell = Callable[[str], None]
"""Takes one line of progress for people."""

_REPORT_EVERY_MS = 2000
_ENDED: dict[Stop, str] = {
    "end": "ended",
    "length": "cut off at the most tokens of an answer",
    "context": "cut off because the context is full",
    "stopped": "stopped",
    "error": "failed",
}


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


class _Ended(Exception):
    """This side goes no further."""


class Player:
    """Plays one side; the other one goes at its own pace."""

    def __init__(
        self, *, conversation: Conversation, engine: Engine, file: SessionFile, tell: Tell
    ) -> None:
        self._streams: tuple[Stream, ...] = ()
        """The answers under way."""
        self._stopping = False
        self._whole = True
        """Whether every attempt so far was answered."""
        self._conversation = conversation
        self._engine = engine
        self._file = file
        self._tell = tell

    async def play(self, scenario: Scenario, order: Order) -> bool:
        """Load the model and answer step after step; return whether all went well."""
        if not await self._load():
            return False
        profile = self._conversation.profile
        if order.attempts > 1 and profile.sampler.temperature == 0:
            self._say(
                f"{profile.name} is greedy, and its attempts would be the same; they are sampled "
                f"at temperature {TEMPERATURE}."
            )
        try:
            for exchange in scenario.exchanges():
                await self._play(exchange, len(scenario.steps), order)
        except _Ended:
            return False
        return self._whole

    def stop(self) -> bool:
        """Ask the answers under way to end; return whether there are any to wait for."""
        self._stopping = True
        for stream in self._streams:
            stream.stop()
        return bool(self._streams)

    async def _play(self, exchange: Exchange, steps: int, order: Order) -> None:
        """Ask the step of an exchange; then its corrections, all or as far as they are needed."""
        where = f"step {exchange.number} of {steps}"
        wanted = exchange.step.right
        answer = await self._ask(exchange.number, exchange.step, wanted, where, order)
        corrections = [
            (exchange.number + index, f"step {exchange.number + index} of {steps}", step)
            for index, step in enumerate(exchange.corrections, 1)
        ]
        if order.corrections is None or wanted is None:
            for number, at, step in corrections:
                await self._ask(number, step, step.right, at, order)
            return
        for index in range(order.corrections):
            if as_expected(answer.text, wanted) or not corrections:
                break
            number, at, step = corrections[min(index, len(corrections) - 1)]
            wanted = step.right or wanted
            at = f"{at}, correction {index + 1} of {order.corrections}"
            answer = await self._ask(number, step, wanted, at, order)
        right = as_expected(answer.text, wanted)
        self._say(f"{where}: {'as expected' if right else 'not as expected'}")

    async def _ask(
        self, number: int, step: Step, wanted: str | None, where: str, order: Order
    ) -> Attempt:
        """Ask for all attempts at a prompt; return the first one, which stays in the context."""
        self._say(f"{where}: {_in_short(step.prompt)}")
        request = self._conversation.ask(
            step.prompt,
            kind=step.kind,
            step=number,
            max_tokens=order.max_tokens,
            attempts=order.attempts,
        )
        attempts = self._conversation.under_way
        self._file.touch()
        self._streams = self._engine.submit_attempts(request)
        lasts = await asyncio.gather(
            *(
                self._answer(stream, attempt, where if index == 0 else "")
                for index, (stream, attempt) in enumerate(zip(self._streams, attempts, strict=True))
            )
        )
        self._streams = ()
        await self._file.save_soon()
        for nth, last in enumerate(lasts, 1):
            which = f"{where}, attempt {nth} of {len(lasts)}" if len(lasts) > 1 else where
            if last.stop == "error":
                self._whole = False
                self._say(f"{which}: {last.error or 'The model failed.'}")
            elif not self._stopping:
                self._say(f"{which}: {_summary(last)}")
        if self._stopping or lasts[0].stop == "error":
            raise _Ended
        if len(attempts) > 1 and wanted is not None:
            right = sum(as_expected(attempt.text, wanted) for attempt in attempts)
            self._say(f"{where}: {right} of {len(attempts)} attempts as expected")
        return attempts[0]

    async def _load(self) -> bool:
        profile = self._conversation.profile
        told: tuple[str, int] | None = None
        async for event in self._engine.load(profile):
            if isinstance(event, Loading):
                quarter = int((event.done or 0.0) * 4)
                what = event.stage.partition(",")[0]
                if (what, quarter) != told:
                    told = (what, quarter)
                    share = f", {event.done:.0%}" if event.done else ""
                    self._say(f"{profile.name}: {event.stage}{share}")
            elif isinstance(event, Ready):
                self._file.session.software["device"] = event.device
                self._file.touch()
                self._say(f"{profile.name}: ready on {event.device}, context {event.context}")
            elif isinstance(event, Failed):
                self._say(f"{profile.name}: {event.error}")
                return False
        return True

    async def _answer(self, stream: Stream, attempt: Attempt, where: str) -> Finished:
        """Take in the events of one answer, telling how it goes with `where`; return the last."""
        told_ms = 0
        first: Text | None = None
        async for event in stream:
            self._conversation.take(event, attempt)
            self._file.touch()
            if isinstance(event, Text):
                first = first or event
                if where and event.ms - told_ms >= _REPORT_EVERY_MS:
                    told_ms = event.ms
                    speed = _speed(event.tokens - first.tokens, event.ms - first.ms)
                    self._say(f"{where}: {event.tokens} tokens{speed}")
            elif isinstance(event, Finished):
                return event
        raise AssertionError("a stream of an answer ends with Finished")

    def _say(self, line: str) -> None:
        self._tell(f"{self._conversation.side:5}  {line}")


def _in_short(prompt: str) -> str:
    line = " ".join(display_text(prompt).split())
    return line if len(line) <= 60 else line[:59] + "…"


def _summary(last: Finished) -> str:
    since_first = last.ms - (last.first_token_ms or 0)
    speed = _speed(last.output_tokens - 1, since_first)
    first = last.first_token_ms
    wait = f", first token after {first / 1000:.2f} s" if first is not None else ""
    return f"{_ENDED[last.stop]} after {last.output_tokens} tokens{speed}{wait}"


def _speed(tokens: int, ms: int) -> str:
    return f", {1000 * tokens / ms:.1f} tokens/s" if tokens > 0 and ms > 0 else ""
