"""The one door into KerasHub's serving context: its layers, our attention and KV cache.

`keras_hub.src.vllm` was written for vLLM on TPU and is not public: the dependency is pinned to the
minor version, and the parity tests against `generate()` guard every family that is claimed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import keras
from jax import lax
from keras_hub.src.utils.preset_utils import get_file, get_preset_loader
from keras_hub.src.utils.transformers.safetensor_utils import SafetensorLoader as SafetensorLoader
from keras_hub.src.vllm.context import get_vllm_context, vllm_context_scope

from tui_arena.engine.attention import Attend, Pool
from tui_arena.engine.sources import LoadError
from tui_arena.errors import ArenaError

_MOST_BYTES = 1 << 20
"""Of a configuration."""

SUPPORTED = {
    "GemmaBackbone": "Gemma 1 and 2",
    "Gemma3Backbone": "Gemma 3 without vision",
    "LlamaBackbone": "Llama 2",
    "Llama3Backbone": "Llama 3",
    "MistralBackbone": "Mistral",
    "QwenBackbone": "Qwen 2 and 2.5",
    "Qwen3Backbone": "Qwen 3",
}
"""KerasHub's classes that pass the parity gate, and how people call them."""


class NotSupported(ArenaError):
    """A model that the parity gate does not hold for."""


class NotRouted(ArenaError):
    """A model whose attention layers do not go through the serving context."""


def preset_file(preset: str, name: str) -> Path:
    """Return a file of a preset, fetched where it is not on this machine.

    Raises `FileNotFoundError` where the preset has none, and what the hubs' clients raise.
    """
    return Path(get_file(preset, name))


def read_config(preset: str) -> dict[str, Any]:
    """Read a preset's `config.json`; raises `LoadError` where it is none, and as `preset_file`."""
    path = preset_file(preset, "config.json")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(path)
        config = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(config, dict) or not isinstance(config.get("config", {}), dict):
            raise ValueError(path)
    except (ValueError, RecursionError):
        raise LoadError(
            f"{path} is not the JSON of a model's configuration; fetch or copy the model again."
        ) from None
    return config


def convert_weights(preset: str, backbone: Any, reader: Any) -> None:
    """Let KerasHub put the tensors of a Hugging Face folder into a backbone's variables.

    `reader` is a `SafetensorLoader`.
    """
    loader = get_preset_loader(preset)
    loader.converter.convert_weights(backbone, reader, loader.config)


def trained_context(preset: str, config: dict[str, Any]) -> int | None:
    """Look at a preset's configuration alone, and refuse what is not supported.

    Returns how many tokens the model was made to hold, None where the configuration says nothing.
    Raises `NotSupported`, and what the hubs' clients raise.
    """
    settings = config.get("config", config)
    try:
        name = get_preset_loader(preset).check_backbone_class().__name__
    except ValueError:
        # KerasHub has no class for it.
        name = str(config.get("model_type") or config.get("class_name") or "This kind of")
    known = ", ".join(SUPPORTED.values())
    if name not in SUPPORTED:
        raise NotSupported(f"{name} models are not supported; supported are {known}.")
    if settings.get("vision_encoder") or settings.get("vision_config"):
        raise NotSupported(
            "Models with vision are not supported; use a text-only preset of this one, "
            "such as gemma3_instruct_4b_text."
        )
    if settings.get("is_embedding_model") or settings.get("use_bidirectional_attention"):
        raise NotSupported("This model makes embeddings and writes no text; choose another one.")
    windowed = "use_sliding_window_attention", "use_sliding_window"
    if name == "QwenBackbone" and any(settings.get(key) for key in windowed):
        # generate() of KerasHub 0.32 ignores Qwen's window, so there is nothing to hold it against.
        raise NotSupported("Qwen 2 models with a sliding window are not supported.")
    context = settings.get("max_position_embeddings")
    return context if isinstance(context, int) and context > 0 else None


