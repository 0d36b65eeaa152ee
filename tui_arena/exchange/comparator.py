"""Two models beside each other, as LLM Comparator shows them: one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tui_arena.errors import ArenaError
from tui_arena.exchange.collected import Collected, Once
from tui_arena.exchange.left_out import ATTEMPTS, SYSTEMS, TIMINGS, Kind, LeftOut
from tui_arena.exchange.said import Ballot, Said, ballots, rows
from tui_arena.session import Mark, Session, Side, Verdict
from tui_arena.session_json import in_one_line

_SCORES: dict[Verdict, float] = {"left": 1.0, "right": -1.0, "tie": 0.0, "both-bad": 0.0}
"""What a vote is worth; LLM Comparator's scores go from -1.5 (B is better) to 1.5 (A is)."""
_SCHEMA = [
    {"name": "session", "type": "string"},
    {"name": "turn", "type": "number"},
    {"name": "prompt_kind", "type": "category"},
    {"name": "votes", "type": "category"},
    {"name": "marks", "type": "per_model_category"},
    {"name": "answer_ended", "type": "per_model_category"},
    {"name": "tokens", "type": "per_model_number"},
]
_ONE_SIDED = Kind(
    "answer that has none beside it to the same prompt",
    "answers that have none beside them to the same prompt",
)
_LOST = Kind(
    "vote on an answer that is not in the file", "votes on answers that are not in the file"
)


@dataclass(frozen=True, slots=True)
class _Example:
    """Two answers to one prompt, and the votes on them."""

    left: Said
    right: Said
    votes: list[Ballot] = field(default_factory=list)


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield one JSON object with an example for each pair of answers to the same prompt.

    Which model is A is what the first pair says; pairs with changed sides are turned round. Raises
    ArenaError where more than two models were compared, which the format cannot hold.
    """
    once = Once()
    examples = [
        example
        for session in collected.sessions
        for example in _examples(collected, session, left_out)
        if once((example.left.key, example.right.key))
    ]
    models = _models(examples)
    head = {
        "metadata": {
            "source_path": ", ".join(session.id for session in collected.sessions),
            "custom_fields_schema": _SCHEMA,
        },
        "models": [{"name": name} for name in models],
    }
    yield in_one_line(head)[:-1] + b',"examples":['
    separator = b"\n"
    for example in examples:
        yield separator + in_one_line(_as_example(collected, example, models[0]))
        separator = b",\n"
    yield b"\n]}\n"


def _examples(collected: Collected, session: Session, left_out: LeftOut) -> Iterator[_Example]:
    """Yield the answers that stand beside each other, and all other pairs that were voted on."""
    left_out.of(session, SYSTEMS, ATTEMPTS, TIMINGS)
    found, lost = ballots(session, collected.index(session))
    left_out.add(_LOST, lost)
    examples: dict[tuple[tuple[str, ...], ...], _Example] = {}
    for row in rows(session):
        if row.left is None or row.right is None or not row.alike:
            left_out.add(_ONE_SIDED, (row.left is not None) + (row.right is not None))
            continue
        left = _selected(session, "left", row.left)
        right = _selected(session, "right", row.right)
        if all(said.turn.origin is None and said.stands for said in (left, right)):
            examples[left.key, right.key] = _Example(left, right)
    for vote in found:
        key = (vote.left.key, vote.right.key)
        examples.setdefault(key, _Example(vote.left, vote.right)).votes.append(vote)
    yield from examples.values()


def _selected(session: Session, side: Side, number: int) -> Said:
    turns = session.panes[side].turns
    return Said(session, side, turns, number, turns[number - 1].response)


def _models(examples: list[_Example]) -> tuple[str, str]:
    """Return the names of A and B."""
    pairs = [(e.left.attempt.profile, e.right.attempt.profile) for e in examples]
    distinct = {frozenset(pair) for pair in pairs}
    if len(distinct) > 1:
        named = "; ".join(sorted(" and ".join(sorted(pair)) for pair in distinct))
        raise ArenaError(
            f"LLM Comparator compares two models, and here are {len(distinct)} pairs of them "
            f"({named}); export the sessions of each pair by themselves."
        )
    return pairs[0] if pairs else ("", "")


def _as_example(collected: Collected, example: _Example, model_a: str) -> dict[str, Any]:
    left, right = example.left, example.right
    turned = left.attempt.profile != model_a
    a, b = (right, left) if turned else (left, right)
    sign = -1.0 if turned else 1.0
    better = "BA" if turned else "AB"
    labels = {
        "left": f"{better[0]} is better",
        "right": f"{better[1]} is better",
        "tie": "a tie",
        "both-bad": "both are bad",
    }
    scores: list[dict[str, Any]] = [
        {
            "score": sign * _SCORES[vote.verdict] or 0.0,
            "rating_label": labels[vote.verdict],
            "is_flipped": turned,
            "rationale": f"{vote.by}{', blind' if vote.blind else ''}",
        }
        for vote in example.votes
    ]
    return {
        "input_text": left.turn.prompt.text,
        "tags": [left.session.scenario] if left.session.scenario else [],
        "output_text_a": a.attempt.text,
        "output_text_b": b.attempt.text,
        "score": sum(s["score"] for s in scores) / len(scores) if scores else None,
        "individual_rater_scores": scores,
        "custom_fields": {
            "session": left.session.id,
            "turn": left.number,
            "prompt_kind": left.turn.prompt.kind,
            "votes": _how_voted(example.votes),
            "marks": [_marks(collected.marks(said)) for said in (a, b)],
            "answer_ended": [said.attempt.stop for said in (a, b)],
            "tokens": [said.attempt.tokens.output or None for said in (a, b)],
        },
    }


def _how_voted(votes: list[Ballot]) -> str:
    blind = {vote.blind for vote in votes}
    if len(blind) > 1:
        return "some blind"
    return "blind" if True in blind else "open" if blind else "none"


def _marks(marks: dict[Mark, int]) -> str:
    return (
        " + ".join(mark if count == 1 else f"{mark} x{count}" for mark, count in marks.items())
        or "none"
    )
