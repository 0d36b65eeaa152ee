"""Saves the session soon after each change, and keeps trying where that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from tui_arena.session import Turn
from tui_arena.store import SessionFile

_BETWEEN = 0.5
"""Seconds between two saves: with the writing itself less than a second can be lost."""
_AFTER_PROBLEM = 3.0


class Autosave:
    """Holds no timer while there is nothing to save.

    `spawn` runs a coroutine beside the caller; `told` is called after every attempt to save.
    """

    def __init__(
        self,
        *,
        file: SessionFile,
        spawn: Callable[[Coroutine[None, None, None]], object],
        told: Callable[[], None],
    ) -> None:
        self.file = file
        self._spawn = spawn
        self._told = told
        self._running = False

    def changed(self, turn: Turn | None = None) -> None:
        """Take note of a change, only in that turn if one is given; it is on the disk in a second.

        What an answer under way costs then does not grow with the turns before it.
        """
        self.file.touch(turn)
        if not self._running:
            self._running = True
            self._spawn(self._save_until_clean())

    async def _save_until_clean(self) -> None:
        try:
            while self.file.unsaved:
                await self.file.save_soon()
                self._told()
                await asyncio.sleep(_AFTER_PROBLEM if self.file.problem else _BETWEEN)
        finally:
            self._running = False
