"""Tiny models as Hugging Face folders."""

from __future__ import annotations

import json
from pathlib import Path

import keras_hub
import numpy as np
import tiny
from safetensors.numpy import save_file

CONFIG = {
    "model_type": "qwen2",
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 48,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10000.0,
    "use_sliding_window": False,
    "sliding_window": None,
    "tie_word_embeddings": True,
    "max_position_embeddings": 1024,
}


def tensors(model) -> dict[str, np.ndarray]:
    """The weights of a Qwen 2 under their names at Hugging Face."""
    values = {variable.path: np.asarray(variable) for variable in model.variables}
    named = {
        "model.embed_tokens.weight": values["token_embedding/embeddings"],
        "model.norm.weight": values["sequence_output_layernorm/scale"],
    }
    for layer in range(model.num_layers):
        here, there = f"transformer_layer_{layer}/", f"model.layers.{layer}."
        for ours, theirs in (
            ("self_attention_layernorm/scale", "input_layernorm.weight"),
            ("feedforward_layernorm/scale", "post_attention_layernorm.weight"),
            ("feedforward_gate_dense/kernel", "mlp.gate_proj.weight"),
            ("feedforward_intermediate_dense/kernel", "mlp.up_proj.weight"),
            ("feedforward_output_dense/kernel", "mlp.down_proj.weight"),
        ):
            named[there + theirs] = values[here + ours].T
        for name in ("query", "key", "value"):
            kernel = values[f"{here}self_attention/{name}/kernel"]
            at = f"{there}self_attn.{name[0]}_proj"
            named[f"{at}.weight"] = kernel.reshape(kernel.shape[0], -1).T
            named[f"{at}.bias"] = values[f"{here}self_attention/{name}/bias"].reshape(-1)
        out = values[f"{here}self_attention/attention_output/kernel"]
        named[f"{there}self_attn.o_proj.weight"] = out.reshape(-1, out.shape[-1]).T
    return {name: np.ascontiguousarray(value) for name, value in named.items()}


def model():
    """The Qwen 2 that `save` writes."""
    made = keras_hub.models.QwenBackbone(
        vocabulary_size=len(tiny.vocabulary()[0]),
        num_layers=2,
        num_query_heads=4,
        num_key_value_heads=2,
        hidden_dim=32,
        intermediate_dim=48,
        rope_max_wavelength=10000,
        layer_norm_epsilon=1e-6,
        tie_word_embeddings=True,
        dtype="float32",
    )
    tiny.scramble(made, 5, ends=False)
    return made


def save(folder: Path) -> Path:
    """Write a tiny Qwen 2 in two files of weights."""
    names, merges = tiny.vocabulary()
    folder.mkdir(parents=True)
    config = CONFIG | {"vocab_size": len(names)}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    added = [{"content": name, "id": names[name]} for name in tiny.CONTROL]
    tokenizer = {"model": {"vocab": names, "merges": merges}, "added_tokens": added}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    weight_map: dict[str, str] = {}
    weights = tensors(model())
    for index, part in enumerate(("model.layers.0.", "")):
        file = f"model-{index + 1:05}-of-00002.safetensors"
        chosen = {
            name: value
            for name, value in weights.items()
            if name not in weight_map and name.startswith(part)
        }
        save_file(chosen, folder / file)
        weight_map |= dict.fromkeys(chosen, file)
    index = {"weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    return folder
