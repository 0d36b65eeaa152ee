"""JAX and Keras as this program wants them. Importing this module loads neither."""

from __future__ import annotations

import os
import sys
import warnings


def prepare() -> None:
    """Import JAX and Keras in the calling thread, which must be the one that uses them."""
    os.environ["KERAS_BACKEND"] = "jax"
    # Where TensorFlow is installed KerasHub imports it and builds its tables beside the ones in
    # use: seconds and half a gigabyte for nothing.
    for name in ("tensorflow", "tensorflow_text"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    warnings.filterwarnings("ignore", message="Skipping nested container", module="keras")

    import jax

    # See `programs`, which keeps them itself.
    jax.config.update("jax_enable_compilation_cache", False)
    import keras  # noqa: F401
    import keras_hub  # noqa: F401


def device() -> str:
    """Name what the models run on, for example "8 x TPU v5 lite"."""
    import jax

    devices = jax.devices()
    return f"{len(devices)} x {devices[0].device_kind}"
