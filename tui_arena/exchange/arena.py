"""Battles in the fields of LMSYS' chatbot_arena_conversations, one vote a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tui_arena.exchange.battle import battles, conversation, winner
from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.said import Ballot
from tui_arena.session_json import in_one_line


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield JSONL; each conversation goes up to the answer that was voted on."""
    for ballot in battles(collected, left_out):
        yield in_one_line(_row(ballot)) + b"\n"


def _row(ballot: Ballot) -> dict[str, Any]:
    left, right = conversation(ballot.left), conversation(ballot.right)
    return {
        "question_id": _question(ballot),
        "model_a": ballot.left.attempt.profile,
        "model_b": ballot.right.attempt.profile,
        "winner": winner(ballot),
        "judge": ballot.by,
        "conversation_a": left,
        "conversation_b": right,
        "turn": max(len(left), len(right)) // 2,
        "anony": ballot.blind,
        "language": "unknown",
        "tstamp": datetime.fromisoformat(ballot.at).timestamp(),
        "openai_moderation": None,
        "toxic_chat_tag": None,
    }


def _question(ballot: Ballot) -> str:
    """Return an id of its own for the battle: the one it was imported with, or a new one."""
    session, turn = ballot.left.session, ballot.left.turn
    came = session.imported
    if came is not None and came.format == "arena" and turn.id == session.votes[0].left.turn:
        return came.id or session.id
    return f"{session.id}-{turn.id}"