def flatten_projections(backbone: Any) -> None:
    """Let projections that contract two axes, as attention's output does, run as one plain matmul.

    The result is the same; XLA on CPU runs the two-axis form at one row several times slower (4.5
    against 29 GB/s of weights, measured on SmolLM2's (9, 64, 576) kernels).
    """
    for layer in backbone._flatten_layers():
        if isinstance(layer, keras.layers.EinsumDense):
            inputs, kernel, output = layer.equation.replace("->", ",").split(",")
            shared = [axis for axis in kernel if axis in inputs and axis not in output]
            plain = "".join(shared) == kernel[: len(shared)] == inputs[-len(shared) :]
            linear = layer.bias is None and layer.activation is keras.activations.linear
            if len(shared) > 1 and plain and linear:
                _run_as_matmul(layer, len(shared))


def _run_as_matmul(layer: Any, axes: int) -> None:
    original = layer.call

    def call(inputs: Any, training: Any = None) -> Any:
        # Only while serving: generate() and training keep Keras' own path (quantized kernels too).
        if get_vllm_context() is None or layer.quantization_mode is not None:
            return original(inputs, training=training)
        kernel = layer.kernel
        width = math.prod(kernel.shape[:axes])
        lead = inputs.shape[: len(inputs.shape) - axes]
        flat = keras.ops.reshape(inputs, (*lead, width))
        out = keras.ops.matmul(flat, keras.ops.reshape(kernel, (width, -1)))
        return keras.ops.reshape(out, (*lead, *kernel.shape[axes:]))

    layer.call = call


def forward(
    backbone: Any,
    values: Sequence[jax.Array],
    ids: jax.Array,
    positions: jax.Array,
    pools: Sequence[Pool],
    attend: Attend,
) -> tuple[jax.Array, list[Pool]]:
    """Run T tokens through the layers; traced, never called outside a jit.

    Args:
        backbone: the KerasHub backbone.
        values: its variables' values, in the order of `backbone.variables`.
        ids: (T,) int32 token ids.
        positions: (T,) int32 position of each token in its conversation.
        pools: the KV cache of each layer.
        attend: attention for these T tokens.

    Returns:
        Hidden states (T, hidden) and the pools with K and V of the tokens written.

    Raises:
        NotRouted: where some attention layers did not ask `attend`, so the output would be wrong.
    """
    mapping = list(zip(backbone.variables, values, strict=True))
    with (
        keras.StatelessScope(state_mapping=mapping),
        vllm_context_scope(paged_attention_func=attend, positions=positions, kv_caches=pools),
    ):
        inputs = {"token_ids": ids[:, None], "padding_mask": jnp.ones_like(ids)[:, None]}
        hidden = backbone(inputs, training=False)
        context = get_vllm_context()
        if context.layer_index != len(pools):
            raise NotRouted(
                f"{type(backbone).__name__} is not supported: {context.layer_index} of its "
                f"{len(pools)} attention layers can be served by this engine."
            )
        return hidden[:, 0], list(context.updated_kv_caches)


def next_scores(backbone: Any, values: Sequence[jax.Array], hidden: jax.Array) -> jax.Array:
    """Turn hidden states (R, hidden) into scores of the next token (R, vocabulary)."""
    mapping = list(zip(backbone.variables, values, strict=True))
    embedding = backbone.token_embedding
    with keras.StatelessScope(state_mapping=mapping):
        plain = embedding.tie_weights and embedding.quantization_mode is None
        if not plain or embedding.reverse_dtype is not None:
            return embedding(hidden[:, None], reverse=True)[:, 0]
        # The layer multiplies by the transposed table, which XLA on CPU writes out anew in each
        # step (a fifth of SmolLM2's weights); contracting the table's own rows does not.
        table = jnp.asarray(embedding.embeddings)
        scores = lax.dot_general(hidden, table, (((1,), (1,)), ((), ())))
        cap = embedding.logit_soft_cap
        return scores if cap is None else cap * jnp.tanh(scores / cap)


def cache_shape(backbone: Any) -> tuple[int, int, int]:
    """Return layers, KV heads and head_dim of the KV cache."""
    head_dim = getattr(backbone, "head_dim", None) or (
        backbone.hidden_dim // backbone.num_query_heads
    )
    return backbone.num_layers, backbone.num_key_value_heads, head_dim
