"""Models cut over several devices through `keras.distribution`, and the audit that they really are.

The cut of each weight comes from `layout.split_axis`, asked as Keras makes the variable, so there
are no patterns that could miss one. One axis of devices is enough: a step has a handful of rows, so
there is nothing to gain from cutting the batch.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import jax
import keras
import numpy as np
from jax import lax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from tui_arena.engine.layout import Audit, Weight, split_axis, whole_result
from tui_arena.errors import ArenaError

_log = logging.getLogger(__name__)

_AXIS = "model"


class ShardingError(ArenaError):
    """A model that does not lie over the devices as it should."""


class Placement:
    """Where a model lies: on the default device, or cut over several.

    Belongs to one thread, as Keras' distribution does.
    """

    def __init__(self, devices: Sequence[Any] | None = None) -> None:
        self.devices = list(devices or jax.devices()[:1])
        """The devices that hold the model together."""
        self._keras: _Cut | None = None
        self._mesh: Mesh | None = None
        if len(self.devices) > 1:
            mesh = keras.distribution.DeviceMesh((len(self.devices),), (_AXIS,), self.devices)
            self._keras = _Cut(mesh)
            self._mesh = Mesh(np.array(self.devices), (_AXIS,))

    @property
    def whole(self) -> NamedSharding | None:
        """Every device holds all of it; None where there is one device, and nothing to say."""
        return self._sharding()

    def pools(self, kv_heads: int) -> NamedSharding | None:
        """How KV pools lie: cut on the KV heads where they divide, else whole on each device."""
        if kv_heads % len(self.devices):
            return self.whole
        return self._sharding(None, _AXIS)

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """Within it Keras makes variables, and traces layers, for this placement."""
        with self._keras.scope() if self._keras is not None else contextlib.nullcontext():
            yield

    @contextlib.contextmanager
    def loading(self) -> Iterator[None]:
        """Within it weights come through the host's memory, straight to where they belong.

        Keras would put each whole tensor on the first device before it cuts it (keras#21634).
        """
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.scope())
            if self._mesh is not None:
                try:
                    host = jax.local_devices(backend="cpu")[-1]
                except RuntimeError as problem:  # JAX was told to leave the CPU alone
                    _log.warning("tensors are staged on the first device: %s", problem)
                else:
                    stack.enter_context(jax.default_device(host))
            yield

    def gathered(self, scores: jax.Array) -> jax.Array:
        """Let every device have all scores (R, vocabulary), each having computed its own part."""
        if self._mesh is None:
            return scores
        if scores.shape[-1] % len(self.devices) == 0:
            scores = lax.with_sharding_constraint(scores, self._sharding(None, _AXIS))
        return lax.with_sharding_constraint(scores, self.whole)

    def _sharding(self, *axes: str | None) -> NamedSharding | None:
        return None if self._mesh is None else NamedSharding(self._mesh, PartitionSpec(*axes))


def placement_on(devices: int | None = None) -> Placement:
    """Return a placement on so many local devices.

    By default on all accelerators, but on one CPU device: several of them are one processor that
    was told to pretend. Raises `ShardingError` where there are fewer.
    """
    local = jax.local_devices()
    if devices is None:
        devices = 1 if local[0].platform == "cpu" else len(local)
    if devices > len(local):
        raise ShardingError(f"{devices} devices were asked for, but this machine has {len(local)}.")
    return Placement(local[:devices])


def audit(variables: Sequence[Any]) -> Audit:
    """Say how weights really lie, from the arrays themselves."""
    return Audit(tuple(_weight(variable) for variable in variables))


def _weight(variable: Any) -> Weight:
    value = variable.value
    part = value.sharding.shard_shape(value.shape)
    cut = [axis for axis, size in enumerate(value.shape) if part[axis] != size]
    return Weight(
        path=variable.path,
        shape=tuple(value.shape),
        dtype=str(value.dtype),
        bytes=value.nbytes,
        devices=len(value.sharding.device_set),
        axis=cut[0] if cut else None,
    )


class _Cut(keras.distribution.ModelParallel):  # type: ignore[misc]
    """Keras' model parallelism, asking `layout` instead of a map of patterns."""

    def __init__(self, mesh: Any) -> None:
        super().__init__(layout_map=keras.distribution.LayoutMap(mesh), auto_shard_dataset=False)
        self._whole_results: set[str] = set()
        """Paths of layers whose result every device holds whole."""

    def get_variable_layout(self, variable: Any) -> Any:
        """Return where a variable lies; Keras asks as it makes it."""
        axis = split_axis(variable.path, variable.shape, self.device_mesh.shape[0])
        if whole_result(variable.path, variable.shape, axis):
            self._whole_results.add(variable.path.rpartition("/")[0])
        axes = [_AXIS if index == axis else None for index in range(len(variable.shape))]
        return keras.distribution.TensorLayout(axes, self.device_mesh)

    def get_tensor_layout(self, path: str) -> Any:
        """Return where a layer's result lies, None to leave it to XLA; Keras asks in each call."""
        if path.removesuffix("/output") in self._whole_results:
            return keras.distribution.TensorLayout([], self.device_mesh)
        return None
