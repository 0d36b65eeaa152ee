"""What is known of two models by votes: on which question the one was better than the other.

Counted are the votes of imported battles, and of people's own those that were given blind: whoever
sees the names may vote for a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from tui_arena.exchange.said import Ballot, Index, Said, ballots
from tui_arena.patterns.cases import prompt_key
from tui_arena.scoring.ratings import seconds
from tui_arena.scoring.reply import key_of
from tui_arena.session import Session, Verdict

_MT_BENCH = (
    *("writing", "roleplay", "reasoning", "math"),
    *("coding", "extraction", "STEM", "humanities"),
)
"""The categories of its questions, ten each, from 81 on (Zheng et al. 2023, arXiv:2306.05685)."""


class Contest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vote on the answers of two models to the same question."""

    question: str
    """What it is about: the prompt; of an imported dialog its first one, of a correction the one
    whose answer it corrects."""
    category: str
    """What kind of question its source says it is; empty where it says none."""
    item: str
    """The same for votes about the same question, on its first answers or on later ones."""
    left: str
    right: str
    """The models."""
    answers: tuple[bytes, bytes] = (b"", b"")
    """The keys of the left and the right answer, as scoring knows them."""
    verdict: Verdict
    by: str
    blind: bool


@dataclass(slots=True)
class Contests:
    """The votes of sessions, each once, however many forks hold it: there the last one holds."""

    found: list[Contest] = field(default_factory=list)
    seen: int = 0
    """Votes that were not given blind; they are not among those found."""
    _met: dict[tuple[bytes, bytes, str], tuple[float, Contest | None]] = field(default_factory=dict)
    """When each was given, by what it is about and by whom; None where it is one of those seen."""
    _texts: dict[str, str] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        """Take in the votes of a session."""
        if not session.votes:
            return
        index = Index(session)
        standing, _ = ballots(session, index)
        for ballot in standing:
            left, right = index.original(ballot.left), index.original(ballot.right)
            key = (key_of(left), key_of(right), ballot.by)
            same = left.attempt.profile == right.attempt.profile
            if same or ballot.left.turn.prompt.text != ballot.right.turn.prompt.text:
                continue
            at = seconds(ballot.at)
            if (known := self._met.get(key)) is not None:
                if at <= known[0]:
                    continue
                self._forget(known[1])
            contest = None
            if session.imported is not None or ballot.blind:
                contest = self._contest(ballot, index, (key[0], key[1]))
                self.found.append(contest)
            self.seen += contest is None
            self._met[key] = at, contest

    def _forget(self, contest: Contest | None) -> None:
        if contest is None:
            self.seen -= 1
        else:
            self.found[:] = [each for each in self.found if each is not contest]

    def _contest(self, ballot: Ballot, index: Index, answers: tuple[bytes, bytes]) -> Contest:
        session = ballot.left.session
        question = _question(ballot.left, index)
        return Contest(
            question=self._texts.setdefault(question, question),
            category=_category(session),
            item=prompt_key(question),
            left=ballot.left.attempt.profile,
            right=ballot.right.attempt.profile,
            answers=answers,
            verdict=ballot.verdict,
            by=ballot.by,
            blind=ballot.blind,
        )


def contests_of(sessions: Iterable[Session]) -> Contests:
    """Return the votes of sessions, which are read one after the other."""
    contests = Contests()
    for session in sessions:
        contests.add(session)
    return contests


def _question(said: Said, index: Index) -> str:
    """Return what an answer is about; see `Contest.question`."""
    if said.session.imported is not None:
        return said.line[0].prompt.text
    return next(reversed(list(_led_to(said, index)))).turn.prompt.text


def _led_to(said: Said, index: Index) -> Iterator[Said]:
    """Yield an answer, then the one that its prompt corrects, and so on back to the first."""
    met = set()
    while said.key not in met:
        met.add(said.key)
        yield said
        about = said.turn.prompt.corrects
        earlier = index.find(said.side, about.turn, about.attempt) if about is not None else None
        if earlier is None:
            return
        said = earlier


def _category(session: Session) -> str:
    came = session.imported
    if came is None or came.format != "mt-bench" or not came.id.isdecimal():
        return ""
    number = (int(came.id) - 81) // 10
    return _MT_BENCH[number] if 0 <= number < len(_MT_BENCH) else ""
