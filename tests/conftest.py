import os
import signal
import threading

import pytest

# Before anything imports JAX: eight devices, as on a TPU host.
os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
# Tiny models are compiled for longer than they run; a third less time goes by.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")

# What a shell starts in the background ignores interrupts, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _cache_folder(tmp_path_factory):
    """Converted presets and compiled programs of this run, in a cache folder of its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _threads_end():
    """Wait for closed engines' threads: the interpreter cannot end well beneath XLA's code."""
    yield
    for thread in threading.enumerate():
        if thread.name in ("engine", "loader", "programs"):
            thread.join(timeout=30)
