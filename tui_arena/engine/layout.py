"""Which axis of a weight is cut over the devices, from its path and shape alone.

Loads neither JAX nor Keras, so that a machine can be planned for without being there. The cut is
Megatron's (Shoeybi et al. 2019): what goes into attention and the feed-forward block is cut by
columns, what comes out by rows, so that a layer needs two all-reduces; the embedding is cut by
tokens. KerasHub's own maps cut Llama's heads on the hidden axis, which costs five, leave the big
untied heads whole on every device, and refuse models whose heads do not divide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tui_arena.errors import ArenaError

_COLUMNS: tuple[tuple[str, tuple[int, ...]], ...] = (
    # Llama, Mistral, Qwen: (hidden, heads, head_dim). Cut on head_dim, every step of attention's
    # loop would pay a collective; cut on hidden, all three are summed at once, outside it.
    (r".*/self_attention/(query|key|value)/kernel", (1, 0)),
    # Gemma: (heads, hidden, head_dim).
    (r".*/attention/(query|key|value)/kernel", (0, 1)),
    # Into the feed-forward block: (hidden, wide).
    (r".*/(feedforward_(gate|intermediate)_dense|ffw_gating(_2)?)/kernel", (1, 0)),
)
"""Weights into a block: paths, matched whole, and the axes to try; first the one of its columns."""

_OTHERS: tuple[tuple[str, tuple[int, ...]], ...] = (
    # (vocabulary, hidden), and the untied head, (hidden, vocabulary).
    (r"(.*/)?token_embedding/embeddings", (0, 1)),
    (r"(.*/)?token_embedding/reverse_embeddings", (1, 0)),
    # Small, and their two factors would be summed over the devices once more.
    (r".*/lora_.*", ()),
    # Of int8 matrices, small as well.
    (r".*_scale", ()),
    (r".*attention/(query|key|value)/bias", (0,)),
    # Out of the blocks: (heads, head_dim, hidden) and (wide, hidden).
    (r".*attention/attention_output/kernel", (0, 1, 2)),
    (r".*/(feedforward_output_dense|ffw_linear)/kernel", (0, 1)),
)

_LEAST_CUT = 0.99
_MOST_COPIED = 64 << 20
"""Bytes."""


class LayoutError(ArenaError):
    """A model that would lie on the devices in copies."""


def split_axis(path: str, shape: Sequence[int], devices: int) -> int | None:
    """Return the axis of a weight that is cut into `devices` equal parts, None for a whole copy.

    Heads or columns where they divide, else another axis that does; norms and other vectors stay
    whole. A path that no rule knows is cut along its longest axis that divides.
    """
    if devices == 1 or len(shape) < 2:
        return None
    axes: Sequence[int] = sorted(range(len(shape)), key=lambda axis: -shape[axis])
    for pattern, preferred in (*_COLUMNS, *_OTHERS):
        if re.fullmatch(pattern, path):
            axes = preferred
            break
    return next((axis for axis in axes if axis < len(shape) and shape[axis] % devices == 0), None)


def whole_result(path: str, shape: Sequence[int], axis: int | None) -> bool:
    """Say whether every device shall hold all that comes out of the layer with this weight.

    True of all but what was cut on an axis of its result. Left to itself, XLA cuts the stream
    between layers where some kernel is cut on its hidden axis, pays for that at every norm, and
    gathers a tied embedding at every step.
    """
    for pattern, preferred in _COLUMNS:
        if re.fullmatch(pattern, path):
            return axis != preferred[0]
    if re.fullmatch(r".*attention/\w+/(?!kernel)\w+|.*/lora_\w+|.*_scale", path):
        return False  # a norm or a bias of heads lies as its heads do, a scale as its matrix
    return axis is None or axis != len(shape) - 1


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight and how it lies."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    bytes: int
    """Of the whole weight."""
    devices: int
    """Devices that hold it together, or each a copy."""
    axis: int | None
    """The axis that is cut, None where every device has a copy."""

    @property
    def device_bytes(self) -> int:
        """Bytes on each device."""
        return self.bytes // self.devices if self.axis is not None else self.bytes


@dataclass(frozen=True, slots=True)
class Audit:
    """How all weights of a model lie."""

    weights: tuple[Weight, ...]

    @property
    def bytes(self) -> int:
        """Of all weights."""
        return sum(weight.bytes for weight in self.weights)

    @property
    def device_bytes(self) -> int:
        """Bytes on each device."""
        return sum(weight.device_bytes for weight in self.weights)

    @property
    def cut(self) -> float:
        """Share of the bytes that are cut over devices, 0 to 1."""
        whole = sum(weight.bytes for weight in self.copied)
        return 1 - whole / self.bytes if self.bytes else 0.0

    @property
    def copied(self) -> list[Weight]:
        """Weights of which every device has a copy, the biggest first."""
        copied = [weight for weight in self.weights if weight.axis is None]
        return sorted(copied, key=lambda weight: -weight.bytes)

    @property
    def devices(self) -> int:
        """Devices that the model lies on."""
        return max((weight.devices for weight in self.weights), default=1)

    def check(self, name: str) -> None:
        """Raise `LayoutError` where copies waste memory that another model could have.

        That is: more than one device, under 99 % of the bytes cut, and copies of more than 64 MiB.
        Below that it is the norms of a small model, which matter to nobody.
        """
        copied = self.copied
        wasted = sum(weight.bytes for weight in copied)
        if self.devices == 1 or self.cut >= _LEAST_CUT or wasted <= _MOST_COPIED:
            return
        biggest = ", ".join(
            f"{weight.path} {weight.shape} ({weight.bytes / 1e6:.0f} MB)" for weight in copied[:3]
        )
        raise LayoutError(
            f"Only {self.cut:.1%} of {name} can be cut over {self.devices} devices, and each would "
            f"hold a copy of {wasted / 1e9:.2f} GB, of these above all: {biggest}; "
            "run it on a number of devices that divides them."
        )
