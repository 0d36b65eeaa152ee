"""The words for people that Markdown and HTML share: marks, how answers ended, settings, times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tui_arena.exchange.said import Ballot
from tui_arena.judgement import standing_marks
from tui_arena.mark_signs import SIGNS
from tui_arena.session import (
    SIDES,
    Attempt,
    Mark,
    MarkEntry,
    Session,
    Side,
    Turn,
    Verdict,
)

MEANINGS: dict[Mark, str] = {
    "ok": "right",
    "mistake": "a mistake",
    "fixed": "a mistake put right",
    "garbage": "garbage",
    "many": "three mistakes or more",
    "recurring": "the same mistake again",
}
"""The marks in words."""
SIDE_WORDS: dict[Side, str] = {"left": "Left", "right": "Right"}
_KINDS = {"free": "Prompt", "script": "Prompt", "correction": "Correction"}
_VERDICTS: dict[Verdict, str] = {
    "left": "the left answer is better",
    "right": "the right answer is better",
    "tie": "a tie",
    "both-bad": "both are bad",
}
_STOPS = {
    "length": "Cut at the limit of tokens.",
    "context": "Cut, for the context was full.",
    "stopped": "Stopped before its end.",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A mark that stands, and who gave it."""

    mark: Mark
    count: int
    by: str

    @property
    def sign(self) -> str:
        """The mark as it is drawn."""
        return SIGNS[self.mark]

    @property
    def meaning(self) -> str:
        """The mark in words."""
        times = f", {self.count} times" if self.count > 1 else ""
        return MEANINGS[self.mark] + times


def given(log: Iterable[MarkEntry]) -> list[Given]:
    """Return the marks that stand, by rater."""
    log = list(log)
    return [
        Given(mark, count, rater)
        for rater in dict.fromkeys(entry.by for entry in log)
        for mark, count in standing_marks(e for e in log if e.by == rater).items()
    ]


def prompt_label(turn: Turn) -> str:
    """Say what kind of prompt it is, such as "Correction, step 3 of the scenario"."""
    parts = [_KINDS[turn.prompt.kind]]
    if turn.prompt.step is not None:
        parts.append(f"step {turn.prompt.step} of the scenario")
    if turn.replaces is not None:
        parts.append("edited and sent again")
    return ", ".join(parts)


def turn_state(turn: Turn) -> str:
    """Say in one sentence what is special about a turn; nothing where it is as most are."""
    said = []
    if turn.origin is not None:
        said.append(
            f"Copied from the {turn.origin.side} side, where {turn.origin.profile} answered."
        )
    if not turn.stands:
        said.append("Set aside: later answers did not see it.")
    return " ".join(said)


def ended(attempt: Attempt) -> str:
    """Say in one sentence how an answer ended; nothing where the model ended it."""
    if attempt.stop == "error":
        return f"Failed: {attempt.error or 'no reason is known.'}"
    if attempt.timing.finished is None:
        return "The record stops in the middle of this answer."
    return _STOPS.get(attempt.stop, "")


def ballot_words(ballot: Ballot) -> str:
    """Say how somebody voted."""
    return _VERDICTS[ballot.verdict] + (", voted blind" if ballot.blind else "")


def measured(attempt: Attempt) -> bool:
    """Whether an answer was given here and not imported: are its settings and times known?"""
    return bool(attempt.preset or attempt.timing.chunks)


def milliseconds(attempt: Attempt) -> tuple[int | None, int | None]:
    """Return how long the first token took, and the whole answer; None where it is not known.

    Of an answer that was continued the whole is not: between its parts it waited for a person.
    """
    timing = attempt.timing
    finished = None if attempt.continued else timing.finished
    return _between(timing.submitted, timing.first_token), _between(timing.submitted, finished)


def settings(attempt: Attempt) -> str:
    """Say how an answer was sampled; nothing where that is not known."""
    if not measured(attempt):
        return ""
    sampler = attempt.sampler
    if not sampler.temperature:
        return "greedy"
    parts = [f"temperature {sampler.temperature:g}"]
    if sampler.top_k:
        parts.append(f"top-k {sampler.top_k}")
    if sampler.top_p < 1:
        parts.append(f"top-p {sampler.top_p:g}")
    return ", ".join([*parts, f"seed {sampler.seed}"])


def pace(attempt: Attempt) -> str:
    """Say how many tokens an answer has and how long it took, as far as that is known."""
    if not measured(attempt):
        return ""
    first, total = milliseconds(attempt)
    count = attempt.tokens.output
    parts = [f"{count} token{'s' * (count != 1)}"] if count else []
    if first is not None:
        parts.append(f"first after {first / 1000:.2f} s")
    if total is not None:
        parts.append(f"done after {total / 1000:.2f} s")
    return ", ".join(parts)


def minute(at: str) -> str:
    """Return a time for people, such as "2026-11-22 14:03 UTC"."""
    moment = datetime.fromisoformat(at)
    return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()


def title(session: Session) -> str:
    """Return what a session is called: its title, scenario, or the models that it began with."""
    names = [name for side in SIDES for name in models(session, side)[:1]]
    return session.title or session.scenario or " and ".join(names) or session.id


def models(session: Session, side: Side) -> list[str]:
    """Return the names of the models that answered on a side, in the order of their answers."""
    pane = session.panes[side]
    names = dict.fromkeys(turn.response.profile for turn in pane.turns)
    return list(names) or ([pane.profile] if pane.profile else [])


def _between(earlier: str, later: str | None) -> int | None:
    if later is None:
        return None
    passed = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return max(0, passed // timedelta(milliseconds=1))
