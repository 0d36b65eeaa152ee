"""Weights from a preset's files into a backbone: every one of them, or one sentence that says why.

Keras leaves a variable as it was made, random, where a converter forgets it, and takes the first
layers of a file that has more than the configuration says. A model like that writes nonsense that
looks like a bad model's, so nothing of the kind is ever served.
"""

from __future__ import annotations

import contextlib
import json
import re
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import keras
import keras_hub
from safetensors import SafetensorError, safe_open

from tui_arena.engine.blank import blank_weights
from tui_arena.engine.memory import FAULTS
from tui_arena.engine.serving import SafetensorLoader, convert_weights, preset_file
from tui_arena.engine.sources import LoadError

_KERAS = ("model.weights.h5", "model.weights.json")
"""Weights of a KerasHub preset, in one file or as the list of several, as KerasHub looks for it."""
_HUGGING_FACE = ("model.safetensors.index.json", "model.safetensors")
"""The same of a Hugging Face folder."""

_MOST_BYTES = 64 << 20
"""Of a list of weight files."""

_AGAIN = "fetch or copy the model again."


def weight_files(preset: str, config: dict[str, Any]) -> list[Path]:
    """Return the files with a preset's weights, fetched where needed and found to be whole.

    Where there is a list of them, that comes first.

    Args:
        preset: a folder, a KerasHub preset name, or an address.
        config: what its `config.json` says.

    Raises:
        LoadError: where a file is damaged.
        FileNotFoundError: where one is missing; and what the hubs' clients raise.
    """
    names = _KERAS if "registered_name" in config else _HUGGING_FACE
    for name in names:
        try:
            path = preset_file(preset, name)
        except FileNotFoundError:
            if name == names[-1]:
                raise
        else:
            break
    parts = _listed(path) if path.suffix == ".json" else []
    files = [path, *(preset_file(preset, part) for part in parts)]
    for path in files:
        _check_readable(path)
    return files


def load_backbone(
    preset: str,
    config: dict[str, Any],
    files: Sequence[Path],
    dtype: str,
    tell: Callable[[float], None] = lambda done: None,
) -> Any:
    """Make a KerasHub backbone and fill it from its files, those of `weight_files`.

    `tell` hears the share done, 0 to 1. Raises `LoadError` where the files disagree with the
    configuration, naming the first weight that does, its shape in the file and the one wanted.
    """
    policy = _policy(preset, config, dtype)
    with blank_weights():
        backbone = keras_hub.models.Backbone.from_preset(preset, load_weights=False, dtype=policy)
    filling = _Filling(backbone.variables, tell)
    if files[0].name in _KERAS:
        _fill_from_h5(backbone, files, filling)
    else:
        with _Reader(preset, filling) as reader:
            convert_weights(preset, backbone, reader)
            reader.check_all_taken()
    filling.look(backbone.variables)
    if blank := filling.blank:
        raise LoadError(f"The weights of {preset} lack {blank[0]}; {_AGAIN}")
    return backbone


class _Filling:
    """Which variables are still as they were made, and how much of all is not."""

    def __init__(self, variables: Sequence[Any], tell: Callable[[float], None]) -> None:
        self._blank = {id(each): (each, weakref.ref(each.value)) for each in variables}
        self._numbers = max(1, sum(variable.value.size for variable in variables))
        self._filled, self._told = 0, 0.0
        self._tell = tell

    @property
    def blank(self) -> list[str]:
        """The paths of the variables that nothing was put into."""
        return [variable.path for variable, _ in self._blank.values()]

    def look(self, variables: Iterable[Any]) -> None:
        """See which of these were filled meanwhile; tells of every hundredth."""
        for variable in variables:
            _, blank = self._blank.get(id(variable), (None, None))
            if blank is not None and variable.value is not blank():
                del self._blank[id(variable)]
                self._filled += variable.value.size
        done = self._filled / self._numbers
        if done - self._told >= 0.01:
            self._told = done
            self._tell(done)


def quantize(backbone: Any) -> None:
    """Turn the matrices of a backbone into int8 where they lie, unless they are already.

    To be called where its placement holds: elsewhere Keras would put all of them on one device.
    """
    if all(layer.quantization_mode is None for layer in backbone._flatten_layers()):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Layer .* does not have a `quantize`")
            backbone.quantize("int8")


def _listed(path: Path) -> list[str]:
    """Return the names of the weight files that a list of them names."""
    names: set[str] = set()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(path)
        for named in dict(json.loads(path.read_text(encoding="utf-8"))["weight_map"]).values():
            names.update([named] if isinstance(named, str) else named)
        if not names or any(re.search(r"^\W|/|\\", name) for name in names):
            raise ValueError(path)
    except (ValueError, KeyError, TypeError):
        raise LoadError(f"{path} is no list of weight files; {_AGAIN}") from None
    return sorted(names)


def _check_readable(path: Path) -> None:
    """Open a file, which fails where it is cut short; nothing big is read."""
    try:
        if path.suffix == ".h5":
            h5py.File(path, "r").close()
        elif path.suffix == ".safetensors":
            with safe_open(path, framework="np"):
                pass
    except (OSError, SafetensorError):
        # Hugging Face's client takes the file that its link leads to for whole.
        raise LoadError(
            f"{path.resolve()} is damaged or not whole; delete it, and {_AGAIN}"
        ) from None


