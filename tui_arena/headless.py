"""The run without a screen: a scenario's prompts through both models, each side at its own pace."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tui_arena.conversation import Conversation
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
from tui_arena.engine.profile import Profile
from tui_arena.scenario import Scenario
from tui_arena.session import SIDES, SessionError
from tui_arena.store import SessionFile
from tui_arena.text import display_text

Tell = Callable[[str], None]
"""Takes one line of progress for people."""

_SAVE_EVERY = 0.5
_TIME_TO_STOP = 0.7
"""Seconds for answers to end as stopped: with all else, a signal ends the run within two."""
_REPORT_EVERY_MS = 2000

_ENDED: dict[Stop, str] = {
    "end": "ended",
    "length": "cut off at the most tokens of an answer",
    "context": "cut off because the context is full",
    "stopped": "stopped",
    "error": "failed",
}


async def play(
    *,
    engine: Engine,
    scenario: Scenario,
    profiles: tuple[Profile, Profile],
    file: SessionFile,
    rater: str,
    max_tokens: int | None,
    tell: Tell,
) -> int:
    """Start the engine, play the scenario to its end, save all along; return the exit status.

    0 when all was answered, 1 when a load, an answer or the saving failed, 128 plus the number of
    the signal that ended it. A side that fails ends; the other one goes on.
    """
    file.touch()
    sides = [
        _Side(
            conversation=Conversation(
                side=side, record=file.session.panes[side], profile=profile, rater=rater
            ),
            engine=engine,
            file=file,
            tell=tell,
        )
        for side, profile in zip(SIDES, profiles, strict=True)
    ]
    saving = asyncio.create_task(_save_regularly(file, tell))
    with _signals() as interrupted:
        engine.start()
        playing = [asyncio.create_task(side.play(scenario, max_tokens)) for side in sides]
        ended = asyncio.create_task(asyncio.wait(playing))
        first: set[asyncio.Future[Any]] = {ended, interrupted}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if interrupted.done():
                await _end_early(sides, playing)
        finally:
            saving.cancel()
            saved = _save_at_last(file, tell)
            engine.close()
        if interrupted.done():
            number = interrupted.result()
            where = f"; what was answered so far is saved in {file.path}" if saved else ""
            tell(f"Ended by {signal.Signals(number).name}{where}.")
            return 128 + number
        return 0 if saved and all(task.result() for task in playing) else 1


class _Side:
    """One side as it plays through the scenario."""

    def __init__(
        self, *, conversation: Conversation, engine: Engine, file: SessionFile, tell: Tell
    ) -> None:
        self.stream: Stream | None = None
        """The answer under way."""
        self._stopping = False
        self._conversation = conversation
        self._engine = engine
        self._file = file
        self._tell = tell

    async def play(self, scenario: Scenario, max_tokens: int | None) -> bool:
        """Load the model and answer step after step; return whether all went well."""
        if not await self._load():
            return False
        for number, step in enumerate(scenario.steps, 1):
            where = f"step {number} of {len(scenario.steps)}"
            self._say(f"{where}: {_in_short(step.prompt)}")
            request = self._conversation.ask(
                step.prompt, kind=step.kind, step=number, max_tokens=max_tokens
            )
            self._file.touch()
            self.stream = self._engine.submit(request)
            last = await self._answer(self.stream, where)
            self.stream = None
            await self._file.save_soon()
            if last.stop == "error":
                self._say(f"{where}: {last.error or 'The model failed.'}")
                return False
            if self._stopping:
                return False
            self._say(f"{where}: {_summary(last)}")
        return True

    def stop(self) -> bool:
        """Ask the answer under way to end; return whether there is one to wait for."""
        self._stopping = True
        if self.stream is None:
            return False
        self.stream.stop()
        return True

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

    async def _answer(self, stream: Stream, where: str) -> Finished:
        """Take in the events of one answer; return the last one."""
        told_ms = 0
        first: Text | None = None
        async for event in stream:
            self._conversation.take(event)
            self._file.touch()
            if isinstance(event, Text):
                first = first or event
                if event.ms - told_ms >= _REPORT_EVERY_MS:
                    told_ms = event.ms
                    speed = _speed(event.tokens - first.tokens, event.ms - first.ms)
                    self._say(f"{where}: {event.tokens} tokens{speed}")
            elif isinstance(event, Finished):
                return event
        raise AssertionError("a stream of an answer ends with Finished")

    def _say(self, line: str) -> None:
        self._tell(f"{self._conversation.side:5}  {line}")


async def _end_early(sides: list[_Side], playing: list[asyncio.Task[bool]]) -> None:
    """Let answers under way end as stopped, but not for long; what still loads just ends."""
    waiting = [task for side, task in zip(sides, playing, strict=True) if side.stop()]
    if waiting:
        await asyncio.wait(waiting, timeout=_TIME_TO_STOP)
    for task in playing:
        task.cancel()
    await asyncio.wait(playing)


async def _save_regularly(file: SessionFile, tell: Tell) -> None:
    told: str | None = None
    while True:
        await asyncio.sleep(_SAVE_EVERY)
        await file.save_soon()
        if file.problem != told:
            told = file.problem
            tell(f"{told} The run goes on." if told else "The session is saved again.")


def _save_at_last(file: SessionFile, tell: Tell) -> bool:
    """Save where it belongs, or else wherever there is room; return whether it is in its place."""
    try:
        file.save()
    except SessionError as problem:
        tell(str(problem))
    else:
        return True
    try:
        tell(f"It is saved in {file.save_elsewhere()} instead.")
    except SessionError as problem:
        tell(str(problem))
    return False


@contextmanager
def _signals() -> Iterator[asyncio.Future[int]]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into a result; ignored ones stay ignored."""
    loop = asyncio.get_running_loop()
    interrupted: asyncio.Future[int] = loop.create_future()

    def interrupt(number: int) -> None:
        if not interrupted.done():
            interrupted.set_result(number)

    caught = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    for number in caught:
        loop.add_signal_handler(number, interrupt, number)
    try:
        yield interrupted
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


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
