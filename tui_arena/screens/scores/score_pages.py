"""The pages of scores: figures, and from each of them to the responses behind it.

Knows no command; those act on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_arena.keymap.scores import PAGES
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.results import Scores
from tui_arena.screens.scores.answers import fixing, reliability
from tui_arena.screens.scores.dialogs import dialogs
from tui_arena.screens.scores.habits import habits
from tui_arena.screens.scores.paged import Paged
from tui_arena.screens.scores.pairs import pairs
from tui_arena.screens.scores.raters import CHECKER_HEAD, raters
from tui_arena.screens.scores.recap import recap
from tui_arena.screens.scores.reckoner import Reckoned, Tell, Told
from tui_arena.screens.scores.showing import Copy, OpenSession, ScoreShowing, View
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, prose, so_many, title
from tui_arena.widgets.score_head import ScoreStatus
from tui_arena.widgets.sheet import Piece, Row
from tui_arena.widgets.signs import Signs

_RESTS = 3
"""How many times as long as the last reckoning took there is none."""
_MOST_PROBLEMS = 3
"""Files that cannot be read and are named below the recap; the page of raters has all."""

_WRITE: dict[str, Callable[[Scores, int, Signs], Sequence[Row]]] = {
    "recap": recap,
    "first": reliability,
    "dialogs": dialogs,
    "fixing": fixing,
    "habits": habits,
    "pairs": pairs,
    "raters": raters,
}
_NOTHING: dict[str, str] = {
    "recap": "There is no response to score yet.",
    "first": "No first prompt was asked several times.",
    "dialogs": "There is no dialog yet: it takes two turns.",
    "fixing": "No correction was tried several times; ask one with several attempts at once.",
    "habits": "Nothing is known of habits yet.",
    "pairs": "It takes two models with rated responses to the same prompts.",
    "raters": "There is nothing to say of raters yet.",
}
"""What each page says where it has no figures."""

_RATERS = PAGES.index("raters")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was found, and what it comes to."""

    gathered: Gathered
    scores: Scores
    checked: bool
    """Whether the checker was asked."""


