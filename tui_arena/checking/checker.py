"""Checks answers by what their step of a scenario says, each answer once."""

from __future__ import annotations

from tui_arena.calls.api import Api, read_signature
from tui_arena.calls.call import Call, read_call
from tui_arena.calls.mistakes import judge
from tui_arena.checking import patience
from tui_arena.checking.findings import NOTHING_USABLE, RIGHT, CheckFailed, Findings
from tui_arena.checking.own import OwnCheck
from tui_arena.checking.texts import as_expected, bare
from tui_arena.scenario import CheckName, Scenario, Step

_Task = tuple[str, str | None, str, str, CheckName]
"""The answer, what is expected, the prompt, the schema as JSON, the check."""

SLOW: frozenset[CheckName] = frozenset({"regex", "json", "own"})
"""Checks that may take as long as another process does, or a person's own code."""


class Checker:
    """Knows how each step of a scenario is checked, and what was found before."""

    def __init__(self, scenario: Scenario, own: OwnCheck | None = None) -> None:
        self.scenario = scenario
        self.own = own
        self._api = Api(
            [read_signature(line) for line in scenario.api],
            filter(None, (read_call(text) for text in _expected(scenario))),
        )
        self._calls: dict[str, Call | None] = {}
        self._known: dict[_Task, Findings | None] = {}
        self._waiting: dict[_Task, None] = {}
        self.problems: list[str] = []
        """Why answers could not be checked, each sentence once, oldest first."""

    def check_of(self, step: Step) -> CheckName | None:
        """Return how a step is checked; None where there is nothing to check against.

        A person's own check takes the place of what is not said, and is needed for "own".
        """
        said = step.check or self.scenario.check
        if said == "own" or (said is None and step.schema is None and self.own is not None):
            return "own" if self.own is not None else None
        check = self.scenario.check_of(step)
        return check if step.right is not None or check == "json" else None

    @property
    def asks_for_own(self) -> int | None:
        """The first step that only a person's own check could check, where there is none."""
        checks = (step.check or self.scenario.check for step in self.scenario.steps)
        missing = (number for number, check in enumerate(checks, 1) if check == "own")
        return next(missing, None) if self.own is None else None

    def find(
        self, step: Step, expected: str | None, answer: str, prompt: str, *, later: bool = False
    ) -> Findings | None:
        """Return what is found in an answer; None where nothing can be said.

        With `later` a slow check that was not made yet waits for `catch_up`, and None is returned.
        """
        check = self.check_of(step)
        if check is None:
            return None
        task = (answer, expected, prompt, step.schema_json, check)
        if task not in self._known:
            if later and check in SLOW:
                self._waiting[task] = None
                return None
            self._known[task] = self._make(task)
        return self._known[task]

    @property
    def behind(self) -> bool:
        """Whether a slow check waits for `catch_up`."""
        return bool(self._waiting)

    def catch_up(self) -> None:
        """Make the checks that wait; may be called in a thread."""
        for task in list(self._waiting):
            self._known[task] = self._make(task)
            self._waiting.pop(task, None)

    def _make(self, task: _Task) -> Findings | None:
        try:
            return self._found(task)
        except CheckFailed as problem:
            if str(problem) not in self.problems:
                self.problems.append(str(problem))
            return None

    def _found(self, task: _Task) -> Findings | None:
        answer, expected, prompt, schema, check = task
        if check == "own":
            return self.own.check(answer, expected, prompt) if self.own is not None else None
        if check == "json":
            return patience.json_findings(answer, expected, schema)
        if expected is None:
            return None
        if check == "regex":
            return patience.regex_findings(answer, expected)
        if check == "contains":
            return RIGHT if bare(expected) in answer else Findings(("not_contained",))
        call = self._call(expected) if check == "call" else None
        if call is None:
            return RIGHT if as_expected(answer, expected) else Findings(("not_equal",))
        judged = judge(answer, call, self._api)
        return Findings(judged.mistakes, call=True) if judged.found else NOTHING_USABLE

    def _call(self, expected: str) -> Call | None:
        if expected not in self._calls:
            self._calls[expected] = read_call(expected)
        return self._calls[expected]


def _expected(scenario: Scenario) -> list[str]:
    texts = [text for step in scenario.steps for text in (step.expected, step.expected_in_dialog)]
    return [text for text in texts if text is not None]
