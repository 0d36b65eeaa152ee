"""JAX and Keras as this program wants them. Importing this module loads neither."""

from __future__ import annotations

import logging
import os
import sys
import warnings

from tui_arena.folders import cache_folder, private_folder

_log = logging.getLogger(__name__)


def prepare() -> None:
    """Import JAX and Keras in the calling thread, which must be the one that uses them."""
    os.environ["KERAS_BACKEND"] = "jax"
    # Where TensorFlow is installed KerasHub imports it and builds its tables beside the ones in
    # use: seconds and half a gigabyte for nothing.
    for name in ("tensorflow", "tensorflow_text"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    warnings.filterwarnings("ignore", message="Skipping nested container", module="keras")

    import jax

    try:
        # Compiled programs are code: nobody else may write where they are read from.
        folder = private_folder(cache_folder() / "xla")
    except OSError as problem:
        _log.warning("compiled programs are not kept: %s", problem)
    else:
        jax.config.update("jax_compilation_cache_dir", str(folder))
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    import keras  # noqa: F401
    import keras_hub  # noqa: F401


def device() -> str:
    """Name what the models run on, for example "8 x TPU v5 lite"."""
    import jax

    devices = jax.devices()
    return f"{len(devices)} x {devices[0].device_kind}"
