"""Slow checks beside all else, in threads that nobody has to wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """Return what a function returns, or raise what it raises; it runs in a thread of its own.

    Unlike `asyncio.to_thread` the program can end while it runs: a check may be anybody's code.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, problem: BaseException | None) -> None:
        if done.cancelled():
            return
        if problem is not None:
            done.set_exception(problem)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001  # raised again where it is waited for
            problem = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, problem)

    Thread(target=run, name="check", daemon=True).start()
    return await done
