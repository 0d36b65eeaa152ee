"""The engine's thread and its asyncio face.

One daemon thread decides and dispatches everything; models load, and wide steps compile, in threads
beside it, so answers go on meanwhile. Importing this module loads neither JAX nor Keras; the thread
does, once somebody asks for a model.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_arena.engine import collection
from tui_arena.engine.events import (
    LAST,
    Event,
    Failed,
    Finished,
    Loading,
    Ready,
    Request,
    Resident,
    Stream,
    Unloaded,
)
from tui_arena.engine.plan import KEPT_FREE, Machine
from tui_arena.engine.profile import Profile
from tui_arena.engine.threads import deep_stacks, give_way
from tui_arena.errors import ArenaError

if TYPE_CHECKING:
    from tui_arena.engine.answer import Answer
    from tui_arena.engine.loader import Loader
    from tui_arena.engine.model import Model
    from tui_arena.engine.scheduler import Scheduler

_log = logging.getLogger(__name__)


class _Waiter(NamedTuple):
    """Who waits at the end of a stream."""

    failure: type[Failed | Finished]
    """How the stream would end in failure."""
    weights: tuple[str, ...]
    """The weights that it needs."""


class KerasEngine:
    """Answers with KerasHub models on JAX. See `events.Engine` for the face."""

    def __init__(
        self,
        *,
        devices: int | None = None,
        memory: int | None = None,
        gives_way: bool = False,
    ) -> None:
        """Work on this machine's devices.

        Args:
            devices: how many; None takes all accelerators, or one CPU.
            memory: bytes of each that weights and caches may take; None takes what a device has,
                less `plan.KEPT_FREE`.
            gives_way: whether computing stands behind other threads, so that keys are answered at
                once where models run on the CPU.
        """
        self._devices = devices
        self._gives_way = gives_way
        self._memory = memory
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._waiting: dict[Stream, _Waiter] = {}
        """Streams that have not ended."""
        self._broken: str | None = None
        """Why no more work is taken."""
        self._models: Mapping[tuple[str, ...], Model] = {}
        """Loaded models by `weights_key`; the residency's own."""
        self._residents: tuple[Resident, ...] = ()
        self._machine: Machine | None = None
        self._scheduler: Scheduler | None = None
        self._loader: Loader | None = None

    def start(self) -> None:
        """Begin to work; returns at once."""
        if self._thread is not None:
            return
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        with deep_stacks():
            self._thread.start()

    def load(self, profile: Profile) -> Stream:
        """Make a model ready; the stream reports `Loading` and ends with `Ready` or `Failed`."""
        stream = Stream()
        waiter = _Waiter(Failed, profile.weights_key)
        self._order((stream,), waiter, lambda: self._load(profile, stream))
        return stream

    def unload(self, profile: Profile) -> Stream:
        """Free a model's memory; the stream ends with `Unloaded`, or `Failed` where it answers.

        The profiles that share its weights go with it; any of them can be loaded again.
        """
        stream = Stream()
        waiter = _Waiter(Failed, profile.weights_key)
        self._order((stream,), waiter, lambda: self._unload(profile, stream))
        return stream

    def residents(self) -> tuple[Resident, ...]:
        """Return the models that are loaded now, the one used last at the end."""
        return self._residents

    def machine(self) -> Machine | None:
        """Return the devices that models lie on; None until the engine has looked."""
        return self._machine

    def submit(self, request: Request) -> Stream:
        """Ask for an answer; the stream ends with `Finished`. Loads the model where needed.

        Raises `ValueError` where the request asks for several attempts.
        """
        if request.attempts != 1:
            raise ValueError("submit gives one answer; submit_attempts gives several")
        return self.submit_attempts(request)[0]

    def submit_attempts(self, request: Request) -> tuple[Stream, ...]:
        """Ask for all attempts of a request; each has a stream of its own, as from `submit`."""
        submitted = time.monotonic()
        under_way: list[Answer] = []

        def control(move: str, index: int) -> Callable[[], None]:
            def act() -> None:
                for answer in under_way[index : index + 1]:
                    getattr(self._scheduler, move)(answer)

            return lambda: self._orders.put(act)

        streams = tuple(
            Stream(
                pause=control("pause", index),
                resume=control("resume", index),
                stop=control("stop", index),
            )
            for index in range(request.attempts)
        )
        waiter = _Waiter(Finished, request.profile.weights_key)
        self._order(streams, waiter, lambda: self._begin(request, streams, under_way, submitted))
        return streams

    def close(self) -> None:
        """Stop all work; answers under way end as stopped. Returns within a second."""
        self._closing.set()
        self._orders.put(lambda: None)
        if self._thread is not None:
            self._thread.join(timeout=0.8)

    def _order(
        self, streams: tuple[Stream, ...], waiter: _Waiter, work: Callable[[], None]
    ) -> None:
        with self._lock:
            self._waiting |= dict.fromkeys(streams, waiter)
            broken = self._broken
        if broken is None:
            self._orders.put(work)
            return
        for stream in streams:
            self._fail(stream, broken)

    def _put(self, stream: Stream, event: Event) -> None:
        """Report an event, nothing after the last one."""
        with self._lock:
            if stream not in self._waiting:
                return
            if isinstance(event, LAST):
                del self._waiting[stream]
                self._look_around()
        stream.put(event)

    def _fail(self, stream: Stream, error: str) -> None:
        waiter = self._waiting.get(stream)
        if waiter is None:
            return
        failed = waiter.failure is Failed
        self._put(stream, Failed(error) if failed else Finished(stop="error", error=error))

    # What follows runs in the engine's thread.

    def _run(self) -> None:
        if self._gives_way:
            give_way()
        try:
            self._prepare()
            while not self._closing.is_set():
                self._take_orders()
                if self._scheduler is not None and not self._closing.is_set():
                    self._scheduler.round()
            self._end_all("The engine has stopped; start the arena again.")
        # Nobody stands above a thread: whatever broke it, those who wait must hear of it.
        except BaseException as problem:  # noqa: BLE001
            _log.exception("the engine broke")
            name = type(problem).__name__
            self._end_all(f"The engine broke ({name}); the log says more. Start the arena again.")
        finally:
            for model in self._models.values():
                model.stop()
            collection.look_at_all()

    def _prepare(self) -> None:
        """Import JAX and Keras, once somebody needs them."""
        first = self._orders.get()
        if self._closing.is_set():
            return
        self._tell_waiting(None, Loading("importing JAX and Keras"))
        from tui_arena.engine import runtime

        runtime.prepare()
        from tui_arena.engine.loader import Loader
        from tui_arena.engine.machine import this_machine
        from tui_arena.engine.scheduler import Scheduler

        self._scheduler = Scheduler(devices=self._devices, memory=self._memory)
        self._models = self._scheduler.residency.models
        self._loader = Loader(
            self._scheduler.residency,
            order=self._orders.put,
            tell=self._tell_waiting,
            closing=self._closing,
        )
        with contextlib.suppress(ArenaError):  # whoever loads a model hears of it
            self._machine = this_machine(self._devices)
            if self._memory is not None:
                self._machine = dataclasses.replace(self._machine, memory=self._memory + KEPT_FREE)
        first()

    def _take_orders(self) -> None:
        """Do what was asked meanwhile; wait for something where there is nothing else to do."""
        while not self._closing.is_set():
            busy = self._scheduler is not None and self._scheduler.busy
            try:
                order = self._orders.get(block=not busy)
            except queue.Empty:
                return
            order()
            del order  # it may hold half a model
            self._look_around()

    def _load(self, profile: Profile, stream: Stream) -> None:
        from tui_arena.engine import runtime
        from tui_arena.engine.loading import context_of

        def go(model: Model) -> None:
            context = context_of(profile, model.trained)
            self._put(stream, Ready(context, model.parameters, runtime.device()))

        self._with_model(profile, go, lambda problem: self._put(stream, Failed(str(problem))))

    def _with_model(
        self, profile: Profile, go: Callable[[Model], None], fail: Callable[[ArenaError], None]
    ) -> None:
        """Go on with a model, now or once it is loaded; or fail."""
        from tui_arena.engine.loading import context_of

        assert self._scheduler is not None
        assert self._loader is not None
        model = self._scheduler.residency.use(profile.weights_key)
        if model is None:
            self._loader.want(profile, lambda: self._with_model(profile, go, fail), fail)
            return
        try:
            context = context_of(profile, model.trained)
            if context > model.context:
                self._scheduler.enlarge(model, context, profile.name)
            go(model)
        except ArenaError as problem:
            fail(problem)

    def _unload(self, profile: Profile, stream: Stream) -> None:
        assert self._scheduler is not None
        model = self._models.get(profile.weights_key)
        if model is None:
            self._put(stream, Failed(f"{profile.name} is not loaded."))
        elif self._scheduler.answering(model):
            self._put(stream, Failed(f"{profile.name} is answering; stop its answers first."))
        else:
            freed = self._scheduler.residency.unload(profile.weights_key)
            del model
            collection.collect_all()
            self._put(stream, Unloaded(freed))

    def _look_around(self) -> None:
        """Let `residents` say what is so now."""
        if self._scheduler is not None:
            self._residents = self._scheduler.residency.residents()

    def _tell_waiting(self, key: tuple[str, ...] | None, event: Loading) -> None:
        """Tell those who wait for a model how far it is, or all with `key` None; any thread."""
        with self._lock:
            waiting = list(self._waiting.items())
        for stream, waiter in waiting:
            if waiter.weights not in self._models and key in (None, waiter.weights):
                self._put(stream, event)

    def _begin(
        self,
        request: Request,
        streams: tuple[Stream, ...],
        under_way: list[Answer],
        submitted: float,
    ) -> None:
        def go(model: Model) -> None:
            assert self._scheduler is not None
            tells = [partial(self._put, stream) for stream in streams]
            under_way.extend(self._scheduler.add(request, model, tells, submitted))

        def fail(problem: ArenaError) -> None:
            for stream in streams:
                self._put(stream, Finished(stop="error", error=str(problem)))

        self._with_model(request.profile, go, fail)

    def _end_all(self, error: str) -> None:
        """Take no more work, and end every stream that still waits."""
        if self._scheduler is not None:
            for answer in list(self._scheduler.answers):
                self._scheduler.stop(answer)
        with self._lock:
            self._broken = error
            waiting = list(self._waiting)
        for stream in waiting:
            self._fail(stream, error)
