"""Two dialogs and who won, in the fields that FastChat's and LMSYS' data share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.found import Found, FoundVote
from tui_arena.exchange.left_out import (
    ATTEMPTS,
    MARKS,
    OWN_WORDS,
    SYSTEMS,
    TIMINGS,
    Kind,
    LeftOut,
)
from tui_arena.exchange.messages import Dialog, RecordError, as_dialog, as_text
from tui_arena.exchange.said import Ballot, Message, Said, ballots, rows
from tui_arena.session import Verdict

_WINNERS: dict[Verdict, str] = {
    "left": "model_a",
    "right": "model_b",
    "tie": "tie",
    "both-bad": "tie (bothbad)",
}
_VERDICTS: dict[str, Verdict] = {name: verdict for verdict, name in _WINNERS.items()} | {
    "both_bad": "both-bad",
    "bothbad": "both-bad",
    # What GPT-4 says in mt_bench_human_judgments where it changed its mind with the order.
    "tie (inconsistent)": "tie",
}
_UNVOTED = Kind("pair of answers without a vote", "pairs of answers without a vote")
_EDITED = Kind(
    "vote on an answer in which a person's words stood",
    "votes on answers in which a person's words stood",
)
_OTHER_PROMPT = Kind(
    "vote on answers to different prompts", "votes on answers to different prompts"
)
_LOST = Kind(
    "vote on an answer that is not in the file", "votes on answers that are not in the file"
)


def battles(collected: Collected, left_out: LeftOut) -> Iterator[Ballot]:
    """Yield the votes that can stand in a battle; count what cannot."""
    for session in collected.sessions:
        left_out.of(session, MARKS, ATTEMPTS, OWN_WORDS, SYSTEMS, TIMINGS)
        found, lost = ballots(session, collected.index(session))
        left_out.add(_LOST, lost)
        voted = {(vote.left.turn.id, vote.right.turn.id) for vote in found}
        left, right = session.panes.left.turns, session.panes.right.turns
        for row in rows(session):
            if row.left and row.right and row.alike:
                one, other = left[row.left - 1], right[row.right - 1]
                if all(turn.origin is None and turn.in_context for turn in (one, other)):
                    left_out.add(_UNVOTED, (one.id, other.id) not in voted)
        for ballot in found:
            pair = ballot.left, ballot.right
            if not all(said.own_words_at(ballot.at) for said in pair):
                left_out.add(_EDITED)
            elif pair[0].turn.prompt.text != pair[1].turn.prompt.text:
                left_out.add(_OTHER_PROMPT)
            else:
                yield ballot


def winner(ballot: Ballot) -> str:
    """Return what the field `winner` holds."""
    return _WINNERS[ballot.verdict]


def conversation(said: Said) -> list[Message]:
    """Return what led up to an answer, and the answer as the model gave it; no system text."""
    return [*said.asked(system=False), {"role": "assistant", "content": said.attempt.text}]


def read_battle(record: dict[str, Any]) -> Found:
    """Read a battle; raises `RecordError` where it is none.

    Reads chatbot_arena_conversations, mt_bench_human_judgments, and what was made in their image:
    the judge may be left out, an id may be a number or a text.
    """
    try:
        row = msgspec.convert(record, _Row)
    except msgspec.ValidationError as problem:
        raise RecordError(f"{problem}.") from None
    verdict = _VERDICTS.get(row.winner)
    if verdict is None:
        known = ", ".join(_WINNERS.values())
        raise RecordError(f"`winner` is “{row.winner[:40]}”; it can be {known}.")
    left, right = _dialog(row.conversation_a), _dialog(row.conversation_b)
    last = min(len(left.exchanges), len(right.exchanges))
    turn = row.turn if row.turn is not None and 1 <= row.turn <= last else last
    judge = row.judge if row.judge is not None else row.judge_hash
    return Found(
        id="" if row.question_id is None else str(row.question_id),
        left=left,
        right=right,
        models=(row.model_a, row.model_b),
        vote=FoundVote(verdict=verdict, turn=turn, by=_name(judge), blind=bool(row.anony)),
        at=row.tstamp,
        ignored=tuple(sorted(record.keys() - _FIELDS)),
    )


class _Message(msgspec.Struct):
    role: str
    content: Any


class _Row(msgspec.Struct):
    model_a: str
    model_b: str
    winner: str
    conversation_a: list[_Message]
    conversation_b: list[_Message]
    question_id: str | int | None = None
    judge: str | list[str] | None = None
    judge_hash: str | None = None
    turn: int | None = None
    anony: bool | None = None
    tstamp: float | None = None


_FIELDS = {field.name for field in msgspec.structs.fields(_Row)}


def _dialog(messages: list[_Message]) -> Dialog:
    return as_dialog(
        (message.role, as_text(message.content, number))
        for number, message in enumerate(messages, 1)
    )


def _name(judge: str | list[str] | None) -> str:
    said = " ".join(judge) if isinstance(judge, list) else judge
    return said or "unknown"
