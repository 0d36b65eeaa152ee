"""Loads models one after the other, each in a thread of its own, while answers go on.

Keras keeps its distribution, its dtype policy and its counters of names per thread: a fresh one for
each load also means that a model's weights have the same names whenever it is loaded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from tui_arena.engine.events import Loading
from tui_arena.engine.profile import Profile
from tui_arena.engine.residency import Residency
from tui_arena.engine.threads import deep_stacks
from tui_arena.errors import ArenaError

_Result = TypeVar("_Result")
_Key = tuple[str, ...]

_LOOK_EVERY = 0.5
"""Seconds after which a loading thread looks whether it is still wanted."""


class _Wish(NamedTuple):
    profile: Profile
    go: Callable[[], None]
    fail: Callable[[ArenaError], None]


class Loader:
    """Who waits for which model. For the engine thread, apart from the loading itself."""

    def __init__(
        self,
        residency: Residency,
        *,
        order: Callable[[Callable[[], None]], None],
        tell: Callable[[_Key, Loading], None],
        closing: threading.Event,
    ) -> None:
        """Load nothing yet.

        Args:
            residency: takes what was loaded.
            order: has something done in the engine thread; from any thread.
            tell: hears how far the model of a `weights_key` is; from any thread.
            closing: set when nobody waits any more.
        """
        self._residency = residency
        self._order = order
        self._tell = tell
        self._closing = closing
        self._wishes: dict[_Key, list[_Wish]] = {}
        self._loading: _Key | None = None

    def want(
        self, profile: Profile, go: Callable[[], None], fail: Callable[[ArenaError], None]
    ) -> None:
        """Call `go` once a profile's model is loaded, or `fail`; never at once."""
        key = profile.weights_key
        self._wishes.setdefault(key, []).append(_Wish(profile, go, fail))
        if self._loading is None:
            self._begin()
        elif self._loading != key:
            self._tell(key, Loading("waiting for another model"))

    def _begin(self) -> None:
        if self._loading is not None or not self._wishes:
            return
        self._loading, wishes = next(iter(self._wishes.items()))
        profile = wishes[0].profile
        with deep_stacks():
            threading.Thread(target=self._load, args=[profile], name="loader", daemon=True).start()

    def _load(self, profile: Profile) -> None:
        """Load a model; in a thread of its own."""
        key = profile.weights_key
        outcome: BaseException | None = None
        try:
            self._residency.load(profile, lambda event: self._tell(key, event), self._here)
        except _Closed:
            return
        # Whatever it is must reach the engine's thread, which knows who waits.
        except BaseException as problem:  # noqa: BLE001
            outcome = problem
        self._order(lambda: self._end(profile, outcome))

    def _here(self, work: Callable[[], _Result]) -> _Result:
        """Have something done in the engine thread, and wait for what it returns or raises."""
        done: Future[Any] = Future()
        orders = [work]
        del work

        def act() -> None:
            # Out of the list before it is done: who hears of a problem frees what it holds, half a
            # model above all (`memory.let_go`), and this frame may not have ended by then.
            try:
                done.set_result(orders.pop()())
            except BaseException as problem:  # noqa: BLE001  # raised again where it is waited for
                done.set_exception(problem)

        self._order(act)
        while True:
            try:
                result: _Result = done.result(timeout=_LOOK_EVERY)
            except TimeoutError:
                if self._closing.is_set():
                    raise _Closed from None
            else:
                return result

    def _end(self, profile: Profile, problem: BaseException | None) -> None:
        if problem is not None and not isinstance(problem, ArenaError):
            raise problem
        wishes = self._wishes.pop(profile.weights_key)
        self._loading = None
        for wish in wishes:
            if problem is None:
                wish.go()
            elif wish.profile == profile:
                wish.fail(problem)
            else:  # another profile of the same weights may fare better
                self.want(*wish)
        self._begin()


class _Closed(Exception):
    """Nobody waits for the model any more."""
