"""What symbols count: weights as people write them, such as "ok=1,garbage=-2"."""

from __future__ import annotations

import math
from dataclasses import asdict

from tui_arena.errors import ArenaError
from tui_arena.scoring.results import Weights

_USUAL = asdict(Weights())


def read_weights(text: str, *, source: str) -> Weights:
    """Read weights; a symbol that is not named keeps its usual one.

    Raises `ArenaError`, naming the source, where a symbol is unknown or named twice, or a weight is
    no number.
    """
    said: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (each.strip() for each in part.partition("="))
        if name not in _USUAL or not equals or name in said:
            raise ArenaError(
                f"{source}: weights cannot be read at “{part}”; "
                f"write them as {write_weights(Weights())}."
            )
        said[name] = _number(name, value, source)
    return Weights(**(_USUAL | said))


def write_weights(weights: Weights) -> str:
    """Return weights as `read_weights` reads them."""
    return ",".join(f"{name}={value:g}" for name, value in asdict(weights).items())


def _number(name: str, value: str, source: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or abs(number) > 1e6:
        raise ArenaError(
            f"{source}: the weight of {name} is “{value}”; "
            "give a number between -1000000 and 1000000."
        )
    return number
