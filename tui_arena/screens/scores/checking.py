"""Commands of the score screen alone: the checker beside people."""

from __future__ import annotations

from tui_arena.scoring.ratings import CHECKER
from tui_arena.screens.scores.browsing import Browsing
from tui_arena.screens.scores.score_pages import ScorePages

_HOW = (
    "The figures are those of tui-arena score. Those of the open session follow what happens in "
    "it; an answer that is under way does not count.",
    "Behind a figure are its responses, one after the other, with what every rater gave them. A "
    "click chooses a figure, another one opens it.",
    "Marks of the checker count only where they were accepted. Where it is asked, the page of "
    "raters has how far it agrees with people, and each response what it suggests.",
)


class Checking(Browsing):
    """Each method is the action of a command."""

    def __init__(self, screen: ScorePages) -> None:
        super().__init__(screen, _HOW)
        self._scores = screen

    def check(self) -> None:
        """Hold marks against what the checker suggests, or leave it out."""
        screen = self._scores
        if screen.showing.suggest is None:
            screen.tell("There is no checker here.")
        elif screen.checking and CHECKER in screen.showing.wanted.raters:
            screen.tell("What the checker suggests is counted here, so it is always asked.")
        else:
            screen.check(not screen.checking)