def _fill_from_h5(backbone: Any, files: Sequence[Path], filling: _Filling) -> None:
    faults: list[str | Exception] = []
    with contextlib.ExitStack() as stack:
        for layer in backbone._flatten_layers(include_self=False):
            stack.enter_context(_watched(layer, faults, filling))
        try:
            backbone.load_weights(str(files[0]))
        except ValueError:
            if not faults:
                raise
            if isinstance(faults[0], Exception):
                raise faults[0] from None
            raise LoadError(f"{faults[0]} in {files[0]}; {_AGAIN}") from None
    numbers = sum(_numbers_in(path) for path in files if path.suffix == ".h5")
    wanted = sum(variable.value.size for variable in backbone.variables if variable.ndim > 1)
    if numbers > wanted:
        raise LoadError(
            f"{files[0]} holds matrices of {numbers:,} numbers, but those of the model in "
            f"config.json have {wanted:,}; {_AGAIN}"
        )


def _policy(preset: str, config: dict[str, Any], dtype: str) -> Any:
    """Return the types of a preset's weights: those that are int8 in its files stay so.

    KerasHub 0.32 forgets what the preset says of them wherever a type is asked for.
    """
    written = config.get("config", {}).get("dtype")
    if not isinstance(written, dict) or written.get("class_name") != "DTypePolicyMap":
        return dtype
    policies = keras.dtype_policies.DTypePolicyMap(default_policy=dtype)
    for path, policy in written["config"]["policy_map"].items():
        mode = policy["config"]["mode"]
        if mode != "int8":
            raise LoadError(
                f"The weights of {preset} are in {mode}; supported are floats and int8."
            )
        policies[path] = keras.dtype_policies.QuantizedDTypePolicy(mode, dtype)
    return policies


@contextlib.contextmanager
def _watched(layer: Any, faults: list[str | Exception], filling: _Filling) -> Iterator[None]:
    """Note what a layer loads, and what it cannot: Keras' own report of that loses the names.

    It also goes on after a device had no memory left, and finds all kinds of faults then.
    """
    load = layer.load_own_variables

    def watched(store: Any) -> None:
        try:
            load(store)
            filling.look(layer.weights)
        except FAULTS as fault:
            faults.append(type(fault)(*fault.args))  # one that holds on to no half-loaded weights
            raise
        except (ValueError, KeyError, TypeError, OSError):
            faults.append(_disagreement(layer, store))
            raise

    layer.load_own_variables = watched
    try:
        yield
    finally:
        del layer.load_own_variables


def _disagreement(layer: Any, store: Any) -> str:
    """Say in what a file disagrees with a layer; the beginning of a sentence."""
    found = [tuple(store[name].shape) for name in sorted(store.keys(), key=int)]
    for variable in layer.weights:
        if tuple(variable.shape) not in found:
            if len(found) < len(layer.weights):
                return f"{variable.path} of shape {tuple(variable.shape)} is missing"
            shape = found[layer.weights.index(variable)]
            return _other_shape(variable, shape)
    return f"{layer.path} is damaged"


def _other_shape(variable: Any, shape: tuple[int, ...]) -> str:
    return (
        f"{variable.path} has shape {shape}, but the model in config.json wants "
        f"{tuple(variable.shape)},"
    )


def _numbers_in(path: Path) -> int:
    """Count the numbers in all matrices of a file, from its headers alone."""
    sizes: list[int] = []
    with h5py.File(path, "r") as file:
        file.visititems(
            lambda _, item: (
                sizes.append(item.size)
                if isinstance(item, h5py.Dataset) and item.ndim > 1
                else None
            )
        )
    return sum(sizes)


class _Reader(SafetensorLoader):  # type: ignore[misc]
    """KerasHub's reader of safetensors, which names what does not fit and knows what is left."""

    def __init__(self, preset: str, filling: _Filling) -> None:
        super().__init__(preset)
        self._filling = filling
        self._taken: set[str] = set()

    def get_prefixed_key(self, hf_weight_key: str, dict_like: Any) -> str:
        """Return the name of a tensor in the file; KerasHub asks before it reads one."""
        key = str(super().get_prefixed_key(hf_weight_key, dict_like))
        self._taken.add(key)
        return key

    def port_weight(self, keras_variable: Any, hf_weight_key: str, hook_fn: Any = None) -> None:
        """Put a tensor into a variable; raises `LoadError` where it is missing or does not fit."""
        try:
            tensor = self.get_tensor(hf_weight_key)
        except (KeyError, SafetensorError):
            raise LoadError(
                f"The tensor {hf_weight_key}, for {keras_variable.path} of shape "
                f"{tuple(keras_variable.shape)}, is missing in {self.preset}; {_AGAIN}"
            ) from None
        wanted = tuple(keras_variable.shape)
        try:
            value = hook_fn(tensor, list(wanted)) if hook_fn else tensor
            fits = tuple(value.shape) == wanted
        except ValueError:  # it cannot be turned or cut as a weight of this kind
            fits = False
        if not fits:
            said = _other_shape(keras_variable, tuple(tensor.shape))
            raise LoadError(f"{said} in {self.preset}; {_AGAIN}")
        keras_variable.assign(value)
        self._filling.look([keras_variable])

    def check_all_taken(self) -> None:
        """Raise `LoadError` where a file has layers, or parts of them, that the model has not."""
        names = {name for file in self.safetensor_files.values() for name in file.keys()}  # noqa: SIM118
        for name in sorted(names - self._taken):
            if re.search(r"(^|\.)layers\.\d+\.", name) and not name.endswith(".inv_freq"):
                raise LoadError(
                    f"The weights of {self.preset} have {name}, which the model in config.json "
                    f"has not; {_AGAIN}"
                )
