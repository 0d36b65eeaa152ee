"""The pages of error patterns: what lies together, page by page, down to the responses.

Knows no command; those act on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from tui_arena.keymap.patterns import PAGES
from tui_arena.patterns.found import ErrorGroup, Patterns, Region
from tui_arena.patterns.names import NamesError
from tui_arena.patterns.naming import Naming
from tui_arena.scoring.gather import Gathered
from tui_arena.screens.patterns.apart import apart
from tui_arena.screens.patterns.finding import Finding, find
from tui_arena.screens.patterns.groups import groups
from tui_arena.screens.patterns.map import drawn_map
from tui_arena.screens.patterns.models import models
from tui_arena.screens.patterns.picks import picks
from tui_arena.screens.patterns.regions import regions
from tui_arena.screens.patterns.showing import PatternShowing
from tui_arena.screens.patterns.votes import votes
from tui_arena.screens.patterns.words import NARROW
from tui_arena.screens.scores.paged import Paged
from tui_arena.screens.scores.reckoner import Reckoned, Tell, Told
from tui_arena.screens.scores.showing import Copy, View
from tui_arena.screens.scores.words import BLANK, DIM, prose, so_many
from tui_arena.widgets.score_head import ScoreStatus
from tui_arena.widgets.sheet import Piece, Row
from tui_arena.widgets.signs import Signs

_MOST_PROBLEMS = 3
"""Files that cannot be read and are named."""

_WRITE: dict[str, Callable[[Finding, Patterns, int, Signs], Sequence[Row]]] = {
    "models": models,
    "regions": regions,
    "apart": apart,
    "groups": groups,
    "picks": picks,
}
_NOTHING: dict[str, str] = {
    "apart": "It takes two models that were asked the same prompts, and marks on their responses.",
    "groups": "No response that was judged is wrong.",
    "picks": "No model fails at a prompt that lies among other failures.",
}
"""What a page says where it is empty."""


class PatternPages(Paged[Finding]):
    """Shows where models fail; looks again only when it is asked to, for that takes long."""

    def __init__(self, showing: PatternShowing, view: View | None = None) -> None:
        """`view` is where to begin, and keeps where it was left."""
        commands = showing.pages["pattern-screen"]
        super().__init__(showing, view, pages=PAGES, commands=commands, name="patterns")
        self.showing = showing
        self.naming = Naming(showing.names)
        self.models = tuple(showing.models)
        """Those that are looked at; none for all, of which two are compared."""
        self._lost: Sequence[str] = ()
        """Names that no group here fits."""

    @property
    def stale(self) -> bool:
        """Whether the open session changed since its patterns were looked for."""
        session = self.showing.open
        return session is not None and session.changes != self._changes

    def group(self, id: str) -> Region | ErrorGroup | None:
        """Return a region or a group of errors."""
        found = self.figures.patterns if self.figures is not None else None
        if found is None:
            return None
        groups: list[Region | ErrorGroup] = [*found.regions, *found.groups]
        return next((each for each in groups if each.id == id), None)

    def again(self) -> None:
        """Read everything anew and look again."""
        self._reckoner.forget()
        self.figures, self.says = None, ""
        self.show()
        self.reckon()

    def known(self) -> list[str]:
        """Return the models that responses were judged of."""
        replies = self.figures.gathered.replies if self.figures is not None else ()
        return sorted({reply.model for reply in replies if reply.rated})

    def look_at(self, models: tuple[str, ...]) -> None:
        """Look for patterns of these models, the first two compared."""
        self.models = models
        self.figures, self.says = None, ""
        self._view.places.clear()
        self.show(place=(0, 0))
        self.reckon()

    def tell_of_change(self, sentence: str) -> None:
        """Say what was done, and show what came of it."""
        self.show()
        self.tell(sentence)

    def _look(self) -> None:
        if self._visible:
            self.show_lines()

    def _begin(self) -> None:
        showing, session = self.showing, self.showing.open
        here = Copy(session) if session is not None else None
        models = self.models

        def count(gathered: Gathered, tell: Tell) -> Finding:
            return find(
                gathered,
                tell,
                embedder=showing.embedder(),
                seed=showing.seed,
                models=models,
                here=here,
            )

        self._reckoner.reckon(
            count,
            (lambda: here.gathered(showing.wanted, showing.suggest)) if here is not None else None,
            everything=self.everything,
            without=session.file.path if session is not None else None,
            suggest=showing.suggest,
        )

    def _hear(self, told: Told[Finding]) -> None:
        if isinstance(told, Reckoned) and told.figures.patterns is not None:
            try:
                self._lost = self.naming.give_all(told.figures.patterns)
            except NamesError as problem:
                self.says = str(problem)
        super()._hear(told)

    def _gathered(self, figures: Finding) -> Gathered:
        return figures.gathered

    def _page_rows(self, figures: Finding, page: str, width: int) -> Sequence[Row]:
        signs = self.showing.signs
        if page == "votes":
            return votes(figures, width, signs)
        if figures.patterns is None:
            replies = figures.gathered.replies
            nothing = self._nothing_yet(len(replies), sum(reply.rated for reply in replies))
            return [*prose(nothing or figures.why, width), *self._unread(figures, width)]
        if page == "map":
            return drawn_map(figures, figures.patterns, width, self.sheet.size.height, signs)
        rows = _WRITE[page](figures, figures.patterns, width, signs)
        if not rows:
            return prose(_NOTHING[page], width)
        if page == "regions" and self._lost:
            lost = f"No group here is: {', '.join(self._lost)}."
            return [*rows, BLANK, (Piece(lost, width, DIM, outside=True),)]
        return [*rows, *self._unread(figures, width)] if page == "models" else rows

    def _unread(self, figures: Finding, width: int) -> list[Row]:
        """Return what stands below the first page of files that cannot be read."""
        problems = figures.gathered.problems
        if not problems:
            return []
        rows: list[Row] = []
        for problem in problems[:_MOST_PROBLEMS]:  # whole: of a path the end matters
            lines = wrap(self.showing.signs.one_line(problem), width)
            rows += [(Piece(line, width, outside=True),) for line in lines]
        left_out = f"{so_many(len(problems), 'file')} left out."
        return [BLANK, *rows, (Piece(left_out, style=DIM),)]

    def _status(self, scope: str, state: str) -> ScoreStatus:
        found = self.figures
        counts = ""
        if found is not None and found.patterns is not None:
            prompts = so_many(found.patterns.prompts, "prompt")
            wrong = sum(each.wrong for each in found.patterns.models)
            problems = len(found.gathered.problems)
            broken = f", {so_many(problems, 'broken file')}" if problems else ""
            errors = so_many(wrong, "wrong response")
            if self.sheet.room < NARROW:
                errors = f"{wrong:,} wrong"
            counts = f"{prompts}, {errors}{broken}"
        if not state and found is not None and self.stale:
            state = f"the session changed: {self.key('again')} looks again"
        return ScoreStatus(title=f"Patterns of {scope}", counts=counts, state=state)

    def _footer(self) -> dict[str, str]:
        cell = self.sheet.chosen
        picked = self.figures is not None and any(self.figures.picks.values())
        return {
            **super()._footer(),
            "name": "name it" if cell is not None and cell.of else "",
            "write": "write" if self._pages[self.page] == "picks" and picked else "",
            "undo": "undo" if self.naming.can_undo else "",
            "again": "look again" if self.stale else "",
            "choose-models": "models" if len(self.known()) > 1 else "",
        }
