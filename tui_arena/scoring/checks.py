"""What the checker makes of the answers of a session, whose scenario is found by its name."""

from __future__ import annotations

from collections.abc import Mapping

from tui_arena.checking.checker import Checker
from tui_arena.checking.own import OwnCheck
from tui_arena.checking.suggestions import suggest, suggestions
from tui_arena.errors import ArenaError
from tui_arena.scenario import Scenario, list_scenarios, read_scenario
from tui_arena.scoring.gather import Suggested
from tui_arena.scoring.ratings import counts
from tui_arena.session import Session, Side

_MOST_NOTES = 20
"""How many different things that went wrong are told."""


class Checks:
    """A `Suggest` that remembers scenarios, and what could not be checked."""

    def __init__(
        self,
        own: OwnCheck | None = None,
        *,
        open_session: str = "",
        scenario: Scenario | None = None,
    ) -> None:
        """`own` is a person's own check, where they name one.

        `scenario` is the one that the session with the id `open_session` plays, wherever its file
        lies. What is found in that session is kept: it is checked again whenever it changes.
        """
        self._own = own
        self._open = open_session
        self._kept = Checker(scenario, own) if scenario is not None else None
        self._paths = {path.stem: path for path in list_scenarios()}
        self._scenarios: dict[str, Scenario | None] = {}
        self.notes: list[str] = []
        """Why something was not checked, each sentence once."""

    @property
    def check_the_open_one(self) -> bool:
        """Whether the open session plays a scenario with something to check against."""
        kept = self._kept
        return kept is not None and any(map(kept.check_of, kept.scenario.steps))

    def __call__(self, session: Session) -> Mapping[tuple[Side, str, str], Suggested]:
        """Return what is suggested for each answer that can be checked.

        A session names its scenario, and only those that one has are looked at: its name is no
        path. Where only marks are known of a session, and no words, nothing is suggested.
        """
        marks_alone = session.imported is not None and session.imported.format == "article"
        if session.scenario is None or marks_alone:
            return {}
        problems: list[str] = []
        kept = self._kept if session.id == self._open else None
        if kept is not None and kept.scenario.name == session.scenario:
            found = suggest(session.panes, kept)
            problems += kept.problems
        else:
            scenario = self._scenario(session.scenario)
            if scenario is None:
                return {}
            found = suggestions(session, scenario, self._own, problems=problems)
        for problem in problems:
            self._note(problem)
        return {
            key: Suggested(
                counts({mark: each.marks.count(mark) for mark in each.marks}), each.kinds
            )
            for key, each in found.items()
        }

    def _scenario(self, name: str) -> Scenario | None:
        if name not in self._scenarios:
            self._scenarios[name] = self._found(name)
        return self._scenarios[name]

    def _found(self, name: str) -> Scenario | None:
        path = self._paths.get(name)
        if path is None:
            self._note(f"There is no scenario “{name}” here, so its sessions are not checked.")
            return None
        try:
            return read_scenario(path)
        except ArenaError as problem:
            self._note(str(problem))
            return None

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes and len(self.notes) < _MOST_NOTES:
            self.notes.append(sentence)
