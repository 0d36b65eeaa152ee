"""The engine's thread and its asyncio face.

One daemon thread does every import, load, trace and dispatch: Keras keeps its distribution and
dtype policy per thread. Importing this module loads neither JAX nor Keras; the thread does, once
somebody asks for a model.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

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
from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile
from tui_arena.errors import ArenaError

if TYPE_CHECKING:
    from tui_arena.engine.answer import Answer
    from tui_arena.engine.model import Model
    from tui_arena.engine.scheduler import Scheduler

_log = logging.getLogger(__name__)

_STACK = 64 << 20
"""Bytes of the thread's stack: XLA's lowering of deep models overflows the usual 8 MiB."""


class _Waiter(NamedTuple):
    """Who waits at the end of a stream."""

    failure: type[Failed | Finished]
    """How the stream would end in failure."""
    weights: tuple[str, ...]
    """The weights that it needs."""


class KerasEngine:
    """Answers with KerasHub models on JAX. See `events.Engine` for the face."""

    def __init__(self, *, devices: int | None = None) -> None:
        """Take so many of this machine's devices; None takes all accelerators, or one CPU."""
        self._devices = devices
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._waiting: dict[Stream, _Waiter] = {}
        """Streams that have not ended."""
        self._broken: str | None = None
        """Why no more work is taken."""
        self._models: dict[tuple[str, ...], Model] = {}
        """Loaded models by `weights_key`, the one used last at the end."""
        self._residents: tuple[Resident, ...] = ()
        self._machine: Machine | None = None
        self._scheduler: Scheduler | None = None

    def start(self) -> None:
        """Begin to work; returns at once."""
        if self._thread is not None:
            return
        before = threading.stack_size(_STACK)
        try:
            self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
            self._thread.start()
        finally:
            threading.stack_size(before)

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
        self._order(
            streams, waiter, lambda: under_way.extend(self._begin(request, streams, submitted))
        )
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
        stream.put(event)

    def _fail(self, stream: Stream, error: str) -> None:
        waiter = self._waiting.get(stream)
        if waiter is None:
            return
        failed = waiter.failure is Failed
        self._put(stream, Failed(error) if failed else Finished(stop="error", error=error))

    # What follows runs in the engine's thread.

    def _run(self) -> None:
        try:
            self._prepare()
            while not self._closing.is_set():
                self._take_orders()
                self._residents = self._count()
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

    def _prepare(self) -> None:
        """Import JAX and Keras, once somebody needs them."""
        first = self._orders.get()
        if self._closing.is_set():
            return
        self._tell_waiting(lambda weights: Loading("importing JAX and Keras"))
        from tui_arena.engine import runtime

        runtime.prepare()
        from tui_arena.engine.machine import this_machine
        from tui_arena.engine.scheduler import Scheduler

        self._scheduler = Scheduler()
        with contextlib.suppress(ArenaError):  # whoever loads a model hears of it
            self._machine = this_machine(self._devices)
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

    def _load(self, profile: Profile, stream: Stream) -> None:
        from tui_arena.engine import runtime

        try:
            model = self._model(profile)
        except ArenaError as problem:
            self._put(stream, Failed(str(problem)))
        else:
            from tui_arena.engine.loading import context_of

            context = context_of(profile, model.trained)
            self._put(stream, Ready(context, model.parameters, runtime.device()))

    def _model(self, profile: Profile) -> Model:
        from tui_arena.engine.loading import context_of, load_model
        from tui_arena.engine.sharding import placement_on

        key = profile.weights_key
        model = self._models.get(key)
        if model is None:
            self._tell_waiting(
                lambda weights: None if weights == key else Loading("waiting for another model")
            )
            model = load_model(
                profile,
                lambda event: self._tell_waiting(lambda weights: event if weights == key else None),
                placement=placement_on(self._devices),
            )
            self._models[key] = model
            model.widen()
            self._residents = self._count()
        context = context_of(profile, model.trained)
        if context > model.context and self._scheduler is not None:
            self._scheduler.enlarge(model, context)
            model.widen()
        return model

    def _unload(self, profile: Profile, stream: Stream) -> None:
        model = self._models.get(profile.weights_key)
        if model is None:
            self._put(stream, Failed(f"{profile.name} is not loaded."))
        elif self._answering(model):
            self._put(stream, Failed(f"{profile.name} is answering; stop its answers first."))
        else:
            freed = model.weights_bytes + model.cache_bytes
            del self._models[profile.weights_key]
            model.close()
            self._residents = self._count()
            self._put(stream, Unloaded(freed))

    def _answering(self, model: Model) -> int:
        answers = self._scheduler.answers if self._scheduler is not None else []
        return sum(answer.model is model for answer in answers)

    def _count(self) -> tuple[Resident, ...]:
        return tuple(
            Resident(key, model.weights_bytes, model.cache_bytes, self._answering(model))
            for key, model in self._models.items()
        )

    def _tell_waiting(self, say: Callable[[tuple[str, ...]], Loading | None]) -> None:
        """Tell those who wait for a model, by the weights they need, what goes on."""
        with self._lock:
            waiting = list(self._waiting.items())
        for stream, waiter in waiting:
            event = None if waiter.weights in self._models else say(waiter.weights)
            if event is not None:
                self._put(stream, event)

    def _begin(
        self, request: Request, streams: tuple[Stream, ...], submitted: float
    ) -> list[Answer]:
        assert self._scheduler is not None
        try:
            model = self._model(request.profile)
            tells = [partial(self._put, stream) for stream in streams]
            return self._scheduler.add(request, model, tells, submitted)
        except ArenaError as problem:
            for stream in streams:
                self._put(stream, Finished(stop="error", error=str(problem)))
            return []

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
