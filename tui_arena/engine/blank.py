"""Weights that begin as zeros, because a file is about to overwrite them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

_INITIALIZERS = (
    keras.initializers.Ones,
    keras.initializers.RandomNormal,
    keras.initializers.VarianceScaling,
    keras.initializers.Zeros,
)
"""What KerasHub's layers begin their weights with, and what those inherit from."""


@contextmanager
def blank_weights() -> Iterator[None]:
    """Within it Keras neither draws nor computes what new weights begin with.

    That would compile a program for every shape, and take longer than reading the file.
    """
    calls = [kind.__call__ for kind in _INITIALIZERS]

    def zeros(self: Any, shape: Any, dtype: Any = None, **unused: Any) -> Any:
        if keras.distribution.distribution() is not None:
            return keras.ops.zeros(shape, dtype=dtype)  # traced, to lie where it belongs
        return keras.ops.convert_to_tensor(np.zeros(shape, keras.backend.standardize_dtype(dtype)))

    try:
        for kind in _INITIALIZERS:
            kind.__call__ = zeros
        yield
    finally:
        for kind, call in zip(_INITIALIZERS, calls, strict=True):
            kind.__call__ = call
