"""Commands of comparing: which texts can be held against each other."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.screens.compare_page import ComparePage, Pair
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, Side, Turn

_ID = "difference"
"""The command that this is."""


class Comparing:
    """Shows where two answers differ, or an answer and what the scenario expects."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def compare(self) -> None:
        """Show the selected answers of both sides; the page turns to the other pairs."""
        stage, pairs = self._stage, list(self._pairs())
        if pairs:
            stage.app.push_screen(
                ComparePage(pairs, stage.signs, keys=stage.keys(_ID), shown=stage.key(_ID))
            )
        else:
            stage.notice = "Nothing to compare yet: it takes two answers."

    def _pairs(self) -> Iterator[Pair]:
        stage, here = self._stage, self._stage.chosen
        targets = {side: stage.rating.target(side) for side in SIDES}
        left, right = targets["left"], targets["right"]
        if left is not None and right is not None:
            yield Pair(
                self._name("left", left), left.response.said,
                self._name("right", right), right.response.said,
            )  # fmt: skip
        turn = targets[here]
        if turn is None:
            return
        turns = stage.sides[here].conversation.turns
        at = next(n for n, one in enumerate(turns) if one is turn)
        name, text = self._name(here, turn), turn.response.said
        for what, answer in self._expected(here, turn):
            yield Pair(what, answer, name, text)
        if turn.response.edited:
            yield Pair("the model's own words", turn.response.text, name, text)
        if at > 0:
            yield Pair(self._name(here, turns[at - 1]), turns[at - 1].response.said, name, text)
        for number, attempt in enumerate(turn.attempts):
            if number != turn.selected:
                yield Pair(f"its attempt {number + 1}", attempt.said, name, text)

    def _name(self, side: Side, turn: Turn) -> str:
        live = self._stage.sides[side]
        number = next(n for n, one in enumerate(live.conversation.turns, 1) if one is turn)
        under_way = turn.response in live.conversation.under_way
        return f"{side} answer {number}" + (" so far" if under_way else "")

    def _expected(self, side: Side, turn: Turn) -> Iterator[tuple[str, str]]:
        """Yield what the scenario expects of a response, each with its name."""
        script = self._stage.script
        played = script.last_sent(side, turn)
        step = script.step(played.prompt.step) if played is not None else None
        if step is None:
            return
        if step.expected is not None:
            yield "the expected answer", step.expected
        if step.expected_in_dialog not in (None, step.expected):
            yield "the answer expected in the dialog", step.expected_in_dialog or ""
