"""The marks that a checker suggests for the answers of a session.

The face for others, who need nothing else of this package:

    suggestions(session, scenario, own=None, *, problems=None)
        -> dict[tuple[Side, str, str], Suggestion]

keyed by side, id of the turn and id of the attempt, with `Suggestion(marks, kinds)` for every
finished answer to a step that says what is expected, and to the corrections of one: all attempts,
and turns that were set aside too. What was taken over from the other side is none of a side's
answers and is left out. `own` is a person's own check (`own.load_own`); what failed is appended to
`problems`, a sentence each. Never raises, evaluates nothing of an answer, and gives the same for
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tui_arena.checking.checker import Checker
from tui_arena.checking.findings import GARBAGE, NAMELESS, Findings
from tui_arena.checking.marks import marks_of_answer, marks_of_correction
from tui_arena.checking.own import OwnCheck
from tui_arena.checking.targets import targeted
from tui_arena.revision import Seen, seen_by
from tui_arena.scenario import Scenario, Step
from tui_arena.session import SIDES, Attempt, Mark, PaneRecord, Panes, Session, Side, Turn

_STICKY = 3
"""A kind of mistake in so many answers of a model in a row recurs, in the first of them too."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a checker proposes for one answer."""

    marks: tuple[Mark, ...]
    kinds: tuple[str, ...]
    """The kinds of mistake found in it, each once; none where it is right."""


Key = tuple[Side, str, str]
"""A side, the id of a turn and the id of an attempt."""


def suggestions(
    session: Session,
    scenario: Scenario,
    own: OwnCheck | None = None,
    *,
    problems: list[str] | None = None,
) -> dict[Key, Suggestion]:
    """Return what is suggested for every answer that can be checked, in retrospect."""
    checker = Checker(scenario, own)
    found = suggest(session.panes, checker)
    if problems is not None:
        problems += checker.problems
    return found


def suggest(
    panes: Panes, checker: Checker, *, blind: bool = False, later: bool = False
) -> dict[Key, Suggestion]:
    """Return what is suggested for both sides.

    With `blind` nothing depends on which model answered: a mistake recurs whoever made it before.
    With `later` answers whose check is slow are left out until `checker.catch_up` has made it.
    """
    return {
        (side, turn.id, attempt.id): suggestion
        for side in SIDES
        for turn, attempt, suggestion in _of_side(panes[side], checker, blind=blind, later=later)
    }


def _of_side(
    pane: PaneRecord, checker: Checker, *, blind: bool, later: bool
) -> Iterator[tuple[Turn, Attempt, Suggestion]]:
    here = {turn.id for turn in pane.turns}
    line = _Line(pane.turns, checker, blind=blind, later=later)
    yield from line.suggest()
    for aside in pane.set_aside:
        turns = [*pane.turns[: aside.after], *aside.turns]
        for turn, attempt, suggestion in _Line(turns, checker, blind=blind, later=later).suggest():
            if turn.id not in here:
                yield turn, attempt, suggestion
        here |= {turn.id for turn in aside.turns}


@dataclass(slots=True, eq=False)
class _Answer:
    """One answer that was checked, and the one that its model gave before it."""

    turn: Turn
    attempt: Attempt
    findings: Findings
    before: _Answer | None
    alone: bool
    """Whether its prompt was the first one, and no dialog went on from it."""
    targeted: frozenset[str] | None
    """What it was to mend; None where it was to mend nothing."""
    rows: dict[str, int] = field(default_factory=dict)
    """How many answers in a row up to this one have each of its kinds."""
    longest: dict[str, int] = field(default_factory=dict)
    """How many the whole row comes to."""


