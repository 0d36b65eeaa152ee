"""LoRA weights, as KerasHub's `save_lora_weights` writes them, put onto a base as it is loaded.

The two factors of each kernel are multiplied and added to it once (Hu et al. 2021, section 4.1), so
an adapted model decodes at the speed of its base, and lies over the devices as it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import jax
import jax.numpy as jnp
import keras
import numpy as np

from tui_arena.engine.sources import LoadError

_ADAPTED = (keras.layers.EinsumDense, keras.layers.Dense)


def add_lora(backbone: Any, path: Path) -> None:
    """Add LoRA weights to a backbone's kernels.

    Raises `LoadError` where the file is missing, damaged, or made for another base.
    """
    rank, factors = _read(path)
    # KerasHub numbers the layers that have weights; names alone would not tell them apart.
    layers = [layer for layer in backbone._flatten_layers(include_self=False) if layer.weights]
    adapted: list[Any] = []
    for index, (a, b) in factors.items():
        layer = layers[index] if index < len(layers) else None
        if not isinstance(layer, _ADAPTED):
            raise LoadError(f"{path} is made for another base: {index} is no layer to adapt here.")
        if layer.quantization_mode is not None:
            raise LoadError(
                f"{path} cannot be put on weights that are quantized already; name a base that is "
                "not, and set `dtype` to int8."
            )
        wanted = tuple(layer.kernel.shape)
        if (a.shape, b.shape) != ((*wanted[:-1], rank), (rank, wanted[-1])):
            made = (*a.shape[:-1], *b.shape[1:])
            raise LoadError(
                f"{path} is made for another base: it changes a kernel of shape {made}, but here "
                f"{layer.kernel.path} has shape {wanted}."
            )
        adapted.append(layer)
    for name, count in Counter(layer.name for layer in adapted).items():
        if count != backbone.num_layers:
            raise LoadError(
                f"{path} is made for another base: it adapts “{name}” in {count} layers, but here "
                f"are {backbone.num_layers}."
            )
    for layer, (a, b) in zip(adapted, factors.values(), strict=True):
        _merge(layer.kernel, a, b)


def _read(path: Path) -> tuple[int, Mapping[int, tuple[np.ndarray, np.ndarray]]]:
    """Return the rank, and both factors by the number of the layer that they change."""
    if not path.is_file():
        raise LoadError(f"{path} does not exist; check `lora` in the profile.")
    try:
        with h5py.File(path, "r") as file:
            group = file["lora"]
            rank = int(group["vars/rank"][()])
            found = {
                int(name): (_factor(group[name], "a"), _factor(group[name], "b"))
                for name in group
                if name != "vars"
            }
    except (OSError, KeyError, ValueError, TypeError, AttributeError):
        raise LoadError(
            f"{path} is damaged, or no LoRA weights of KerasHub (.lora.h5); check `lora` in the "
            "profile."
        ) from None
    if not found or rank < 1 or min(found) < 0:
        raise LoadError(f"{path} has no LoRA weights in it; check `lora` in the profile.")
    return rank, dict(sorted(found.items()))


def _factor(group: Any, which: str) -> np.ndarray:
    factor = np.asarray(group[f"vars/lora_kernel_{which}"], dtype=np.float32)
    if factor.ndim < 2 or not np.isfinite(factor).all():
        raise ValueError(group)
    return factor


def _merge(kernel: Any, a: np.ndarray, b: np.ndarray) -> None:
    """Add the product of two factors to a kernel, where it lies."""

    def merged(value: jax.Array, a: jax.Array, b: jax.Array) -> jax.Array:
        change = jnp.matmul(a, b, precision="highest")
        return (value.astype(jnp.float32) + change).astype(value.dtype)

    lies = kernel.value.sharding
    step = jax.jit(merged, out_shardings=lies, donate_argnums=0)
    kernel.assign(step(kernel.value, a, b))
