"""The failures that weigh most, as examples to train on: pairs of answers, or dialogs.

Only answers that were judged right are given as right ones; a failure without one is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.preference import Pair, pairs, written
from tui_arena.exchange.said import Index, Said
from tui_arena.patterns.analysis import Analysis
from tui_arena.patterns.cases import prompt_key
from tui_arena.patterns.picks import Pick, pick
from tui_arena.patterns.words import count
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.reply import Reply, key_of
from tui_arena.scoring.transcripts import Transcripts
from tui_arena.session_json import in_one_line
from tui_arena.store import load_session

As = Literal["preference", "messages"]
MOST = 100
"""Picks of a model that are taken where nobody says how many."""

_NO_PAIR = Kind(
    "picked prompt whose wrong answers stand in no pair: no correction fixed one, no vote lost",
    "picked prompts whose wrong answers stand in no pair: no correction fixed one, no vote lost",
)
_NO_ANSWER = Kind(
    "picked prompt that no model answered right", "picked prompts that no model answered right"
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a model would learn most from, as examples."""

    lines: list[bytes]
    """JSON, one for each example."""
    says: str
    """How many examples there are, from how many prompts."""
    without: list[str]
    """Of how many prompts there is none, and why."""
    alone: str
    """At how many prompts it fails that are no picks; empty for none."""


def lesson(analysis: Analysis, model: str, found: Gathered, *, form: As, most: int) -> Lesson:
    """Make examples of the picks of a model; raises `ArenaError` without it."""
    left_out = LeftOut()
    chosen = picks_of(analysis, model, most=most)
    lines = list(examples(chosen, analysis, model, found, form=form, left_out=left_out))
    examples_of = f"{count(len(lines), 'example')} from {count(len(chosen), 'prompt')}"
    says = f"{examples_of} that {model} fails at"
    return Lesson(lines, says, left_out.lines(), _alone(analysis, model))


def picks_of(analysis: Analysis, model: str, *, most: int) -> list[Pick]:
    """Choose the prompts from which a model would learn most; raises `ArenaError` without it."""
    cases = analysis.cases
    column = cases.number(model)
    return pick(
        cases.hard[:, column],
        cases.severity[:, column],
        cases.unfixed[:, column],
        analysis.regions,
        analysis.graph,
        analysis.points,
        most=most,
    )


def _alone(analysis: Analysis, model: str) -> str:
    """Say at how many prompts a model fails that have no failed neighbour: none is picked."""
    hard = analysis.cases.hard[:, analysis.cases.number(model)]
    far = int((hard & (analysis.graph.count(hard) == 0)).sum())
    them = "it" if far == 1 else "them"
    return (
        f"{count(far, 'prompt')} that it fails at, with no other failure near {them}" if far else ""
    )


def examples(
    picks: Sequence[Pick],
    analysis: Analysis,
    model: str,
    found: Gathered,
    *,
    form: As,
    left_out: LeftOut,
) -> Iterator[bytes]:
    """Yield a line of JSON for each example, those of the weightiest picks first."""
    keys = {analysis.cases.keys[each.at]: rank for rank, each in enumerate(picks)}
    of_pick: dict[int, list[Reply]] = {}
    for reply in found.replies:
        rank = keys.get(prompt_key(reply.prompt))
        if rank is not None and reply.kind != "correction":
            of_pick.setdefault(rank, []).append(reply)
    wrong = {
        reply.key: rank
        for rank, replies in of_pick.items()
        for reply in replies
        if reply.model == model and reply.severity
    }
    if form == "preference":
        return _pairs(wrong, len(picks), found, left_out)
    return _dialogs(of_pick, wrong, len(picks), found, left_out)


def _pairs(
    wrong: Mapping[bytes, int], total: int, found: Gathered, left_out: LeftOut
) -> Iterator[bytes]:
    """Yield the pairs whose worse answer is one of the wrong ones."""
    kept: dict[int, list[Pair]] = {}
    sessions = (load_session(file) for file in found.files) if wrong else ()
    # A fork holds the answers of what it was forked from: it may be there that one was put right.
    holding = (
        each for each in sessions if any(key_of(said) in wrong for said in Index(each).all())
    )
    for pair in pairs(Collected(holding), LeftOut()):
        rank = wrong.get(key_of(pair.rejected))
        if rank is not None:
            kept.setdefault(rank, []).append(pair)
    left_out.add(_NO_PAIR, total - len(kept))
    for rank in sorted(kept):
        yield from map(written, kept[rank])


def _dialogs(
    of_pick: Mapping[int, list[Reply]],
    wrong: Mapping[bytes, int],
    total: int,
    found: Gathered,
    left_out: LeftOut,
) -> Iterator[bytes]:
    """Yield, for each pick, what was asked and the answer that was judged right.

    That is the answer to a correction where one put the mistake right, as if it had come at once;
    else another answer to the same prompt after the same messages, else one after its own.
    """
    fixes: dict[int, list[tuple[Reply, bytes]]] = {}
    for fix, mended in _fixes(found.replies):
        if mended in wrong:
            fixes.setdefault(wrong[mended], []).append((fix, mended))
    replies = {reply.key: reply for reply in found.replies}
    transcripts = Transcripts(found.files)
    for rank in range(total):
        line = _fixed(fixes.get(rank, ()), replies, transcripts) or _right(
            of_pick[rank], wrong, transcripts
        )
        if line is None:
            left_out.add(_NO_ANSWER)
        else:
            yield line


def _fixes(replies: Sequence[Reply]) -> Iterator[tuple[Reply, bytes]]:
    """Yield each right answer to a correction, with each wrong answer that it mends."""
    by_key = {reply.key: reply for reply in replies}
    for reply in replies:
        about, met = reply.corrects, {reply.key}
        while reply.right and about is not None and about not in met:
            met.add(about)
            yield reply, about
            about = by_key[about].corrects if about in by_key else None


def _fixed(
    fixes: Iterable[tuple[Reply, bytes]], replies: Mapping[bytes, Reply], transcripts: Transcripts
) -> bytes | None:
    for fix, mended in fixes:
        answer = transcripts.said(fix)
        if _whole(answer):
            return _line(transcripts.said(replies[mended]), answer)
    return None


def _right(
    replies: Sequence[Reply], wrong: Mapping[bytes, int], transcripts: Transcripts
) -> bytes | None:
    after = [transcripts.said(each).asked(system=False) for each in replies if each.key in wrong]
    answers = (transcripts.said(each) for each in replies if each.right)
    whole = [answer for answer in answers if _whole(answer)]
    same = [answer for answer in whole if answer.asked(system=False) in after]
    answer = next(iter(same or whole), None)
    return None if answer is None else _line(answer, answer)


def _whole(said: Said) -> bool:
    """Whether an answer is the model's own and came to its end."""
    attempt = said.attempt
    ended = attempt.stop == "end" and attempt.timing.finished is not None
    return ended and bool(attempt.text) and not attempt.edited


def _line(asked: Said, answer: Said) -> bytes:
    messages = [*asked.asked(), {"role": "assistant", "content": answer.attempt.text}]
    return in_one_line({"messages": messages}) + b"\n"
