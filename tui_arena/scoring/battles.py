"""Who beat whom: blind votes, and marks of what both sides answered to the same prompt.

Two answers meet once. Where somebody voted on them without knowing which model was which, the vote
decides, else the marks do: the less severe fault wins, and equal ones tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from tui_arena.scoring.bradley_terry import (
    Battle,
    NoRankingError,
    answers_of,
    bradley_terry,
)
from tui_arena.scoring.gather import Gathered, Poll
from tui_arena.scoring.intervals import SEED
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Ladder, Strength
from tui_arena.session import SIDES, PromptKind, Side, Verdict

_FOR_LEFT: dict[Verdict, int] = {"left": 1, "right": -1, "tie": 0, "both-bad": 0}
_NOBODY_MET = (
    "No two models met: nobody voted on them blind, or marked what both sides of a session answered"
    " to the same prompt."
)


def ladder(found: Gathered, seed: int = SEED) -> Ladder:
    """Order the models by who beat whom; say why where there is no such order."""
    blind = [poll for poll in found.polls if poll.blind and poll.left_model != poll.right_model]
    known = {reply.key: reply for reply in found.replies} if blind else {}
    votes = list(battles_of_votes(blind, known))
    marks = list(battles_of_marks(found.replies, {key for p in blind for key in (p.left, p.right)}))
    fought = [*votes, *marks]
    strengths: tuple[Strength, ...] = ()
    refused = ""
    models = sorted({name for battle in fought for name in (battle.one, battle.other)})
    if not models:
        refused = _NOBODY_MET
    elif len(models) == 2:
        one, other = models
        refused = f"Only {one} and {other} met; which of two is better, the sign test says."
    else:
        try:
            strengths = bradley_terry(fought, seed=seed)
        except NoRankingError as problem:
            refused = str(problem)
    return Ladder(
        refused=refused,
        strengths=strengths,
        votes=len(votes),
        marks=len(marks),
        sessions=len({battle.session for battle in fought}),
        ties=sum(battle.winner is None for battle in fought),
        behind_votes=answers_of(votes),
        behind_marks=answers_of(marks),
        behind_ties=answers_of(battle for battle in fought if battle.winner is None),
    )


def battles_of_votes(
    polls: Iterable[Poll], known: Mapping[bytes, Reply] | None = None
) -> Iterator[Battle]:
    """Yield a battle for each two answers that were voted on; of several raters most decide.

    `known` are the answers by their keys.
    """
    known = known or {}
    pairs: dict[frozenset[bytes], list[Poll]] = {}
    for poll in polls:
        pairs.setdefault(frozenset((poll.left, poll.right)), []).append(poll)
    for cast in pairs.values():
        first = cast[0]
        # The sides may have been the other way round in another session.
        lead = sum(_FOR_LEFT[p.verdict] * (1 if p.left == first.left else -1) for p in cast)
        answers = [known[key] for key in (first.left, first.right) if key in known]
        yield _battle(first.session, first.left_model, first.right_model, lead, answers)


def battles_of_marks(replies: Iterable[Reply], voted: set[bytes]) -> Iterator[Battle]:
    """Yield a battle for each two answers to the same prompt, of both sides of one session.

    Where a side was asked the same more often, the first time meets the first time, and so on;
    of several attempts the ones that the conversations went on with meet, then the others in
    their order. Answers whose keys are in `voted` are left out.
    """
    asked: dict[tuple[str, str, PromptKind], dict[Side, list[Reply]]] = {}
    for reply in replies:
        if reply.rated and reply.key not in voted:
            sides = asked.setdefault((reply.session, reply.prompt, reply.kind), {})
            sides.setdefault(reply.side, []).append(reply)
    for (session, *_), sides in asked.items():
        if len(sides) == 2:
            left, right = (_turns(sides[side]) for side in SIDES)
            for one, other in chain.from_iterable(map(zip, left, right)):
                if one.model != other.model:
                    lead = other.severity - one.severity
                    yield _battle(session, one.model, other.model, lead, (one, other))


def _turns(replies: Iterable[Reply]) -> Sequence[Sequence[Reply]]:
    """Return the attempts of each turn in the order in which they meet others."""
    turns: dict[tuple[int, int], list[Reply]] = {}
    for reply in sorted(replies, key=lambda r: (r.line, r.number, not r.stands, r.which)):
        turns.setdefault((reply.line, reply.number), []).append(reply)
    return list(turns.values())


def _battle(session: str, one: str, other: str, lead: int, answers: Iterable[Reply]) -> Battle:
    winner = (one if lead > 0 else other) if lead else None
    return Battle(session, one, other, winner, tuple(answers))
