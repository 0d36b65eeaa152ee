"""Where weights come from: a profile's preset becomes a model on the device."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import jax
import keras_hub
from msgspec.structs import replace

from tui_arena.engine.codecs import codec_of
from tui_arena.engine.conversion import converted
from tui_arena.engine.downloads import told
from tui_arena.engine.events import Loading
from tui_arena.engine.faults import sentence
from tui_arena.engine.gguf import read_notes
from tui_arena.engine.lora import add_lora
from tui_arena.engine.memory import FAULTS, out_of_memory
from tui_arena.engine.model import Model
from tui_arena.engine.plan import DEFAULT_CONTEXT
from tui_arena.engine.profile import Profile
from tui_arena.engine.serving import read_config, trained_context
from tui_arena.engine.shapes import Shape
from tui_arena.engine.sharding import Placement, audit, placement_on
from tui_arena.engine.sources import LoadError, SourceError, package_file, shape_of
from tui_arena.engine.template import render, stop_ids
from tui_arena.engine.weights import load_backbone, quantize, weight_files
from tui_arena.errors import ArenaError

_log = logging.getLogger(__name__)


class OutOfMemory(LoadError):
    """A model that a device has no room for."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is not enough memory to load {name}.")


class Room(Protocol):
    """Who makes room for a model, or refuses it; both methods raise `ArenaError`."""

    def plan(self, profile: Profile, shape: Shape | None) -> None:
        """Hear how big a model is before its weights are fetched, None where that is unknown.

        The profile says its `context`.
        """

    def take(self, profile: Profile, model: Model) -> None:
        """Hear how big it turned out to be, before its programs are compiled."""


def load_model(
    profile: Profile,
    tell: Callable[[Loading], None],
    *,
    placement: Placement | None = None,
    compiled: bool = True,
    room: Room | None = None,
) -> Model:
    """Make a model ready to answer: weights on the devices, programs compiled.

    Args:
        profile: what to load.
        tell: hears each stage.
        placement: where it shall lie; None takes all accelerators, or one CPU.
        compiled: whether the programs are wanted now; else each is compiled when first used.
        room: who is asked for room.

    Raises:
        ArenaError: with one sentence, `OutOfMemory` where a device has no room; what was half made
            is free once the error's frames are (`memory.let_go`).
    """
    placement = placement or placement_on()
    path = _local_path(profile.preset)
    dtype = _dtype(profile)
    try:
        if path is not None and path.suffix == ".gguf":
            path = converted(path, lambda done: tell(Loading("converting the weights", done)))
        tell(Loading("looking for the model"))
        source = str(path) if path is not None else profile.preset
        with told(tell):
            # What can be refused is refused before the weights are fetched.
            config = read_config(source)
            trained = trained_context(source, config)
            notes = read_notes(path) if path is not None else None
            trained = notes.context if notes is not None else trained
            context = context_of(profile, trained)
            codec = codec_of(source, notes)
            stop_ids(profile.template, codec)
            render(profile.template, codec, ())
            if room is not None:
                room.plan(replace(profile, context=context), _shape_of(profile, path))
            files = weight_files(source, config)
        tell(Loading("loading the weights"))
        with placement.loading():
            backbone = load_backbone(
                source,
                config,
                files,
                dtype,
                lambda done: tell(Loading("loading the weights", done)),
            )
            if profile.lora:
                tell(Loading("merging the LoRA weights"))
                add_lora(backbone, Path(profile.lora))
            if profile.dtype == "int8":
                tell(Loading("turning the weights into int8"))
                quantize(backbone)
        audit(backbone.variables).check(profile.name)
        model = Model(backbone, codec, context=context, trained=trained, placement=placement)
        if room is not None:
            room.take(profile, model)
        if compiled:
            model.warm_up(lambda done: tell(Loading("compiling", done)))
    except ArenaError:
        raise
    except FAULTS as problem:
        _log.exception("loading %s", profile.name)
        if out_of_memory(problem):
            raise OutOfMemory(profile.name) from None
        raise LoadError(
            f"The device failed while {profile.name} was loaded; see the log."
        ) from None
    # KerasHub, the hubs' clients and the file formats below them raise whatever they like: this is
    # the one place where all of it becomes a sentence; the log has the rest.
    except Exception as problem:  # noqa: BLE001
        _log.exception("loading %s", profile.name)
        if out_of_memory(problem):
            raise OutOfMemory(profile.name) from None
        raise LoadError(sentence(problem, profile)) from None
    return model


def _shape_of(profile: Profile, path: Path | None) -> Shape | None:
    """Return how big a model is; that of a GGUF file stands in the preset it became, too."""
    try:
        return shape_of(profile if path is None else replace(profile, preset=str(path)))
    except SourceError as problem:  # what is damaged there, loading finds as well and says better
        _log.warning("%s", problem)
        return None


def _local_path(preset: str) -> Path | None:
    """Return the file or folder that a preset names, None where it is an address or a name."""
    if preset.startswith("package://"):
        return package_file(preset)
    if "://" in preset:
        return None
    path = Path(preset)
    if path.is_absolute() and not path.exists():
        raise LoadError(f"{path} does not exist; check `preset` in the profile.")
    if path.is_absolute() and path.is_file() and path.suffix != ".gguf":
        raise LoadError(
            f"{path} is neither a GGUF file (.gguf) nor the folder of a preset; check `preset` in "
            "the profile."
        )
    if not path.is_absolute() and preset not in keras_hub.models.Backbone.presets:
        raise LoadError(
            f"KerasHub has no preset “{preset}”; check `preset` in the profile, or write "
            f"./{preset} for a file or folder beside it."
        )
    return path if path.is_absolute() else None


def _dtype(profile: Profile) -> str:
    if profile.dtype not in ("auto", "int8"):
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
