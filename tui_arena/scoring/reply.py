"""One answer as scoring sees it: who gave it, to what, how it was rated; its text is not kept.

`Transcripts` reads a reply's text, and what led up to it, from its file again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from tui_arena.exchange.said import Index, Said
from tui_arena.scoring.ratings import (
    NO_MARKS,
    Counts,
    Rating,
    TakenBack,
    ratings,
    severity,
    taken_back,
)
from tui_arena.session import MARKS, Attempt, Mark, PromptKind, Session, Side

Again = tuple[str, Side, str, str]
"""An answer of another session: its id, the side, the ids of turn and attempt."""


class Reply(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """One answer of a model."""

    key: bytes
    """The same for its copy in a fork, and for no other answer."""
    file: int
    """Which of the files that were read; its place in `Gathered.files`."""
    session: str
    side: Side
    line: int
    """0 for the conversation as it stands, others for those that other turns took the place of."""
    number: int
    """Which turn of the line it answers, counted from 1."""
    turn: str
    attempt: str
    """The ids."""
    which: int
    """Which attempt of its turn, counted from 1."""
    of: int
    """How many attempts the turn has."""
    model: str
    """The name of the attempt's profile."""
    scenario: str | None
    step: int | None
    prompt: str
    """What was asked; one string for all replies to the same prompt."""
    kind: PromptKind
    corrects: bytes | None = None
    """The key of the answer that a correction is about; of a copy, of what it is a copy of."""
    borrowed: bool = False
    """Whether a correction is about an answer that was taken over from the other side, also where
    nobody knows what it is a copy of."""
    copied: int = 0
    """How many turns before it on its line were taken over from the other side."""
    stands: bool
    """Whether it is in the context of later answers."""
    chosen: bool = True
    """Whether it is what its turn says: the selected attempt of a turn that was not set aside.
    Unlike `stands` this holds of an empty answer as well, and where other turns took its place."""
    at: float
    """When it was asked for, in seconds since 1970."""
    tokens: int | None = None
    first_token: int | None = None
    total: int | None = None
    """How many tokens it has, how long the first one took and all of it, in milliseconds; None
    where that is not known, as of imported sessions."""
    again: Again | None = None
    """The answer that was given to the same prompt before, in the session that was run again."""
    ratings: tuple[Rating, ...] = ()
    """What every rater said of it, also those who are not asked for."""
    taken_back: tuple[TakenBack, ...] = ()
    """Raters who said something of it and took all of that back: also in its copies it is gone."""
    suggested: Counts | None = None
    """The marks that a checker suggests; None where nothing can be checked, or none was asked."""
    kinds: tuple[str, ...] = ()
    """The kinds of mistake that the checker found."""
    held: Counts = NO_MARKS
    """The marks that hold of it, by the raters who are asked for."""

    @property
    def rated(self) -> bool:
        """Whether it carries a mark."""
        return any(self.held)

    def count(self, mark: Mark) -> int:
        """Return how many times a mark holds."""
        return self.held[MARKS.index(mark)]

    @property
    def marks(self) -> list[Mark]:
        """The marks that hold, each as often as it does, in the order of `MARKS`."""
        return [mark for mark, n in zip(MARKS, self.held, strict=True) for _ in range(n)]

    @property
    def severity(self) -> int:
        """How bad it is: 0 without a fault, 1 with a mistake, 2 where it is garbage or many."""
        return severity(self.held)

    @property
    def right(self) -> bool:
        """Whether it is rated and has no fault: a `fixed` with a new mistake is not right."""
        ok, mistake, fixed, garbage, many, recurring = self.held  # asked for very often
        return bool((ok or fixed) and not (mistake or garbage or many or recurring))


def replies(session: Session, file: int, prompts: dict[str, str]) -> Iterator[Reply]:
    """Yield every answer of a session that came, but for copies, which count where they were given.

    `prompts` keeps one string for each prompt.
    """
    index = Index(session)
    answers = session.rerun.answers if session.rerun is not None else ()
    was = session.rerun.id if session.rerun is not None else ""
    before: dict[tuple[Side, str, str], Again] = {
        (each.side, each.turn, each.attempt): (was, each.side, each.was_turn, each.was_attempt)
        for each in answers
    }
    lines: dict[tuple[Side, int], int] = {}
    for said in index.all():
        turn, attempt = said.turn, said.attempt
        line = lines.setdefault((said.side, id(said.line)), len(lines) + 1) if said.gone else 0
        given = ratings(attempt.marks)
        if turn.origin is not None or not (given or _came(attempt)):
            continue
        about, corrects, borrowed = turn.prompt.corrects, None, False
        if about is not None:
            wrong = index.find(said.side, about.turn, about.attempt)
            if wrong is not None:
                original = index.original(wrong)
                corrects, borrowed = key_of(original), wrong.turn.origin is not None
        tokens, first, total = _measured(attempt)
        text = turn.prompt.text
        yield Reply(
            key=key_of(said),
            file=file,
            session=session.id,
            side=said.side,
            line=line,
            number=said.number,
            turn=turn.id,
            attempt=attempt.id,
            which=next(n for n, each in enumerate(turn.attempts, 1) if each is attempt),
            of=len(turn.attempts),
            model=attempt.profile,
            scenario=session.scenario,
            step=turn.prompt.step,
            prompt=prompts.setdefault(text, text),
            kind=turn.prompt.kind,
            corrects=corrects,
            borrowed=borrowed,
            copied=sum(each.origin is not None for each in said.line[: said.number - 1]),
            stands=said.stands,
            chosen=turn.stands and turn.response is attempt,
            at=datetime.fromisoformat(attempt.timing.submitted).timestamp(),
            tokens=tokens,
            first_token=first,
            total=total,
            again=before.get((said.side, turn.id, attempt.id)),
            ratings=given,
            taken_back=taken_back(attempt.marks) if attempt.marks else (),
        )


def key_of(said: Said) -> bytes:
    """Return what is the same for an answer's copy in a fork, and for no other answer."""
    parts = "\0".join(said.key).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(parts, digest_size=16).digest()


def _came(attempt: Attempt) -> bool:
    """Whether there is something to rate; an answer that the model left empty is one."""
    ended = attempt.stop == "end" and attempt.timing.finished is not None
    return attempt.stop != "error" and (bool(attempt.text) or ended)


def _measured(attempt: Attempt) -> tuple[int | None, int | None, int | None]:
    if not (attempt.preset or attempt.timing.chunks):
        return None, None, None
    timing = attempt.timing
    finished = None if attempt.continued else timing.finished
    first = _between(timing.submitted, timing.first_token)
    return attempt.tokens.output, first, _between(timing.submitted, finished)


def _between(start: str, end: str | None) -> int | None:
    if end is None:
        return None
    passed = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return max(0, passed // timedelta(milliseconds=1))
