"""What happened, in words; names and texts in it come from the file, and are not safe to show."""

from __future__ import annotations

from tui_arena.keymap.judging import MARK_WORDS, VERDICT_WORDS
from tui_arena.replay.moments import Moment
from tui_arena.replay.tracks import AttemptTrack
from tui_arena.session import Side

_STOPS = {
    "end": "ended",
    "length": "cut at the limit of tokens for an answer",
    "context": "cut: the context is full",
    "stopped": "stopped",
    "error": "failed",
}
_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}


def happened(moment: Moment) -> str:
    """Say what happened, in a few words."""
    side = moment.side
    turn = moment.turn.record if moment.turn is not None else None
    match moment.kind:
        case "asked" if turn is not None:
            return f"{side}: {'corrected' if turn.prompt.kind == 'correction' else 'asked'}"
        case "again":
            return f"{side}: asked again"
        case "first-token":
            return f"{side}: the first token"
        case "continued":
            return f"{side}: goes on"
        case "ended" if moment.attempt is not None:
            return f"{side}: {how_it_ended(moment.attempt, moment.entry)}"
        case "mark" | "unmark" if moment.attempt is not None:
            entry = moment.attempt.record.marks[moment.entry]
            took = "" if entry.action == "add" else "took back "
            return f"{side}: {entry.by} {took or 'marked '}{MARK_WORDS[entry.mark]}"
        case "chosen" if turn is not None:
            choice = turn.choices[moment.entry]
            return f"{side}: {choice.by} chose attempt {choice.attempt + 1}"
        case "aside" | "back" if turn is not None:
            what = "set a turn aside" if moment.kind == "aside" else "brought a turn back"
            return f"{side}: {turn.moves[moment.entry].by} {what}"
        case "edited" if moment.attempt is not None:
            return f"{side}: {moment.attempt.record.edits[moment.entry].by} edited the answer"
        case "transplant" if side is not None:
            return f"{side}: goes on from what the {_OTHER[side]} said"
        case "restore":
            return f"{side}: what was set aside came back"
        case "vote" | "unvote" if moment.vote is not None:
            vote, took = moment.vote, "" if moment.kind == "vote" else "took back "
            return f"{vote.by} {took or 'voted: '}{VERDICT_WORDS[vote.verdict]}"
        case "blind":
            return "blind from here on"
        case _:
            return "the models are revealed"


def how_it_ended(attempt: AttemptTrack, phase: int) -> str:
    """Say how an answer ended, at its last end or at an earlier one."""
    last = phase == len(attempt.phases) - 1
    if last and attempt.record.timing.finished is None:
        return "broken off"
    return _STOPS[attempt.phases[phase].stop]
