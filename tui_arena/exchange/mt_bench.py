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

_OTHER_PROMPTS = Kind(
    "vote on answers before which the sides were asked different things",
    "votes on answers before which the sides were asked different things",
)


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield JSONL; `turn` is the judged one.

    The conversations go on after it as they did, if both sides were asked the same, as the
    questions of MT-bench are.
    """
    for ballot in battles(collected, left_out):
        left, right = conversation(ballot.left), conversation(ballot.right)
        if left[::2] != right[::2]:
            left_out.add(_OTHER_PROMPTS)
            continue
        later = _goes_on(ballot.left, left), _goes_on(ballot.right, right)
        if later[0][::2] != later[1][::2]:
            later = left, right
        row: dict[str, Any] = {
            "question_id": _question(ballot),
            "model_a": ballot.left.attempt.profile,
            "model_b": ballot.right.attempt.profile,
            "winner": winner(ballot),
            "judge": ballot.by,
            "conversation_a": later[0],
            "conversation_b": later[1],
            "turn": len(left) // 2,
        }
        yield in_one_line(row) + b"\n"


def _goes_on(said: Said, judged: list[Message]) -> list[Message]:
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
