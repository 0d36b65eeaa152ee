"""A session as Markdown that reads well in a git forge.

Whatever was said stands in a fence that is longer than any in it, so that nothing of it is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.left_out import TAKEN_BACK, LeftOut
from tui_arena.exchange.said import Index, Row, ballots, rows
from tui_arena.exchange.words import (
    SIDE_WORDS,
    ballot_words,
    ended,
    given,
    minute,
    models,
    pace,
    prompt_label,
    settings,
    title,
    turn_state,
)
from tui_arena.session import SIDES, Attempt, Session, Side, Turn
from tui_arena.text import visible_controls

_MARKUP = re.compile(r"[\\`*_\[\]<>&~|$]")


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield the sessions, one after the other."""
    for number, session in enumerate(collected.sessions):
        left_out.of(session, TAKEN_BACK)
        parts = list(_session(session, collected.index(session)))
        text = "\n\n".join(part for part in parts if part) + "\n"
        yield (("\n---\n\n" if number else "") + text).encode()


def _session(session: Session, index: Index) -> Iterator[str]:
    yield f"# {one_line(title(session))}"
    yield _head(session)
    for side in SIDES:
        if system := session.panes[side].system:
            yield f"**System text, {side}**"
            yield _fenced(system)
    votes, _ = ballots(session, index)
    for number, row in enumerate(rows(session), 1):
        yield f"## Turn {number}"
        yield from _row(session, row)
        pair = _ids(session, row)
        for vote in votes:
            if (vote.left.turn.id, vote.right.turn.id) == pair:
                yield f"Vote: {one_line(ballot_words(vote))} ({one_line(vote.by)})"
    for side in SIDES:
        yield from _set_aside(session, side)


def _head(session: Session) -> str:
    lines = [f"- Session {one_line(session.id)}, begun {minute(session.created)}"]
    lines += [
        f"- {SIDE_WORDS[side]}: {', '.join(map(one_line, models(session, side))) or 'no model'}"
        for side in SIDES
    ]
    if session.parent is not None:
        lines.append(f"- Forked from {one_line(session.parent.id)} at turn {session.parent.turn}")
    if session.imported is not None:
        came = session.imported
        there = f"{one_line(came.format)}, {one_line(came.id) or 'without an id'}"
        lines.append(f"- Imported from {one_line(came.file)} ({there})")
    if session.software:
        versions = (f"{one_line(name)} {one_line(it)}" for name, it in session.software.items())
        lines.append(f"- With {', '.join(versions)}")
    return "\n".join(lines)


def _row(session: Session, row: Row) -> Iterator[str]:
    """Yield both sides of a row; a prompt that both were given alike stands once."""
    there = [
        (side, session.panes[side].turns[number - 1])
        for side in SIDES
        if (number := row.number(side)) is not None
    ]
    labels = {_prompt_line(session, side, turn) for side, turn in there}
    if len(labels) == 1:
        yield from _prompt(labels.pop(), there[0][1])
    for side, turn in there:
        yield f"### {SIDE_WORDS[side]}: {one_line(turn.response.profile)}"
        if labels:
            yield from _prompt(_prompt_line(session, side, turn), turn)
        yield from _answers(turn)


def _prompt(label: str, turn: Turn) -> Iterator[str]:
    yield f"**{label}**"
    yield _fenced(turn.prompt.text)


def _prompt_line(session: Session, side: Side, turn: Turn) -> str:
    about = turn.prompt.corrects
    if about is None:
        return prompt_label(turn)
    turns = session.panes[side].turns
    number = next((n for n, it in enumerate(turns, 1) if it.id == about.turn), None)
    where = f" of the answer to prompt {number} of this side" if number else ""
    return prompt_label(turn) + where + (f", for {about.mark}" if about.mark else "")


def _answers(turn: Turn) -> Iterator[str]:
    if state := turn_state(turn):
        yield f"_{one_line(state)}_"
    yield from _answer(turn.response)
    for number, attempt in enumerate(turn.attempts, 1):
        if attempt is not turn.response:
            yield f"<details>\n<summary>Attempt {number}, not in the context</summary>"
            yield from _answer(attempt)
            yield "</details>"


def _answer(attempt: Attempt) -> Iterator[str]:
    if attempt.edited:
        yield "**As a person edited it; this stands in the context**"
        yield _fenced(attempt.said)
        yield "**As the model said it**"
    if attempt.text:
        yield _fenced(attempt.text)
    elif not attempt.error:
        yield "_No answer._"
    if end := ended(attempt):
        yield f"_{one_line(end)}_"
    if found := given(attempt.marks):
        yield "Marks: " + "; ".join(
            f"{mark.sign} {mark.meaning} ({one_line(mark.by)})" for mark in found
        )
    facts = [one_line(attempt.profile), settings(attempt), pace(attempt)]
    yield f"<sub>{', '.join(filter(None, facts))}</sub>"


def _set_aside(session: Session, side: Side) -> Iterator[str]:
    groups = [group for group in session.panes[side].set_aside if group.turns]
    for group in groups:
        yield f"## Set aside on the {side}, {minute(group.at)}"
        for turn in group.turns:
            yield from _prompt(_prompt_line(session, side, turn), turn)
            yield from _answers(turn)


def _ids(session: Session, row: Row) -> tuple[str, str] | None:
    if row.left is None or row.right is None:
        return None
    panes = session.panes
    return panes.left.turns[row.left - 1].id, panes.right.turns[row.right - 1].id


def _fenced(text: str) -> str:
    """Return a text in a fence that it cannot close."""
    shown = visible_controls(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown.rstrip(chr(10))}\n{fence}"


def one_line(text: str) -> str:
    """Return untrusted text as one line without markup."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(visible_controls(text).split()))
