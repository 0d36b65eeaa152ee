"""One row for each attempt, as CSV that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from tui_arena.exchange.collected import Collected, Once
from tui_arena.exchange.left_out import TAKEN_BACK, Kind, LeftOut
from tui_arena.exchange.said import Ballot, Said, ballots, everything_said
from tui_arena.exchange.words import given, measured, milliseconds
from tui_arena.session import MARKS, Side, Verdict
from tui_arena.text import visible_controls

_COPIES = Kind(
    "answer that was copied from the other side (it counts where it was given)",
    "answers that were copied from the other side (they count where they were given)",
)
_TWICE = Kind(
    "answer that a fork has once more (it counts once)",
    "answers that a fork has once more (they count once)",
)
_PACES = Kind("pace at which an answer came", "paces at which answers came")
_TOKENS = Kind("answer in tokens", "answers in tokens")

_LIKE_FORMULAS = (*"=+-@\t\n", *"＝＋－＠", "'")
"""What spreadsheets take for the beginning of a formula, in full width too, and the apostrophe."""

COLUMNS = (
    *("session", "created", "scenario", "imported_from", "side", "turn", "turn_id"),
    *("prompt_kind", "step", "corrects_turn_id", "corrects_mark", "prompt", "asked"),
    *("attempt", "attempt_id", "in_context", "state", "copied_from", "model", "preset", "system"),
    *("temperature", "top_k", "top_p", "seed", "max_tokens"),
    *("answer", "edited_answer", "stop", "error"),
    *("tokens_prompt", "tokens_reused", "tokens_output", "first_token_ms", "total_ms"),
    *MARKS,
    "raters",
    *("votes_better", "votes_worse", "votes_tie", "votes_both_bad", "votes_blind"),
)
"""The columns, in their order; what is not known is empty."""


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield a header and a row for each attempt, in UTF-8."""
    yield line(COLUMNS)
    once = Once()
    for session in collected.sessions:
        left_out.of(session, TAKEN_BACK)
        index = collected.index(session)
        votes, _ = ballots(session, index)
        for said in everything_said(session):
            if index.original(said) is not said:
                left_out.add(_COPIES)
            elif not once(said.key):
                left_out.add(_TWICE)
            else:
                left_out.add(_PACES, bool(said.attempt.timing.chunks))
                left_out.add(_TOKENS, bool(said.attempt.token_ids))
                yield line(_row(collected, said, votes))


def line(cells: Iterable[object]) -> bytes:
    """Return a row in UTF-8, whose texts no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_cell(cell) for cell in cells])
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    """Return what a spreadsheet takes for a text and not for a formula.

    What begins like a formula gets an apostrophe before it, and so does what begins with one:
    whoever reads the file drops one apostrophe at the beginning, and has the text as it was.
    """
    if not isinstance(value, str):
        return value
    text = visible_controls(value)
    return f"'{text}" if text.startswith(_LIKE_FORMULAS) else text


def _row(collected: Collected, said: Said, votes: list[Ballot]) -> tuple[object, ...]:
    session, turn, attempt = said.session, said.turn, said.attempt
    prompt, sampler, came = turn.prompt, attempt.sampler, session.imported
    known = measured(attempt)
    first, total = milliseconds(attempt) if known else (None, None)
    marks = collected.marks(said)
    about, origin = prompt.corrects, turn.origin
    row: dict[str, object] = {
        "session": session.id,
        "created": session.created,
        "scenario": session.scenario,
        "imported_from": f"{came.format}: {came.id}" if came else None,
        "side": said.side,
        "turn": said.number,
        "turn_id": turn.id,
        "prompt_kind": prompt.kind,
        "step": prompt.step,
        "corrects_turn_id": about.turn if about else None,
        "corrects_mark": about.mark if about else None,
        "prompt": prompt.text,
        "asked": prompt.at,
        "attempt": turn.attempts.index(attempt) + 1,
        "attempt_id": attempt.id,
        "in_context": _yes(said.stands),
        "state": _state(said),
        "copied_from": f"{origin.side}: {origin.turn}" if origin else None,
        "model": attempt.profile,
        "preset": attempt.preset,
        "system": attempt.system,
        "temperature": sampler.temperature if known else None,
        "top_k": sampler.top_k if known else None,
        "top_p": sampler.top_p if known else None,
        "seed": sampler.seed if known else None,
        "max_tokens": attempt.max_tokens,
        "answer": attempt.text,
        "edited_answer": attempt.said if attempt.edited else None,
        "stop": attempt.stop if attempt.timing.finished else "unfinished",
        "error": attempt.error,
        "tokens_prompt": attempt.tokens.prompt if known else None,
        "tokens_reused": attempt.tokens.reused if known else None,
        "tokens_output": attempt.tokens.output if known else None,
        "first_token_ms": first,
        "total_ms": total,
        **{mark: marks.get(mark, 0) for mark in MARKS},
        "raters": ", ".join(dict.fromkeys(mark.by for mark in given(collected.log(said)))),
        **_votes(said, votes),
    }
    return tuple(row[column] for column in COLUMNS)


def _votes(said: Said, votes: list[Ballot]) -> dict[str, int]:
    other: Side = "right" if said.side == "left" else "left"
    mine = [vote for vote in votes if said.key in (vote.left.key, vote.right.key)]

    def count(verdict: Verdict) -> int:
        return sum(vote.verdict == verdict for vote in mine)

    return {
        "votes_better": count(said.side),
        "votes_worse": count(other),
        "votes_tie": count("tie"),
        "votes_both_bad": count("both-bad"),
        "votes_blind": sum(vote.blind for vote in mine),
    }


def _state(said: Said) -> str:
    """Say why an answer is not in the context; "in context" where it is."""
    turn = said.turn
    if said.gone:
        return "replaced by turns of another conversation"
    if not turn.stands:
        return "turn set aside"
    if turn.response is not said.attempt:
        return "another attempt is selected"
    return "in context" if turn.in_context else "no answer"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
