"""How big a model is, from its configuration alone. Loads neither JAX nor Keras.

The paths and shapes are those of KerasHub's backbones; tests hold them against the real ones and
against the parameter counts that KerasHub publishes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_arena.engine.layout import Audit, Weight, split_axis
from tui_arena.engine.pages import CONVERSATIONS, PAGE, pages_for

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "int8": 1}
"""Bytes of a number, by its type."""

_QUANTIZED = ("/kernel", "embeddings")
"""How the paths of matrices end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a model's sizes follow from."""

    gemma: bool = False
    """KerasHub's Gemma layout; otherwise that of Llama, Mistral and Qwen."""
    vocabulary: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    hidden: int
    wide: int
    """Columns of the feed-forward block."""
    tied: bool = True
    """Whether the head is the embedding."""
    biases: bool = False
    """Of query, key and value (Qwen 2)."""
    head_norms: bool = False
    """Of query and key (Qwen 3, Gemma 3)."""
    post_norms: bool = False
    """After attention and feed-forward block as well (Gemma 2 and 3)."""
    int8: bool = False
    """Whether the preset itself has its matrices in int8."""
    trained: int | None = None
    """Tokens that the model was made to hold, where that is known."""

    def __post_init__(self) -> None:
        """Refuse, with `ValueError`, what no model has; sizes come from files."""
        sizes = (self.vocabulary, self.hidden, self.wide, self.heads, self.kv_heads, self.head_dim)
        if not (0 < self.layers <= 1000 and all(0 < size <= 1 << 24 for size in sizes)):
            raise ValueError(self)

    def weights(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Give path and shape of every weight."""
        yield "token_embedding/embeddings", (self.vocabulary, self.hidden)
        if not self.tied:
            yield "token_embedding/reverse_embeddings", (self.hidden, self.vocabulary)
        for layer in range(self.layers):
            if self.gemma:
                yield from self._gemma_layer(f"decoder_block_{layer}")
            else:
                yield from self._llama_layer(f"transformer_layer_{layer}")
        last = "final_normalization" if self.gemma else "sequence_output_layernorm"
        yield f"{last}/scale", (self.hidden,)

    @property
    def parameters(self) -> int:
        """How many numbers all weights have, the scales of int8 matrices among them."""
        numbers = 0
        for path, shape in self.weights():
            numbers += math.prod(shape)
            if self.int8 and path.endswith(_QUANTIZED):
                numbers += math.prod(self._scales(path, shape))
        return numbers

    def planned(self, dtype: str, devices: int, *, int8: bool = False) -> Audit:
        """Say how the weights would lie on so many devices.

        Where they are `int8`, matrices take a byte a number, and `dtype` is that of their scales
        and of all else.
        """

        def weight(path: str, shape: tuple[int, ...], dtype: str) -> Weight:
            size, axis = math.prod(shape) * BYTES[dtype], split_axis(path, shape, devices)
            return Weight(path, shape, dtype, size, devices, axis)

        found: list[Weight] = []
        for path, shape in self.weights():
            if int8 and path.endswith(_QUANTIZED):
                found.append(weight(path, shape, "int8"))
                found.append(weight(f"{path}_scale", self._scales(path, shape), dtype))
            else:
                found.append(weight(path, shape, dtype))
        return Audit(tuple(found))

    def _scales(self, path: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of an int8 matrix's scales: one for each of its results."""
        if "embedding" in path:
            return (self.vocabulary,)
        if re.fullmatch(r".*/(query|key|value)/kernel", path):
            return (1, 1, shape[0], shape[2]) if self.gemma else (1, 1, *shape[1:])
        dense = not self.gemma and "attention_output" not in path
        return (shape[-1],) if dense else (1, 1, shape[-1])

    def token_bytes(self, dtype: str) -> int:
        """Return the bytes that one token takes in the KV cache, on all devices together."""
        return 2 * self.layers * self.kv_heads * self.head_dim * BYTES[dtype]

    def cache_bytes(
        self, dtype: str, devices: int, context: int, conversations: int = CONVERSATIONS
    ) -> int:
        """Return the bytes of the KV cache on each device, as `Model` allocates it."""
        whole = pages_for(context, conversations) * PAGE * self.token_bytes(dtype)
        return whole if self.kv_heads % devices else whole // devices

    def _llama_layer(self, at: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        for name, heads in self._projections():
            yield f"{at}/self_attention/{name}/kernel", (self.hidden, heads, self.head_dim)
            if self.biases:
                yield f"{at}/self_attention/{name}/bias", (heads, self.head_dim)
            if self.head_norms and name != "value":
                yield f"{at}/self_attention/{name}_dense_layernorm/scale", (self.head_dim,)
        out = (self.heads, self.head_dim, self.hidden)
        yield f"{at}/self_attention/attention_output/kernel", out
        yield f"{at}/self_attention_layernorm/scale", (self.hidden,)
        yield f"{at}/feedforward_intermediate_dense/kernel", (self.hidden, self.wide)
        yield f"{at}/feedforward_gate_dense/kernel", (self.hidden, self.wide)
        yield f"{at}/feedforward_output_dense/kernel", (self.wide, self.hidden)
        yield f"{at}/feedforward_layernorm/scale", (self.hidden,)

    def _gemma_layer(self, at: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        yield f"{at}/pre_attention_norm/scale", (self.hidden,)
        if self.post_norms:
            yield f"{at}/post_attention_norm/scale", (self.hidden,)
        for name, heads in self._projections():
            yield f"{at}/attention/{name}/kernel", (heads, self.hidden, self.head_dim)
            if self.head_norms and name != "value":
                yield f"{at}/attention/{name}_norm/scale", (self.head_dim,)
        yield f"{at}/attention/attention_output/kernel", (self.heads, self.head_dim, self.hidden)
        yield f"{at}/pre_ffw_norm/scale", (self.hidden,)
        if self.post_norms:
            yield f"{at}/post_ffw_norm/scale", (self.hidden,)
        yield f"{at}/ffw_gating/kernel", (self.hidden, self.wide)
        yield f"{at}/ffw_gating_2/kernel", (self.hidden, self.wide)
        yield f"{at}/ffw_linear/kernel", (self.wide, self.hidden)

    def _projections(self) -> tuple[tuple[str, int], ...]:
        return ("query", self.heads), ("key", self.kv_heads), ("value", self.kv_heads)


def shape_of_backbone(kind: str, config: dict[str, Any]) -> Shape | None:
    """Read the configuration of a KerasHub backbone, as its preset's `config.json` has it.

    Returns None for kinds that are not known. Raises `KeyError`, `TypeError`, `ValueError` or
    `ZeroDivisionError` where the configuration is damaged.
    """
    llama = ("LlamaBackbone", "Llama3Backbone", "MistralBackbone", "QwenBackbone", "Qwen3Backbone")
    gemma = ("GemmaBackbone", "Gemma3Backbone")
    if kind not in (*llama, *gemma) or config.get("vision_encoder") is not None:
        return None
    heads, hidden = int(config["num_query_heads"]), int(config["hidden_dim"])
    wide = int(config["intermediate_dim"])
    tied = kind in gemma or config.get("tie_word_embeddings", kind.startswith("Qwen"))
    return Shape(
        gemma=kind in gemma,
        vocabulary=int(config["vocabulary_size"]),
        layers=int(config["num_layers"]),
        heads=heads,
        kv_heads=int(config["num_key_value_heads"]),
        head_dim=int(config.get("head_dim") or hidden // heads),
        hidden=hidden,
        wide=wide // 2 if kind == "GemmaBackbone" else wide,  # which counts the gate's two halves
        tied=bool(tied) and kind != "MistralBackbone",
        biases=kind == "QwenBackbone",
        head_norms=kind == "Qwen3Backbone" or bool(config.get("use_query_key_norm")),
        post_norms=bool(config.get("use_post_ffw_norm")),
        int8='"int8' in json.dumps(config.get("dtype")),
    )
