"""GGUF files: read one of a supported architecture, and turn it once into a KerasHub preset."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
from gguf import GGUFReader, quants

from tui_arena.errors import ArenaError

ARCHITECTURES = ("llama",)
"""GGUF architectures that can be read."""

NOTES_FILE = "tui_arena.json"
"""What a preset of ours says beside KerasHub's own files: see `Notes`."""

_CONTROL = 3
"""GGUF's token type for control tokens (gguf.TokenType.CONTROL)."""


class GGUFError(ArenaError):
    """A GGUF file that cannot be used."""


@dataclass(frozen=True)
class Notes:
    """What KerasHub's preset format has no place for."""

    context: int
    """Tokens that the model was trained to hold."""
    pre_tokenizer: str
    control: list[str]
    """Names of the control tokens."""


def convert(path: Path, preset: Path, tell: Callable[[float], None]) -> None:
    """Write a KerasHub preset in float32 from a GGUF file.

    Args:
        path: the GGUF file.
        preset: an existing empty folder.
        tell: hears the share done, 0 to 1.

    Raises:
        GGUFError: where the file is damaged or of an unsupported kind.
        OSError: where the disk refuses.
    """
    reader = _open(path)
    architecture = _field(reader, path, "general.architecture")
    if architecture not in ARCHITECTURES:
        raise GGUFError(
            f"{path.name}: its architecture “{architecture}” cannot be read; "
            f"supported: {', '.join(ARCHITECTURES)}."
        )
    weights = {tensor.name: tensor for tensor in reader.tensors}
    _check_sizes(reader, weights, path)
    tokenizer, notes = _read_tokenizer(reader, path)
    backbone = _build_llama(reader, path, tied="output.weight" not in weights)
    tell(0.0)
    _fill_llama(backbone, weights, path, tell)
    backbone.save_to_preset(str(preset))
    _repair_config(preset, backbone)
    tokenizer.save_to_preset(str(preset))
    (preset / NOTES_FILE).write_text(json.dumps(vars(notes)), encoding="utf-8")
    tell(1.0)


