"""Pairs of a better and a worse answer to the same messages, as TRL reads them.

A pair comes from a mistake and its fix, or from votes. Both answers stand after the messages that
the worse one was given; nothing is made of absolute marks, and nothing of ties.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tui_arena.exchange.collected import Collected, Once
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.said import Ballot, Index, Message, Said, ballots
from tui_arena.session import FAULTS, MarkEntry, Session
from tui_arena.session_json import in_one_line

_UNMARKED = Kind(
    "fix of an answer on which no fault is marked", "fixes of answers on which no fault is marked"
)
_NEW_FAULT = Kind("fix that carries a fault of its own", "fixes that carry a fault of their own")
_CUT = Kind(
    "pair whose better answer has no end (cut, stopped or failed)",
    "pairs whose better answer has no end (cut, stopped or failed)",
)
_EMPTY = Kind("pair whose worse answer is empty", "pairs whose worse answer is empty")
_EDITED = Kind(
    "pair that was judged by words that a person wrote",
    "pairs that were judged by words that a person wrote",
)
_SAME = Kind("pair of two answers with the same text", "pairs of two answers with the same text")
_NO_WINNER = Kind(
    "pair that was voted a tie or both bad", "pairs that were voted a tie or both bad"
)
_AT_ODDS = Kind("pair on which votes disagree", "pairs on which votes disagree")
_OTHER_PROMPT = Kind(
    "voted pair whose answers came after different messages",
    "voted pairs whose answers came after different messages",
)
_LOST = Kind(
    "vote on an answer that is not in the file", "votes on answers that are not in the file"
)
_COPY = Kind("voted pair of an answer and its copy", "voted pairs of an answer and its copy")


@dataclass(frozen=True, slots=True)
class Pair:
    """A better and a worse answer to the same messages."""

    prompt: list[Message]
    chosen: Said
    rejected: Said
    source: Literal["fix", "vote"]
    raters: tuple[str, ...]
    blind: bool | None = None
    """Whether every rater who voted did so blind; None for a fix."""


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield JSONL with `prompt`, `chosen` and `rejected`, and columns that say where from."""
    for pair in pairs(collected, left_out):
        yield written(pair)


def written(pair: Pair) -> bytes:
    """Return the line of a pair."""
    return (
        in_one_line(
            {
                "prompt": pair.prompt,
                "chosen": _answer(pair.chosen),
                "rejected": _answer(pair.rejected),
                "source": pair.source,
                "blind": pair.blind,
                "raters": pair.raters,
                "chosen_model": pair.chosen.attempt.profile,
                "rejected_model": pair.rejected.attempt.profile,
                "session": pair.chosen.session.id,
            }
        )
        + b"\n"
    )


def pairs(collected: Collected, left_out: LeftOut) -> Iterator[Pair]:
    """Yield every pair once, also where a fork repeats it; count what makes none."""
    once = Once()
    for session in collected.sessions:
        index = collected.index(session)
        for pair in [
            *_fixes(collected, index, left_out, once),
            *_votes(session, index, left_out),
        ]:
            if once((pair.source, pair.chosen.key, pair.rejected.key)) and _usable(pair, left_out):
                yield pair


def _answer(said: Said) -> list[Message]:
    return [{"role": "assistant", "content": said.attempt.text}]


def _usable(pair: Pair, left_out: LeftOut) -> bool:
    chosen, rejected = pair.chosen.attempt, pair.rejected.attempt
    faults = (
        (_CUT, chosen.stop != "end" or chosen.timing.finished is None or not chosen.text),
        (_EMPTY, not rejected.text),
        (_SAME, chosen.text == rejected.text),
    )
    found = next((kind for kind, holds in faults if holds), None)
    if found is not None:
        left_out.add(found)
    return found is None


# mistakes and their fixes


def _fixes(collected: Collected, index: Index, left_out: LeftOut, once: Once) -> Iterator[Pair]:
    """Yield a pair for each wrong answer that a fix put right, at that answer's own prompt.

    Where it took several corrections, the fix is better than each of the answers on the way.
    """
    for fix in index.all():
        corrects = fix.turn.prompt.corrects
        if fix.turn.origin or corrects is None or "fixed" not in collected.marks(fix):
            continue
        if any(mark in FAULTS for mark in collected.marks(fix)):
            if once((_NEW_FAULT, fix.key)):
                left_out.add(_NEW_FAULT)
            continue
        wrong = [said for said in _chain(fix, index) if _fault(collected, said)]
        if not wrong and once((_UNMARKED, fix.key)):
            left_out.add(_UNMARKED)
        for said in wrong:
            judged = [*_given(collected, fix, ("fixed",)), *_given(collected, said, FAULTS)]
            if all(said_then.own_words_at(entry.at) for said_then, entry in judged):
                raters = tuple(dict.fromkeys(entry.by for _, entry in judged))
                yield Pair(said.asked(), fix, said, "fix", raters)
            elif once((_EDITED, fix.key, said.key)):
                left_out.add(_EDITED)


def _chain(fix: Said, index: Index) -> Iterator[Said]:
    """Yield the answers that a fix mends, the latest first; of a transplanted one the original."""
    met = set()
    corrects = fix.turn.prompt.corrects
    while corrects is not None:
        wrong = index.find(fix.side, corrects.turn, corrects.attempt)
        if wrong is None or wrong.key in met:
            return
        met.add(wrong.key)
        corrects = wrong.turn.prompt.corrects
        yield index.original(wrong)


def _fault(collected: Collected, said: Said) -> bool:
    return any(mark in FAULTS for mark in collected.marks(said))


def _given(
    collected: Collected, said: Said, marks: tuple[str, ...]
) -> Iterator[tuple[Said, MarkEntry]]:
    """Yield the last line of the log for each rater and mark among these that stands."""
    last = {(entry.mark, entry.by): entry for entry in collected.log(said) if entry.mark in marks}
    for entry in last.values():
        if entry.action == "add":
            yield said, entry


# votes


def _votes(session: Session, index: Index, left_out: LeftOut) -> Iterator[Pair]:
    found, lost = ballots(session, index)
    left_out.add(_LOST, lost)
    on: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Ballot]] = {}
    for ballot in found:
        on.setdefault((ballot.left.key, ballot.right.key), []).append(ballot)
    for voted in on.values():
        pair = _voted(voted, index, left_out)
        if pair is not None:
            yield pair


def _voted(votes: list[Ballot], index: Index, left_out: LeftOut) -> Pair | None:
    """Make a pair of the votes on two answers, if they agree on which is better."""
    voted = votes[0].left, votes[0].right
    left, right = map(index.original, voted)
    decided = [vote for vote in votes if vote.verdict in ("left", "right")]
    verdicts = {vote.verdict for vote in decided}
    reason = None
    if not decided:
        reason = _NO_WINNER
    elif len(verdicts) > 1:
        reason = _AT_ODDS
    elif left.key == right.key:
        reason = _COPY
    elif not all(said.own_words_at(vote.at) for vote in decided for said in voted):
        reason = _EDITED
    elif left.asked() != right.asked():
        reason = _OTHER_PROMPT
    if reason is not None:
        left_out.add(reason)
        return None
    chosen, rejected = (left, right) if verdicts == {"left"} else (right, left)
    raters = tuple(vote.by for vote in decided)
    blind = all(vote.blind for vote in decided)
    return Pair(rejected.asked(), chosen, rejected, "vote", raters, blind)
