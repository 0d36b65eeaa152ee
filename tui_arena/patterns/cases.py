"""Distinct prompts, and how often each model failed at them.

Attempts at one prompt are not independent of each other: tested one by one, the graph finds every
hard prompt to be a cluster of its own. So a prompt counts once for a model, however often it was
asked.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui_arena.errors import ArenaError
from tui_arena.patterns.words import listed

Flags = NDArray[np.bool_]
Counts = NDArray[np.int32]

SEVERE = 2
"""From which severity on an error is a severe one."""

_PIECES = re.compile(r"\w+|[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Response:
    """One response of a model, and what was judged of it."""

    key: str
    """What names it, the same whenever its file is read."""
    model: str
    prompt: str
    text: str | None
    """None where only the marks are known."""
    wrong: bool | None
    """None where nobody judged it."""
    severity: int = 0
    """0 where it is not wrong, 1 for a mistake, 2 where nothing can be used or much is wrong."""
    kinds: tuple[str, ...] = ()
    """What exactly is wrong, where a checker said so."""
    fixed: bool = False
    """Whether the answer to a correction put the mistake right."""
    corrects: bool = False
    """Whether it answers a correction: its prompt is the one whose answer was corrected, and it is
    no attempt at that prompt, for it had help."""


@dataclass(frozen=True)
class Cases:
    """Prompts by models: each array has the shape (prompts, models)."""

    prompts: tuple[str, ...]
    """Each distinct prompt as it was first asked."""
    keys: tuple[str, ...]
    """What each prompt is recognised by, see `prompt_key`."""
    models: tuple[str, ...]
    attempts: Counts
    """How many responses were judged."""
    errors: Counts
    severe: Counts
    """How many are wrong with a severity of `SEVERE` or more."""
    severity: NDArray[np.float64]
    """The mean severity of the judged responses; 0 where there is none."""
    unfixed: NDArray[np.float64]
    """Which share of the errors no correction put right; 0 where there is none."""
    unjudged: int = 0
    """How many responses nobody judged; they count nowhere."""

    @cached_property
    def asked(self) -> Flags:
        """Where at least one response was judged."""
        return self.attempts > 0

    @cached_property
    def hard(self) -> Flags:
        """Where at least half of the judged responses are wrong: there the model fails."""
        return self.asked & (2 * self.errors >= self.attempts)

    @cached_property
    def hard_severely(self) -> Flags:
        """Where at least half of the judged responses are severely wrong."""
        return self.asked & (2 * self.severe >= self.attempts)

    def failed(self, columns: Sequence[int]) -> Flags:
        """Return at which prompts one of these models fails."""
        return np.asarray(self.hard[:, columns].any(axis=1))

    def number(self, model: str) -> int:
        """Return the column of a model; raises `ArenaError` where it has no judged response."""
        if model not in self.models:
            known = listed(self.models)
            raise ArenaError(f"No judged response is from {model}; there are those of {known}.")
        return self.models.index(model)


def prompt_key(prompt: str) -> str:
    """Return what two prompts share that differ only in case, form or space.

    These lie in one place of the graph: counted as two, they would confirm each other.
    """
    plain = unicodedata.normalize("NFKC", prompt).casefold()
    words = " ".join(_PIECES.findall(plain))
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=12).hexdigest()


def gather_cases(responses: Iterable[Response]) -> Cases:
    """Count errors and attempts by distinct prompt and model; answers to corrections are none.

    Raises `ArenaError` where no response is judged.
    """
    judged, unjudged = [], 0
    for response in responses:
        if response.corrects:
            continue
        if response.wrong is None:
            unjudged += 1
        else:
            judged.append(response)
    if not judged:
        raise ArenaError(_nothing(unjudged))
    rows: dict[str, int] = {}
    texts: list[str] = []
    keys_of: dict[str, str] = {}
    places = np.empty(len(judged), dtype=np.int64)
    names = sorted({response.model for response in judged})
    columns = {name: number for number, name in enumerate(names)}
    for number, response in enumerate(judged):
        key = keys_of.get(response.prompt)
        if key is None:
            key = keys_of[response.prompt] = prompt_key(response.prompt)
        row = rows.setdefault(key, len(rows))
        if row == len(texts):
            texts.append(response.prompt)
        places[number] = row * len(names) + columns[response.model]
    wrong = np.array([bool(each.wrong) for each in judged])
    severity = np.array([each.severity if each.wrong else 0 for each in judged])
    unfixed = np.array([bool(each.wrong) and not each.fixed for each in judged])
    shape = len(texts), len(names)

    def total(of: NDArray[Any]) -> NDArray[np.float64]:
        counts = np.bincount(places, weights=of.astype(np.float64), minlength=shape[0] * shape[1])
        return counts.reshape(shape).astype(np.float64)

    attempts, errors = total(np.ones(len(judged))), total(wrong)
    return Cases(
        prompts=tuple(texts),
        keys=tuple(rows),
        models=tuple(names),
        attempts=attempts.astype(np.int32),
        errors=errors.astype(np.int32),
        severe=total(severity >= SEVERE).astype(np.int32),
        severity=total(severity) / np.maximum(attempts, 1),
        unfixed=total(unfixed) / np.maximum(errors, 1),
        unjudged=unjudged,
    )


def _nothing(unjudged: int) -> str:
    if not unjudged:
        return "There is no response to look at; name sessions in which models answered."
    responses = "the one response" if unjudged == 1 else f"any of the {unjudged} responses"
    return f"No mark says of {responses} whether it is right; rate some with `tui-arena rate`."
