"""Replies that lie in several places, as one sequence: every pair of models has most of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import overload

from tui_arena.scoring.reply import Reply


class Joined(Sequence[Reply]):
    """One part after the other; none is copied."""

    def __init__(self, parts: Iterable[Sequence[Reply]]) -> None:
        self._parts = tuple(parts)

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Reply]:
        return chain.from_iterable(self._parts)

    @overload
    def __getitem__(self, at: int) -> Reply: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Reply]: ...
    def __getitem__(self, at: int | slice) -> Reply | Sequence[Reply]:
        return tuple(self)[at]
