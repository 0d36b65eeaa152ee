"""Judgments of turns in the fields of mt_bench_human_judgments, one vote a line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from tui_arena.exchange.battle import battles, conversation, winner
from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.said import Ballot, Message, Said, dialog
from tui_arena.session_json import in_one_line

_UNEVEN = Kind(
    "vote on answers that are not the same turn on both sides",
    "votes on answers that are not the same turn on both sides",
)


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield JSONL; `turn` is the judged one, and the conversations go on after it as they did."""
    for ballot in battles(collected, left_out):
        left, right = conversation(ballot.left), conversation(ballot.right)
        if len(left) != len(right):
            left_out.add(_UNEVEN)
            continue
        row: dict[str, Any] = {
            "question_id": _question(ballot),
            "model_a": ballot.left.attempt.profile,
            "model_b": ballot.right.attempt.profile,
            "winner": winner(ballot),
            "judge": ballot.by,
            "conversation_a": _whole(ballot.left, left),
            "conversation_b": _whole(ballot.right, right),
            "turn": len(left) // 2,
        }
        yield in_one_line(row) + b"\n"


def _whole(said: Said, judged: list[Message]) -> list[Message]:
    """Return the conversation with what came later, if it went on from the judged answer."""
    now = dialog(said.session, said.side, system=False)
    return now if said.stands and now[: len(judged)] == judged else judged


def _question(ballot: Ballot) -> int:
    """Return the same number for the same opening prompt; the one that it was imported with."""
    came = ballot.left.session.imported
    if came is not None and came.format == "mt-bench" and came.id.isdecimal():
        return int(came.id)
    opening = ballot.left.line[0].prompt.text
    digest = hashlib.blake2b(opening.encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest) >> 1
