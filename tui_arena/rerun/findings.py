"""What came of running a session again: answer by answer, and what may be worse than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui_arena.judgement import marks_of
from tui_arena.rerun.match import Match, match
from tui_arena.rerun.plan import SidePlan
from tui_arena.session import MARKS, Attempt, Mark, Prompt, Session, Side

_RIGHT: tuple[Mark, ...] = ("ok", "fixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An answer, and the one that the same prompt had before."""

    side: Side
    number: int
    """Which turn of its side it was, counted from 1."""
    attempt: int
    """Which attempt of that turn, counted from 1."""
    attempts: int
    """How many attempts that turn had."""
    prompt: Prompt
    was: Attempt
    now: Attempt
    match: Match
    after: int | None
    """The first turn before it whose answer in the context is another one now; None where it had
    the same context."""
    saw_another: bool
    """Whether its answer came after another context then than stood before it at the end."""
    marks: dict[str, list[Mark]]
    """The marks that stood at it, by rater."""

    @property
    def flip(self) -> bool:
        """Whether a rater found it right and it is another one now."""
        right = any(mark in _RIGHT for given in self.marks.values() for mark in given)
        return right and not self.match.equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All answers that were compared, and what else there is to know."""

    answers: list[Finding]
    missing: int
    """Answers that were asked and did not come to an end, or were not asked any more."""
    left_out: list[str]
    changed: list[str]
    """What profiles say now and did not say then, one sentence each."""
    software: dict[str, tuple[str, str]]
    """What the answers were made with, then and now, where it differs; empty where not known."""

    @property
    def equal(self) -> list[Finding]:
        """The answers that are the same."""
        return [each for each in self.answers if each.match.equal]

    @property
    def flips(self) -> list[Finding]:
        """The answers that were right and are others now: possible negative flips."""
        return [each for each in self.answers if each.flip]

    @property
    def shared(self) -> int:
        """Units that are the same from the beginning, over all answers."""
        return sum(each.match.shared for each in self.answers)

    @property
    def length(self) -> int:
        """Units of the longer answers, over all."""
        return sum(each.match.length for each in self.answers)

    @property
    def rate(self) -> float:
        """The share of these that match, from 0 to 1."""
        return self.shared / self.length if self.length else 1.0


def find(was: Session, now: Session, plans: list[SidePlan]) -> Findings:
    """Hold a session that was run again against the new one."""
    answers = [finding for plan in plans for finding in _of_side(plan, now)]
    return Findings(
        answers=answers,
        missing=sum(len(again.asked) for plan in plans for again in plan.turns) - len(answers),
        left_out=[line for plan in plans for line in plan.left_out],
        changed=[line for plan in plans for line in plan.changed],
        software=_differing(was.software, now.software),
    )


def _of_side(plan: SidePlan, now: Session) -> Iterator[Finding]:
    rerun = now.rerun
    assert rerun is not None
    made = {each.id: each for turn in now.panes[plan.side].turns for each in turn.attempts}
    answered = {
        (each.was_turn, each.was_attempt): made[each.attempt]
        for each in rerun.answers
        if each.side == plan.side
    }
    parted: int | None = None
    for again in plan.turns:
        after = parted
        for was in again.asked:
            new = answered.get((again.turn.id, was.id))
            if new is None or new.timing.finished is None or new.stop in ("error", "stopped"):
                continue
            matched = match(was, new)
            yield Finding(
                side=plan.side,
                number=again.number,
                attempt=again.turn.attempts.index(was) + 1,
                attempts=len(again.turn.attempts),
                prompt=again.turn.prompt,
                was=was,
                now=new,
                match=matched,
                after=after,
                saw_another=again.saw_another and not rerun.same_context,
                marks=_marks(was),
            )
            stands = was is again.turn.response and not was.edits
            if stands and parted is None and not rerun.same_context:
                same = matched.equal and was.text == new.text
                parted = None if same else again.number


def _marks(attempt: Attempt) -> dict[str, list[Mark]]:
    raters = dict.fromkeys(entry.by for entry in attempt.marks)
    given = {rater: [m for m in MARKS if m in marks_of(attempt, rater)] for rater in raters}
    return {rater: marks for rater, marks in given.items() if marks}


def _differing(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys([*was, *now])
    pairs = {name: (was.get(name, ""), now.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
