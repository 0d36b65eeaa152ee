"""The questions that a report asks about its prompts; all of them are one family of tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tui_arena.patterns.cases import Flags


class Question(NamedTuple):
    """What hot spots are looked for."""

    models: Sequence[int]
    """Whose failures are in what it marks."""
    marked: Flags
    among: Flags
    """The prompts that it is about."""


@dataclass(frozen=True)
class Family:
    """Where which model was asked and fails; arrays of shape (prompts, models)."""

    asked: Flags
    hard: Flags
    severely: Flags
    columns: Sequence[int]
    """The models that are looked at."""
    pair: Sequence[int]
    """The two that are compared; fewer where there are no two."""

    def questions(self) -> Iterator[Question]:
        """Yield two questions of each model, in the order of `columns`, then those of the pair."""
        for column in self.columns:
            yield from self.of_model(column)
        yield from self.of_pair()

    def of_model(self, column: int) -> Iterator[Question]:
        """Ask where a model fails, and where severely."""
        asked = self.asked[:, column]
        yield Question((column,), self.hard[:, column], asked)
        yield Question((column,), self.severely[:, column], asked)

    def of_pair(self) -> Iterator[Question]:
        """Ask where the one alone fails, where the other alone, and where both do."""
        if len(self.pair) < 2:
            return
        one, other = self.pair
        asked = self.asked[:, one] & self.asked[:, other]
        first, second = self.hard[:, one], self.hard[:, other]
        for marked in (first & ~second, second & ~first, first & second):
            yield Question((one, other), marked & asked, asked)

    def about(self, column: int) -> Iterator[Question]:
        """Yield the questions that a model's failures have a part in."""
        yield from self.of_model(column)
        if column in self.pair:
            yield from self.of_pair()
