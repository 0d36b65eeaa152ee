"""The compiled steps of one model: made before they are needed, and kept on disk between starts.

JAX's own cache of compiled programs spares the compilation, but each program is traced again to
find it, which takes longer than all the rest of a start. Here a program is found by what it was
made from, so a second start traces and compiles nothing. The two do not go together: on CPU a
program that comes out of JAX's cache cannot be written out again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import platform
import threading
import time
from collections.abc import Callable, Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jax
from jax.experimental.serialize_executable import deserialize_and_load, serialize

from tui_arena.engine.threads import deep_stacks
from tui_arena.folders import cache_folder, private_folder
from tui_arena.whole_file import write_whole

_log = logging.getLogger(__name__)

Name = tuple[str, int]
"""A kind of step, and its number of tokens."""

_PARTS = ("jax", "jaxlib", "keras", "keras-hub", "numpy")
"""Packages that programs are made by."""

_KEPT_DAYS = 90
"""How long a program stays on disk that nobody uses."""

_AT_ONCE = 2
"""Programs that compile at the same time, while the next one is traced."""


class Programs:
    """Steps by name; each is loaded from disk or compiled, once."""

    def __init__(
        self,
        lower: Callable[[Name], jax.stages.Lowered],
        *,
        made_from: object,
        devices: Sequence[Any],
    ) -> None:
        """Take how a step is traced.

        `made_from` is everything that decides what a step computes, as JSON data; `devices` run it.
        """
        self.compilations = 0
        """Programs compiled so far; those found on disk are not."""
        self._lower = lower
        self._devices = list(devices)
        self._identity = _digest([_surroundings(self._devices), made_from])
        self._there: dict[Name, Any] = {}
        self._making = threading.Lock()
        self._stopped = False

    def __contains__(self, name: Name) -> bool:
        return name in self._there

    def get(self, name: Name) -> Any:
        """Return a program, made now where it is not there yet."""
        if name not in self._there:
            self.make([name])
        return self._there[name]

    def make(self, names: Sequence[Name], tell: Callable[[float], None] | None = None) -> None:
        """Make programs; `tell` hears the share done, 0 to 1."""
        tell = tell or (lambda done: None)
        with self._making, _deep_threads() as threads:
            missing = [name for name in names if name not in self._there]
            tell(0.0)
            kept = [threads.submit(_load, self._path(name), self._devices) for name in missing]
            compiling: dict[Name, Future[Any]] = {}
            for name, loading in zip(missing, kept, strict=True):
                program = loading.result()
                if program is None:
                    compiling[name] = threads.submit(self._compile, self._lower(name))
                else:
                    self._there[name] = program
                    tell(_share(missing, self._there))
            for name, future in compiling.items():
                self._there[name] = future.result()
                _save(self._path(name), self._there[name])
                tell(_share(missing, self._there))

    def make_later(self, names: Sequence[Name]) -> None:
        """Make programs beside the work; until they are there, others must do."""

        def work() -> None:
            for name in names:
                with self._making:
                    if self._stopped or name in self._there:
                        continue
                    program = _load(self._path(name), self._devices)
                    try:
                        self._there[name] = program or self._compile(self._lower(name))
                    except (jax.errors.JaxRuntimeError, MemoryError) as problem:
                        _log.warning("no program for %s of %d: %s", *name, problem)
                        return
                    if program is None:
                        _save(self._path(name), self._there[name])

        with deep_stacks():
            # Not a daemon: the interpreter cannot end well in the middle of a compilation.
            threading.Thread(target=work, name="programs").start()

    def stop(self) -> None:
        """Make no more beside the work; what compiles now still comes to its end."""
        self._stopped = True

    def close(self) -> None:
        """Let all programs go."""
        self.stop()
        self._there.clear()

    def _compile(self, lowered: jax.stages.Lowered) -> Any:
        program = lowered.compile()
        self.compilations += 1
        return program

    def _path(self, name: Name) -> Path:
        kind, size = name
        return cache_folder() / "programs" / f"{self._identity}-{kind}-{size}"


@contextmanager
def _deep_threads() -> Iterator[ThreadPoolExecutor]:
    with deep_stacks(), ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="compile") as threads:
        yield threads


def _share(names: Sequence[Name], there: Container[Name]) -> float:
    return sum(name in there for name in names) / len(names)


def _surroundings(devices: Sequence[Any]) -> object:
    """Return what, besides the model, a compiled program depends on."""
    code = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        code.update(path.read_bytes())
    flags = {name: value for name, value in os.environ.items() if name.startswith(("JAX_", "XLA_"))}
    backend = devices[0].client
    return {
        "code": code.hexdigest(),
        "packages": {name: version(name) for name in _PARTS},
        "python": platform.python_version(),
        "flags": dict(sorted(flags.items())),
        "backend": [backend.platform, backend.platform_version],
        "devices": [[device.id, device.device_kind] for device in devices],
        "processor": _processor() if backend.platform == "cpu" else "",
    }


def _processor() -> str:
    """Say what the processor can do: a program for another one may not run on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line for line in lines if line.startswith(("flags", "Features"))), "")


def _digest(made_from: object) -> str:
    written = json.dumps(made_from, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _load(path: Path, devices: Sequence[Any]) -> Any:
    """Return the program in a file, None where there is none that is whole."""
    try:
        # Programs are code: they are read only where nobody else can write.
        private_folder(path.parent)
        content = path.read_bytes()
        os.utime(path)
    except FileNotFoundError:
        return None
    except OSError as problem:
        _log.warning("compiled programs cannot be read: %s", problem)
        return None
    digest, payload = content[:32], content[32:]
    if hashlib.sha256(payload).digest() != digest:
        _log.warning("%s is damaged and made anew", path)
        return None
    return deserialize_and_load(*pickle.loads(payload), execution_devices=list(devices))


def _save(path: Path, program: Any) -> None:
    """Keep a program for the next start, and let go of those that nobody used for long."""
    try:
        payload = pickle.dumps(serialize(program))
        folder = private_folder(path.parent)
        write_whole(path, (hashlib.sha256(payload).digest(), payload))
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > _KEPT_DAYS * 86400:
                old.unlink()
    except OSError as problem:
        _log.warning("a compiled program is not kept: %s", problem)
