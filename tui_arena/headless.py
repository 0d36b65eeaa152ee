"""The run without a screen: both sides play, each at its own pace, and all is saved."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tui_arena.asker import Asker, Tell
from tui_arena.checking.checker import Checker
from tui_arena.conversation import Conversation
from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.player import Order, Player
from tui_arena.session import SIDES, SessionError
from tui_arena.store import SessionFile

_SAVE_EVERY = 0.5
_TIME_TO_STOP = 0.7
"""Seconds for answers to end as stopped: with all else, a signal ends the run within two."""


async def play(
    *,
    engine: Engine,
    checker: Checker,
    profiles: tuple[Profile, Profile],
    file: SessionFile,
    rater: str,
    order: Order,
    tell: Tell,
) -> int:
    """Play the checker's scenario to its end through both profiles.

    Return the exit status of `play_sides`.
    """
    return await play_sides(
        [
            Player(
                conversation=Conversation(
                    side=side, record=file.session.panes[side], profile=profile, rater=rater
                ),
                engine=engine,
                file=file,
                tell=tell,
                checker=checker,
                order=order,
            )
            for side, profile in zip(SIDES, profiles, strict=True)
        ],
        engine=engine,
        file=file,
        tell=tell,
    )


async def play_sides(
    sides: Sequence[Asker], *, engine: Engine, file: SessionFile, tell: Tell
) -> int:
    """Start the engine, play each side to its end, save all along; return the exit status.

    0 when all was answered, 1 when a load, an answer or the saving failed, 128 plus the number of
    the signal that ended it. A side that fails ends; the other one goes on.
    """
    file.touch()
    saving = asyncio.create_task(_save_regularly(file, tell))
    with _signals() as interrupted:
        engine.start()
        playing = [asyncio.create_task(side.play()) for side in sides]
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


async def _end_early(sides: Sequence[Asker], playing: list[asyncio.Task[bool]]) -> None:
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