class _Line:
    """The turns of a side that follow one another."""

    def __init__(
        self, turns: Sequence[Turn], checker: Checker, *, blind: bool, later: bool
    ) -> None:
        self._turns, self._checker = turns, checker
        self._blind, self._later = blind, later
        self._answers: dict[int, list[_Answer]] = {}
        """By the number of the turn."""

    def suggest(self) -> Iterator[tuple[Turn, Attempt, Suggestion]]:
        """Yield each answer of this side with what is suggested for it, in order."""
        step: Step | None = None
        for number, turn in enumerate(self._turns):
            if turn.prompt.step is not None:
                step = self._step(turn)
            if step is not None and (turn.prompt.step is not None or _corrects(turn)):
                self._answers[number] = list(self._checked(number, turn, step))
        self._look_back()
        for answers in self._answers.values():
            for answer in answers:
                if answer.turn.origin is None:
                    yield answer.turn, answer.attempt, _suggested(answer)

    def _step(self, turn: Turn) -> Step | None:
        """Return the step that asks what was asked; None where the prompt, or the script, changed.

        Of several that ask the same it is the one with the turn's number, or else the first.
        """
        number, steps = turn.prompt.step or 0, self._checker.scenario.steps
        asked = turn.prompt.text.split()
        likely = (*steps[max(0, number - 1) : number], *steps)
        return next((step for step in likely if step.prompt.split() == asked), None)

    def _checked(self, number: int, turn: Turn, step: Step) -> Iterator[_Answer]:
        for attempt in turn.attempts:
            if not _came(attempt):
                continue
            seen = self._seen(number, attempt)
            goes_on = self._goes_on(number, attempt)
            free = turn.prompt.step is None
            expected = step.right if free or goes_on else _said(step)
            found = self._find(step, expected, attempt.text, turn)
            if found is None:
                continue
            yield _Answer(
                turn,
                attempt,
                found,
                before=self._before(number, attempt),
                alone=seen is None and not goes_on,
                targeted=self._targeted(turn, step, expected, found, seen),
            )

    def _find(self, step: Step, expected: str | None, text: str, turn: Turn) -> Findings | None:
        return self._checker.find(step, expected, text, turn.prompt.text, later=self._later)

    def _seen(self, number: int, attempt: Attempt) -> Seen | None:
        """Return the answer that stood last in the context when an attempt was asked for."""
        for turn in reversed(self._turns[:number]):
            if seen := seen_by(attempt, [turn]):
                return seen[0]
        return None

    def _goes_on(self, number: int, attempt: Attempt) -> bool:
        """Whether the dialog went on from an attempt."""
        turn = self._turns[number]
        following = next((t for t in self._turns[number + 1 :] if t.origin is None), None)
        return following is not None and any(
            seen.attempt is attempt
            for first in following.attempts[:1]
            for seen in seen_by(first, [turn])
        )

    def _before(self, number: int, attempt: Attempt) -> _Answer | None:
        """Return the checked answer that the same model gave last, and saw."""
        for earlier in reversed(self._answers):
            seen = seen_by(attempt, [self._turns[earlier]])
            for answer in self._answers[earlier]:
                if seen and answer.attempt is seen[0].attempt:
                    same = self._blind or answer.attempt.profile == attempt.profile
                    return answer if same else None
        return None

    def _targeted(
        self, turn: Turn, step: Step, expected: str | None, found: Findings, seen: Seen | None
    ) -> frozenset[str] | None:
        """Return the kinds that a correction is about, by what is expected of its own answer."""
        if not _corrects(turn):
            return None
        wrong = self._corrected(turn) or (seen.attempt if seen is not None else None)
        if wrong is None:
            return None
        was = self._find(step, expected, wrong.text, turn)
        if was is None or was.right:
            return None
        about = frozenset(step.about if turn.prompt.step is not None else ())
        if not about:
            return targeted(turn.prompt.text, was.kinds, found.kinds)
        if was.garbage:  # whatever it was to mend was not to be seen in it
            return about | {GARBAGE}
        return about & frozenset(was.kinds) or None

    def _corrected(self, turn: Turn) -> Attempt | None:
        about = turn.prompt.corrects
        if about is None:
            return None
        return next(
            (
                a
                for t in self._turns
                for a in t.attempts
                if (t.id, a.id) == (about.turn, about.attempt)
            ),
            None,
        )

    def _look_back(self) -> None:
        """Count for each kind in how many answers in a row it stands."""
        ordered = [answer for answers in self._answers.values() for answer in answers]
        for answer in ordered:
            before = answer.before.rows if answer.before is not None else {}
            answer.rows = {kind: before.get(kind, 0) + 1 for kind in answer.findings.kinds}
            answer.longest = dict(answer.rows)
        for answer in reversed(ordered):
            if answer.before is not None:
                for kind, count in answer.longest.items():
                    if kind in answer.before.longest:
                        most = max(answer.before.longest[kind], count)
                        answer.before.longest[kind] = most


def _suggested(answer: _Answer) -> Suggestion:
    findings, targeted = answer.findings, answer.targeted or frozenset()
    before = answer.before.findings.kinds if answer.before is not None else ()
    recurring = [
        kind
        for kind in findings.kinds
        if kind not in NAMELESS
        and (answer.longest[kind] >= _STICKY or (kind in before and kind not in targeted))
    ]
    if answer.targeted is None:
        marks = marks_of_answer(findings, recurring=recurring, alone=answer.alone)
    else:
        marks = marks_of_correction(findings, targeted=targeted, recurring=recurring)
    return Suggestion(marks, findings.kinds)


def _corrects(turn: Turn) -> bool:
    return turn.prompt.kind == "correction"


def _said(step: Step) -> str | None:
    return step.expected if step.expected is not None else step.expected_in_dialog


def _came(attempt: Attempt) -> bool:
    return attempt.timing.finished is not None and attempt.stop != "error"