class ScorePages(Paged[Figures]):
    """Shows what marks and votes come to; follows the open session."""

    def __init__(self, showing: ScoreShowing, view: View | None = None) -> None:
        """`view` is where to begin, and keeps where it was left."""
        commands = showing.pages["score-screen"]
        super().__init__(showing, view, pages=PAGES, commands=commands, name="scores")
        self.showing = showing
        self._began = self._rests_until = 0.0
        """When the last reckoning began, and before when no other one does."""
        self._asked: bool | None = None
        """Whether somebody asked for the checker here, or asked to leave it out."""
        self._to_be_shown = False
        """Whether the cursor is to go to what the checker says once that is there."""

    @property
    def checking(self) -> bool:
        """Whether the checker is asked."""
        if self._asked is not None:
            return self._asked
        return self.showing.check and (self.showing.open is None or not self.everything)

    def check(self, asked: bool) -> None:
        """Ask the checker from now on, or leave it out."""
        self._asked = self._to_be_shown = asked
        if asked:
            self.turn_to(_RATERS)
        self.reckon()

    def _look(self) -> None:
        """Reckon anew if the session changed since it was reckoned last.

        What takes long is done seldom, so that most of the time is left to who answers.
        """
        session = self.showing.open
        if session is None or self._reckoning or not self._visible:
            return
        if time.monotonic() < self._rests_until:
            return
        if session.changes != self._changes:
            self.reckon()

    def _begin(self) -> None:
        session = self.showing.open
        # Of an open session there are figures at once; what is checked comes after them.
        checked = self.checking and (session is None or self.everything or self.figures is not None)
        self._began = time.monotonic()

        def count(gathered: Gathered, _tell: Tell) -> Figures:
            # Imported here, in the thread: SciPy takes a while.
            from tui_arena.scoring.score import score

            scores = score(gathered, self.showing.weights, self.showing.seed)
            return Figures(gathered, scores, checked)

        self._reckoner.reckon(
            count,
            self._here(session, checked) if session is not None else None,
            everything=self.everything,
            without=session.file.path if session is not None else None,
            suggest=self.showing.suggest if checked else None,
        )

    def _here(self, session: OpenSession, checked: bool) -> Callable[[], Gathered]:
        """Return what the thread calls for the open session: checks are made there, of a copy."""
        showing = self.showing
        if not checked:
            found = session.gathered(showing.wanted, None)
            return lambda: found
        copy = Copy(session)

        def gathered() -> Gathered:
            found = copy.gathered(showing.wanted, showing.suggest)
            found.notes += showing.notes
            return found

        return gathered

    def _hear(self, told: Told[Figures]) -> None:
        first = self.figures is None
        super()._hear(told)
        if isinstance(told, Reckoned) and told.figures.checked != self.checking:
            self.reckon()
        if not self._reckoning and not first:
            # The first time reads files and loads what counts, which is done once.
            now = time.monotonic()
            self._rests_until = now + _RESTS * (now - self._began)
        if self._to_be_shown and not self._reckoning:
            self._to_be_shown = False
            self._show_check()

    def _show_check(self) -> None:
        """Go to the first figure below the checker's head."""
        rows, below = self.sheet.rows, False
        for at, row in enumerate(rows if self.page == _RATERS else ()):
            below = below or bool(row and row[0].text == CHECKER_HEAD)
            if below and any(piece.cell is not None for piece in row):
                self.sheet.go_to((at, 0))
                return

    def _gathered(self, figures: Figures) -> Gathered:
        return figures.gathered

    def _page_rows(self, figures: Figures, page: str, width: int) -> Sequence[Row]:
        scores = figures.scores
        rows = _WRITE[page](scores, width, self.showing.signs)
        if not rows:
            rows = prose(self._nothing(scores, page), width)
        if page == "raters" and scores.checked is None:
            return [*rows, BLANK, *_unchecked(width, self._why_unchecked(figures.checked))]
        return [*rows, *_unread(scores, width)] if page == "recap" else rows

    def _nothing(self, scores: Scores, page: str) -> str:
        """Return why a page is empty."""
        return self._nothing_yet(scores.replies, scores.rated) or _NOTHING[page]

    def _why_unchecked(self, checked: bool) -> str:
        if not self.checking:
            return (
                f"{self.key('check')} holds marks against what the checker suggests, where a "
                "scenario says what is expected."
            )
        if not checked:
            return "The checker looks at every response now."
        return "Nothing here can be checked: it takes a scenario that says what is expected."

    def _status(self, scope: str, state: str) -> ScoreStatus:
        live = "" if self.everything or self.showing.open is None else ", live"
        checked = self.figures is not None and self.figures.checked
        if not state and self.figures is not None and self.checking and not checked:
            state = "checking"
        return ScoreStatus(
            title=f"Scores of {scope}{live}{', checked' if checked else ''}",
            counts=self._counts(),
            by="" if state else self._by(),
            state=state,
        )

    def _footer(self) -> dict[str, str]:
        check = "" if self.showing.suggest is None else "no check" if self.checking else "check"
        return {**super()._footer(), "check": check}

    def _counts(self) -> str:
        if self.figures is None:
            return ""
        scores = self.figures.scores
        sessions = f"{so_many(scores.sessions, 'session')}, " if self.everything else ""
        broken = f", {so_many(len(scores.problems), 'broken file')}" if scores.problems else ""
        responses = so_many(scores.replies, "response")
        return f"{sessions}{responses}, {scores.rated:,} rated{broken}"

    def _by(self) -> str:
        if self.figures is None or not self.figures.scores.rated:
            return ""
        counted = self.figures.scores.counted
        more = f" and {len(counted) - 2} more" if len(counted) > 2 else ""
        return ", ".join(counted[:2]) + more


def _unchecked(width: int, says: str) -> list[Row]:
    """Return what stands on the page of raters where nothing was checked."""
    return [title(CHECKER_HEAD), *prose(says, width)]


def _unread(scores: Scores, width: int) -> list[Row]:
    """Return what stands below the recap of files that cannot be read."""
    if not scores.problems:
        return []
    rows: list[Row] = [
        BLANK,
        (Piece(f"{so_many(len(scores.problems), 'file')} not read", style=HEAD),),
    ]
    for problem in scores.problems[:_MOST_PROBLEMS]:
        rows.append((Piece(problem, width, outside=True),))
    if len(scores.problems) > _MOST_PROBLEMS:
        rows.append((Piece("The page of raters names all of them.", style=DIM),))
    return rows
