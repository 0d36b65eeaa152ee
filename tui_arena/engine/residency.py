"""Who is loaded, what each model takes of the devices, and who makes room for another one.

The budget is counted in bytes of each device; all devices hold the same. What is loaded can always
answer: beside all weights there is room for one conversation of the model whose cache is biggest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any

import jax

from tui_arena.engine import collection
from tui_arena.engine.events import Loading, Resident
from tui_arena.engine.loading import OutOfMemory, load_model
from tui_arena.engine.machine import budget_of, free_on
from tui_arena.engine.memory import FAULTS, let_go, out_of_memory
from tui_arena.engine.model import Model
from tui_arena.engine.pages import CONVERSATIONS
from tui_arena.engine.plan import Machine, need_of
from tui_arena.engine.profile import Profile
from tui_arena.engine.shapes import Shape
from tui_arena.engine.sharding import placement_on
from tui_arena.engine.shortage import NoMemory, Remedy, refused, too_little
from tui_arena.errors import ArenaError

_log = logging.getLogger(__name__)

Work = Callable[[], object]


class Residency:
    """The loaded models under a budget of memory. For the engine thread."""

    def __init__(
        self, answering: Callable[[Model], int], *, devices: int | None, memory: int | None
    ) -> None:
        """Hold no model yet.

        Args:
            answering: says how many answers of a model are under way; paused ones count.
            devices: how many to use; None takes all accelerators, or one CPU.
            memory: the budget; None takes what the devices have, less what programs need.
        """
        self.models: dict[tuple[str, ...], Model] = {}
        """By `weights_key`, the one used last at the end."""
        self.evictions = 0
        """Caches given back so far, to make room."""
        self._answering = answering
        self._devices = devices
        self._memory = memory
        self._names: dict[Model, str] = {}
        self._needed = 0
        """Bytes of each device that the model being loaded needs, 0 where that is not known."""
        self._coming = 0
        """Bytes of each device that the weights being loaded take, once they were let in."""

    @cached_property
    def budget(self) -> int:
        """Bytes of each device that weights and caches may take."""
        return budget_of(self._lies) if self._memory is None else self._memory

    @cached_property
    def _lies(self) -> list[object]:
        return placement_on(self._devices).devices

    def residents(self) -> tuple[Resident, ...]:
        """Say what is loaded."""
        return tuple(
            Resident(key, model.weights_bytes, model.cache_bytes, self._answering(model))
            for key, model in self.models.items()
        )

    def use(self, key: tuple[str, ...]) -> Model | None:
        """Return a loaded model, which from now on is the one used last; None where it is not."""
        model = self.models.pop(key, None)
        if model is not None:
            self.models[key] = model
        return model

    def load(
        self, profile: Profile, tell: Callable[[Loading], None], here: Callable[[Work], Any]
    ) -> None:
        """Load a model beside the others, in a thread of its own.

        Args:
            profile: what to load.
            tell: hears each stage.
            here: has something done in the engine thread, and waits for it.

        Raises:
            ArenaError: and then all is as it was.
        """
        try:
            try:
                self._load(profile, tell, here)
            except OutOfMemory:
                if not here(self.evict_idle):
                    raise
                self._load(profile, tell, here)
        except OutOfMemory:
            _log.error("%s found no memory although no idle cache was left", profile.name)
            raise here(
                lambda: self._refusal(profile.name, "while it was loaded", self._needed)
            ) from None
        finally:
            here(self._nothing_comes)

    def unload(self, key: tuple[str, ...]) -> int:
        """Free a loaded model's memory; returns the bytes, of all devices together."""
        model = self.models.pop(key)
        freed = model.weights_bytes + model.cache_bytes
        del self._names[model]
        model.close()
        return freed

    def give_cache(self, model: Model) -> None:
        """Let a model hold conversations, for as many as there is memory.

        Idle models' caches go, the one used longest ago first. Raises `NoMemory`.
        """
        if model.has_cache:
            return
        for conversations in range(CONVERSATIONS, 0, -1):
            size = model.cache_size(conversations)
            if self._lacking((), cache=size, but=model) <= 0:
                self._evict_until(size)
                if self._make_cache(model, conversations):
                    return
        raise self._cache_refusal(model, model.cache_size(1), self._names[model])

    def check_context(self, model: Model, context: int, name: str) -> None:
        """Raise `NoMemory` where a loaded model cannot hold what a profile of that name wants."""
        least = model.cache_size(1, context)
        now = least if self._answering(model) else 0
        if self._lacking((), cache=now, least=least, but=model) > 0:
            raise self._cache_refusal(model, least, name)

    def evict_idle(self, but: Model | None = None) -> bool:
        """Give back the caches of all idle models but one; returns whether there were any."""
        idle = [model for model in self._idle() if model.has_cache and model is not but]
        for model in idle:
            self._evict(model)
        return bool(idle)

    def plan(self, profile: Profile, shape: Shape | None) -> None:
        """Make room for a model of which only the sizes are known; raises `NoMemory`."""
        if shape is not None:
            cpu = jax.default_backend() == "cpu"
            need = need_of([profile], shape, Machine(len(self._lies), 0, cpu=cpu))
            self._admit(profile.name, need.audit.device_bytes, need.least_cache)

    def take(self, profile: Profile, model: Model) -> None:
        """Make room for a model whose weights are there already; raises `NoMemory`."""
        self._admit(profile.name, model.device_bytes, model.cache_size(1))
        taken = sum(other.device_bytes for other in (model, *self.models.values()))
        fits = (
            n for n in range(CONVERSATIONS, 1, -1) if taken + model.cache_size(n) <= self.budget
        )
        model.resize(model.context, next(fits, 1))

    def _load(
        self, profile: Profile, tell: Callable[[Loading], None], here: Callable[[Work], Any]
    ) -> None:
        here(self._nothing_comes)
        placement = placement_on(self._devices)
        try:
            model = load_model(profile, tell, placement=placement, room=_RoomHere(self, here))
        except ArenaError as problem:
            let_go(problem)
            raise

        def keep() -> None:
            self._coming = 0
            self.models[profile.weights_key] = model
            self._names[model] = profile.name
            model.widen()
            collection.set_aside()

        here(keep)

    def _nothing_comes(self) -> None:
        self._needed = self._coming = 0

    def _admit(self, name: str, weights: int, least: int) -> None:
        def lacking(gone: Collection[Remedy]) -> int:
            return self._lacking(gone, weights=weights, least=least)

        self._coming = 0
        self._needed = self._free() + lacking(())
        if lacking(()) > 0:
            idle = self._unloading(self._idle())
            raise too_little(name, self._needed, lacking, idle, self._stopping_and_unloading())
        self._evict_until(weights)
        self._coming = weights

    def _lacking(
        self,
        gone: Collection[Remedy],
        *,
        weights: int = 0,
        cache: int = 0,
        least: int = 0,
        but: Model | None = None,
    ) -> int:
        """Return the bytes that are missing on each device after all idle caches are given back.

        Args:
            gone: what a person did by then.
            weights: what is to be loaded besides.
            cache: what is to be made beside the caches of answers under way.
            least: the smallest cache that makes sense of the model in question.
            but: the model in question, where it is loaded.
        """
        unloaded = [remedy.model for remedy in gone if remedy.unloads]
        stopped = [remedy.model for remedy in gone]
        kept = [model for model in self.models.values() if model not in unloaded]
        others = [model for model in kept if model is not but]
        busy = [model for model in others if self._answering(model) and model not in stopped]
        caches = cache + sum(model.cache_size() for model in busy)
        reserve = max([least, *(model.cache_size(1) for model in others)])
        taken = self._coming + sum(model.device_bytes for model in kept)
        return weights + taken + max(caches, reserve) - self.budget

    def _free(self, but: Model | None = None) -> int:
        """Return what is free on each device after all idle caches are given back."""
        models = self.models.values()
        busy = [model for model in models if self._answering(model) and model is not but]
        taken = self._coming + sum(model.device_bytes for model in models)
        return max(0, self.budget - taken - sum(model.cache_size() for model in busy))

    def _idle(self) -> list[Model]:
        return [model for model in self.models.values() if not self._answering(model)]

    def _unloading(self, models: Collection[Model]) -> list[Remedy]:
        return [Remedy("unload", self._names[model], model.device_bytes, model) for model in models]

    def _stopping_and_unloading(self) -> list[Remedy]:
        return [
            Remedy("stop and unload", name, model.device_bytes + model.cache_size(), model)
            for model, name in self._names.items()
            if self._answering(model)
        ]

    def _cache_refusal(self, model: Model, size: int, name: str) -> NoMemory:
        def lacking(gone: Collection[Remedy]) -> int:
            return self._lacking(gone, cache=size, but=model)

        others = [other for other in self._names if other is not model]
        stopping = [
            Remedy("stop", self._names[other], other.cache_size(), other, unloads=False)
            for other in others
            if self._answering(other)
        ]
        idle = [other for other in others if not self._answering(other)]
        if lacking(()) <= 0:
            return refused(name, "as it was to answer", [*stopping, *self._unloading(idle)])
        return too_little(name, size, lacking, [*stopping, *self._unloading(idle)])

    def _refusal(self, name: str, what: str, needed: int) -> NoMemory:
        """Say what the device itself refused, in its own numbers where it tells them."""
        idle = self._unloading(self._idle())
        free = free_on(self._lies)
        if free is None or free >= needed:
            return refused(name, what, idle)

        def lacking(gone: Collection[Remedy]) -> int:
            return needed - free - sum(remedy.frees for remedy in gone)

        return too_little(name, needed, lacking, idle)

    def _evict_until(self, size: int) -> None:
        """Give back idle caches, the one used longest ago first, until so many bytes are free."""
        for model in self._idle():
            held = sum(m.device_bytes + m.has_cache * m.cache_size() for m in self.models.values())
            if self.budget - self._coming - held >= size:
                return
            if model.has_cache:
                self._evict(model)

    def _evict(self, model: Model) -> None:
        _log.info("the cache of %s makes room", self._names[model])
        model.drop_cache()
        self.evictions += 1

    def _make_cache(self, model: Model, conversations: int) -> bool:
        """Make a cache; where the device has no room, once more without any idle one."""
        for _ in range(2):
            try:
                model.reset_cache(conversations)
            except FAULTS as fault:
                name = self._names[model]
                _log.error("no cache for %s: %s", name, fault)
                if not out_of_memory(fault):
                    raise ArenaError(
                        f"The device failed as {name} was to answer; see the log."
                    ) from None
                if not self.evict_idle(but=model):
                    return False
            else:
                return True
        return False


class _RoomHere:
    """Asks for room in the engine thread."""

    def __init__(self, residency: Residency, here: Callable[[Work], Any]) -> None:
        self._residency = residency
        self._here = here

    def plan(self, profile: Profile, shape: Shape | None) -> None:
        self._here(lambda: self._residency.plan(profile, shape))

    def take(self, profile: Profile, model: Model) -> None:
        self._here(lambda: self._residency.take(profile, model))
