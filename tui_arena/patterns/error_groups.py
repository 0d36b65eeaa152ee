"""Wrong responses in groups: by what exactly is wrong, then by what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.brevity import too_short
from tui_arena.patterns.cases import Response, prompt_key
from tui_arena.patterns.embed import Embedder, Tell
from tui_arena.patterns.grouping import NONE, group
from tui_arena.patterns.labels import label_groups

EMPTY = "empty answer"
"""The kind of a wrong response without text, where no checker named one."""

_LEAST_PROMPTS = 3
"""At fewer distinct prompts a group of texts is no pattern: attempts at one prompt are alike."""


@dataclass(frozen=True)
class ErrorGroup:
    """Wrong responses that belong together."""

    kinds: tuple[str, ...]
    """What is wrong with each of them, as the checker says; none where it says nothing."""
    words: str
    """What tells their texts from those of the other groups; "" where kinds are all there is."""
    members: NDArray[np.int64]
    """Which of the wrong responses they are, in their order."""


class Grouped(NamedTuple):
    """Wrong responses in groups, and the others; numbers say which of the wrong ones they are."""

    groups: list[ErrorGroup]
    alone: NDArray[np.int64]
    """Those in no group."""
    brief: NDArray[np.int64]
    """Those of them that are too short to be grouped by what they say."""


def group_errors(
    wrong: Sequence[Response], embedder: Embedder, tell: Tell, *, seed: int
) -> Grouped:
    """Group wrong responses whose words are known.

    First come the exact kinds of mistakes: those with the same ones are together. Among these, and
    among those without kinds, texts are grouped as `grouping` does, but for those that are too
    short. Only the first wrong response of a model to a prompt takes part in that; its other
    attempts go where it goes.
    """
    first = _first_attempts(wrong)
    texts = [each.text or "" for each in wrong]
    by_kinds = _by_kinds(wrong)
    brief = np.zeros(len(wrong), dtype=np.bool_)
    for members in by_kinds.values():
        brief[members] = too_short([texts[number] for number in members])
    spoken = np.unique(first[~brief[first]])
    points = embedder.responses([texts[number] for number in spoken], tell)
    tell("Grouping the errors", None)
    text_groups = np.full(len(wrong), NONE)
    prompts = np.array([prompt_key(each.prompt) for each in wrong])
    met = 0
    for members in by_kinds.values():
        own = np.flatnonzero(np.isin(spoken, members))
        found = group(points[own], seed=seed)
        for number in range(int(found.max(initial=NONE)) + 1):
            chosen = spoken[own[found == number]]
            if len(np.unique(prompts[chosen])) >= _LEAST_PROMPTS:
                text_groups[chosen] = met
                met += 1
    text_groups = np.where(text_groups[first] != NONE, text_groups[first], NONE)
    words = label_groups(texts, text_groups)
    groups, alone = [], []
    for kinds, members in by_kinds.items():
        own_groups = text_groups[members]
        for number in np.unique(own_groups):
            chosen = members[own_groups == number]
            if number != NONE:
                groups.append(ErrorGroup(kinds, words[number], chosen))
            elif kinds:
                groups.append(ErrorGroup(kinds, "", chosen))
            else:
                alone.append(chosen)
    groups.sort(key=lambda each: (-len(each.members), each.members[0]))
    left = np.sort(np.concatenate(alone)) if alone else np.zeros(0, dtype=np.int64)
    return Grouped(groups, left, left[brief[first[left]]])


def kinds_of(response: Response) -> tuple[str, ...]:
    """Return what is wrong with a response, each kind once, in a fixed order."""
    if not response.kinds and not (response.text or "").strip():
        return (EMPTY,)
    return tuple(sorted(set(response.kinds)))


def _by_kinds(wrong: Sequence[Response]) -> dict[tuple[str, ...], NDArray[np.int64]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for number, response in enumerate(wrong):
        found.setdefault(kinds_of(response), []).append(number)
    return {kinds: np.array(members) for kinds, members in sorted(found.items())}


def _first_attempts(wrong: Sequence[Response]) -> NDArray[np.int64]:
    """Return for each response the first one of its model, prompt and kinds."""
    met: dict[tuple[str, str, tuple[str, ...]], int] = {}
    return np.array(
        [
            met.setdefault((each.model, prompt_key(each.prompt), kinds_of(each)), number)
            for number, each in enumerate(wrong)
        ],
        dtype=np.int64,
    )