def read_notes(preset: Path) -> Notes | None:
    """Return the notes of a preset of ours, None where it has none."""
    try:
        return Notes(**json.loads((preset / NOTES_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as problem:
        raise GGUFError(
            f"{preset / NOTES_FILE} is damaged; delete the folder to rebuild it."
        ) from (problem)


def _open(path: Path) -> Any:
    try:
        return GGUFReader(path)
    except FileNotFoundError:
        raise GGUFError(f"{path} does not exist; check `preset` in the profile.") from None
    # The reader maps the file and follows offsets it finds there: damage shows as any of these.
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, OSError, MemoryError):
        raise GGUFError(f"{path} is not a GGUF file, or is damaged; fetch it again.") from None


def _field(reader: Any, path: Path, name: str) -> Any:
    field = reader.get_field(name)
    if field is None:
        raise GGUFError(
            f"{path.name}: the field {name} is missing; the file is damaged or too old."
        )
    try:
        return field.contents()
    except (ValueError, IndexError, UnicodeDecodeError):
        raise GGUFError(
            f"{path.name}: the field {name} is damaged; fetch the file again."
        ) from None


def _check_sizes(reader: Any, weights: dict[str, Any], path: Path) -> None:
    """Hold the sizes that the file claims against its tensors, before anything is built of them."""
    names = ("embedding_length", "feed_forward_length", "block_count")
    hidden, wide, layers = (int(_field(reader, path, f"llama.{name}")) for name in names)
    heads, kv_heads = (
        int(_field(reader, path, f"llama.attention.head_count{suffix}")) for suffix in ("", "_kv")
    )
    found = {name: tuple(int(n) for n in tensor.shape) for name, tensor in weights.items()}
    vocabulary = len(_field(reader, path, "tokenizer.ggml.tokens"))
    whole = (
        min(hidden, wide, layers, heads, kv_heads) > 0
        and hidden % heads == 0
        and heads % kv_heads == 0
        and sum(name.endswith(".attn_q.weight") for name in found) == layers
        and found.get("token_embd.weight") == (hidden, vocabulary)
        and found.get("blk.0.ffn_up.weight") == (hidden, wide)
        and found.get("blk.0.attn_q.weight") == (hidden, hidden)
    )
    if not whole:
        raise GGUFError(
            f"{path.name}: the sizes it claims do not fit its tensors; the file is damaged, or a "
            "kind of Llama that cannot be read."
        )


def _read_tokenizer(reader: Any, path: Path) -> tuple[Any, Notes]:
    kind = _field(reader, path, "tokenizer.ggml.model")
    pre = _field(reader, path, "tokenizer.ggml.pre") if kind == "gpt2" else kind
    known = {"smollm": "smollm", "gpt-2": "gpt2", "gpt2": "gpt2", "llama-bpe": "llama3"}
    if kind != "gpt2" or pre not in known:
        raise GGUFError(
            f"{path.name}: its tokenizer “{kind}/{pre}” cannot be read; "
            f"supported: gpt2 with {', '.join(known)}."
        )
    tokens = _field(reader, path, "tokenizer.ggml.tokens")
    types = _field(reader, path, "tokenizer.ggml.token_type")
    merges = _field(reader, path, "tokenizer.ggml.merges")
    control = [token for token, type_ in zip(tokens, types, strict=True) if type_ == _CONTROL]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = keras_hub.tokenizers.BytePairTokenizer(vocabulary, merges)
    context = int(_field(reader, path, "llama.context_length"))
    return tokenizer, Notes(context=context, pre_tokenizer=known[pre], control=control)


def _build_llama(reader: Any, path: Path, *, tied: bool) -> Any:
    def number(name: str) -> Any:
        return _field(reader, path, f"llama.{name}")

    heads = int(number("attention.head_count"))
    if reader.get_field("llama.rope.scaling.type") or "rope_freqs.weight" in {
        tensor.name for tensor in reader.tensors
    }:
        raise GGUFError(
            f"{path.name}: its RoPE is scaled, which cannot be read from GGUF; "
            "use the model's KerasHub or Hugging Face preset."
        )
    return keras_hub.models.LlamaBackbone(
        vocabulary_size=len(_field(reader, path, "tokenizer.ggml.tokens")),
        num_layers=int(number("block_count")),
        num_query_heads=heads,
        num_key_value_heads=int(number("attention.head_count_kv")),
        hidden_dim=int(number("embedding_length")),
        intermediate_dim=int(number("feed_forward_length")),
        rope_max_wavelength=float(number("rope.freq_base")),
        layer_norm_epsilon=float(number("attention.layer_norm_rms_epsilon")),
        tie_word_embeddings=tied,
        dtype="float32",
    )


def _fill_llama(
    backbone: Any, weights: dict[str, Any], path: Path, tell: Callable[[float], None]
) -> None:
    """Copy the tensors into the backbone's variables, undoing llama.cpp's order of Q and K rows."""
    heads, kv_heads = backbone.num_query_heads, backbone.num_key_value_heads
    hidden = backbone.hidden_dim
    head_dim = hidden // heads

    def take(name: str) -> np.ndarray:
        tensor = weights.get(name)
        if tensor is None:
            raise GGUFError(f"{path.name}: the tensor {name} is missing; the file is damaged.")
        try:
            return np.asarray(quants.dequantize(tensor.data, tensor.tensor_type))
        except NotImplementedError:
            raise GGUFError(
                f"{path.name}: {name} is stored as {tensor.tensor_type.name}, which cannot be read."
            ) from None

    def rows_by_head(name: str, count: int) -> np.ndarray:
        # llama.cpp stores the two halves of a head interleaved, for its kind of RoPE.
        rows = take(name).reshape(count, head_dim // 2, 2, hidden)
        return rows.swapaxes(1, 2).reshape(count, head_dim, hidden).transpose(2, 0, 1)

    variables = {variable.path: variable for variable in backbone.variables}

    def give(name: str, value: np.ndarray) -> None:
        variable = variables[name]
        if value.size != int(np.prod(variable.shape)):
            raise GGUFError(
                f"{path.name}: a tensor has {value.size} numbers where {name} has shape "
                f"{tuple(variable.shape)}; the file is damaged."
            )
        variable.assign(np.ascontiguousarray(value).reshape(variable.shape))

    give("token_embedding/embeddings", take("token_embd.weight"))
    if not backbone.tie_word_embeddings:
        give("token_embedding/reverse_embeddings", take("output.weight").T)
    give("sequence_output_layernorm/scale", take("output_norm.weight"))
    for layer in range(backbone.num_layers):
        there, here = f"blk.{layer}.", f"transformer_layer_{layer}/"
        attention = here + "self_attention/"
        values = take(there + "attn_v.weight").reshape(kv_heads, head_dim, hidden)
        give(attention + "query/kernel", rows_by_head(there + "attn_q.weight", heads))
        give(attention + "key/kernel", rows_by_head(there + "attn_k.weight", kv_heads))
        give(attention + "value/kernel", values.transpose(2, 0, 1))
        give(attention + "attention_output/kernel", take(there + "attn_output.weight").T)
        give(here + "self_attention_layernorm/scale", take(there + "attn_norm.weight"))
        give(here + "feedforward_intermediate_dense/kernel", take(there + "ffn_up.weight").T)
        give(here + "feedforward_gate_dense/kernel", take(there + "ffn_gate.weight").T)
        give(here + "feedforward_output_dense/kernel", take(there + "ffn_down.weight").T)
        give(here + "feedforward_layernorm/scale", take(there + "ffn_norm.weight"))
        tell(0.9 * (layer + 1) / backbone.num_layers)


def _repair_config(preset: Path, backbone: Any) -> None:
    """Say in the preset that the embeddings are tied: KerasHub 0.32's Llama forgets to."""
    path = preset / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["config"]["tie_word_embeddings"] = bool(backbone.tie_word_embeddings)
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
