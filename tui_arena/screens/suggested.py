"""What a checker suggests for the answers of a session that is open; nothing of it is recorded."""

from __future__ import annotations

from tui_arena.checking.checker import Checker
from tui_arena.checking.own import OwnCheck
from tui_arena.checking.suggestions import Key, Suggestion, suggest
from tui_arena.judgement import marks_of, taken_over
from tui_arena.keymap.judging import MARK_WORDS
from tui_arena.scenario import Scenario
from tui_arena.session import Attempt, Panes, Side, Turn


class Suggested:
    """Looks at the answers when it is told to, and knows what is suggested until then."""

    def __init__(
        self,
        panes: Panes,
        *,
        rater: str,
        scenario: Scenario | None,
        own: OwnCheck | None,
        shown: bool,
    ) -> None:
        """Where suggestions are not `shown`, nothing is ever suggested."""
        self._panes, self._rater, self._own, self._shown = panes, rater, own, shown
        self._checker: Checker | None
        self._found: dict[Key, Suggestion] = {}
        self._told = 0
        self._catching_up = False
        self.play(scenario)

    def play(self, scenario: Scenario | None) -> None:
        """Check answers by another scenario from now on; None checks none."""
        self._checker = None
        if scenario is not None and self._shown:
            self._checker = Checker(scenario, self._own)
        self._told = 0

    def look(self, *, blind: bool) -> bool:
        """Look at the answers again; return whether `catch_up` is needed to check all of them.

        Blind, nothing that is suggested tells one model from another.
        """
        if self._checker is None:
            self._found = {}
            return False
        self._found = suggest(self._panes, self._checker, blind=blind, later=True)
        needed = self._checker.behind and not self._catching_up
        self._catching_up = self._catching_up or needed
        return needed

    def catch_up(self) -> None:
        """Make the slow checks that wait, in a thread; `look` again afterwards."""
        try:
            if self._checker is not None:
                self._checker.catch_up()
        finally:
            self._catching_up = False

    def problem(self) -> str:
        """Return the next sentence about a check that failed, empty where none is new."""
        problems = self._checker.problems if self._checker is not None else []
        if self._told == len(problems):
            return ""
        self._told += 1
        return problems[self._told - 1]

    def kinds(self, side: Side, turn: Turn, attempt: Attempt) -> tuple[str, ...] | None:
        """Return the kinds of mistake that were found; None where the answer was not checked."""
        found = self._found.get((side, turn.id, attempt.id))
        return found.kinds if found is not None else None

    def of(self, side: Side, turn: Turn, attempt: Attempt) -> Suggestion | None:
        """Return what is suggested for an answer, None once its rater has judged it.

        Where marks of theirs were only taken over, another suggestion may still come: what recurs
        shows later.
        """
        found = self._found.get((side, turn.id, attempt.id))
        if found is None:
            return None
        given = marks_of(attempt, self._rater)
        open_ = not given or taken_over(attempt, self._rater)
        return found if open_ and given != set(found.marks) else None

    def words(self, side: Side, turn: Turn, attempt: Attempt) -> str:
        """Say what is suggested for an answer; empty where nothing is."""
        found = self.of(side, turn, attempt)
        if found is None:
            return ""
        kinds = f" ({', '.join(found.kinds)})" if found.kinds != ("garbage",) else ""
        marks = " ".join(MARK_WORDS[mark] for mark in found.marks)
        return f"suggested: {marks}{kinds if found.kinds else ''}"
