"""Commands of searching: a text in both conversations, and from one match to the next."""

from __future__ import annotations

from tui_arena.screens.find_line import FindLine
from tui_arena.screens.looking import Looking
from tui_arena.screens.stage import Stage
from tui_arena.session import SIDES, Side, Turn
from tui_arena.widgets.found import Found
from tui_arena.widgets.look import with_query

_Match = tuple[Turn, Found]


class Searching:
    """Shows matches on both sides, and walks through those of the chosen one."""

    def __init__(self, stage: Stage, looking: Looking) -> None:
        self._stage, self._looking = stage, looking
        self._query = ""
        self._gone_to: dict[Side, _Match | None] = dict.fromkeys(SIDES)

    def find(self) -> None:
        """Ask what to find."""

        def asked(query: str | None) -> None:
            if query is not None and query.strip():
                self._begin(query)

        line = FindLine(count=self._count, signs=self._stage.signs)
        self._stage.app.push_screen(line, asked)

    def step(self, step: int) -> None:
        """Go to the next match (1) or to the one before (-1); after the last comes the first."""
        stage, side = self._stage, self._stage.chosen
        if not self._query:
            stage.notice = f"Press {stage.key('find')} first, and write what to find."
            return
        matches = stage.desk.pane(side).found(self._query)
        if not matches:
            stage.notice = self._count(self._query)
            return
        index = self._next(side, matches, step)
        turn, found = self._gone_to[side] = matches[index]
        stage.rating.select(side, turn)
        self._draw()
        stage.desk.pane(side).go_to(turn, found)
        stage.notice = f"{index + 1} of {self._count(self._query)}"
        stage.show()

    def leave(self) -> None:
        """End finding; where nothing is looked for, go back to the latest response."""
        if not self._query:
            self._looking.latest()
            return
        self._query = ""
        self._gone_to = dict.fromkeys(SIDES)
        self._draw()
        self._stage.notice = "Nothing is looked for any more."

    def _begin(self, query: str) -> None:
        self._query = query
        self._gone_to = dict.fromkeys(SIDES)
        self._draw()
        self.step(1)

    def _next(self, side: Side, matches: list[_Match], step: int) -> int:
        """Return which match comes next, seen from the last one or from the selected response."""
        last = self._gone_to[side]
        if last is not None:
            for index, (turn, found) in enumerate(matches):
                if turn is last[0] and found == last[1]:
                    return (index + step) % len(matches)
        target = self._stage.rating.target(side)
        order = {id(turn): n for n, turn in enumerate(self._stage.desk.pane(side).turns)}
        here = order.get(id(target), 0)
        places = [order[id(turn)] for turn, _ in matches]
        if step > 0:
            return next((n for n, at in enumerate(places) if at >= here), 0)
        return next((n for n in reversed(range(len(places))) if places[n] <= here), -1) % len(
            places
        )

    def _draw(self) -> None:
        for side in SIDES:
            pane = self._stage.desk.pane(side)
            pane.set_look(with_query(pane.look, self._query), self._gone_to[side])

    def _count(self, query: str) -> str:
        here = self._stage.chosen
        counts = {side: len(self._stage.desk.pane(side).found(query)) for side in SIDES}
        there = next(side for side in SIDES if side != here)
        return f"{counts[here]} on the {here}, {counts[there]} on the {there}"
