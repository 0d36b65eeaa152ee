"""A session as one HTML file that anybody can open: no script, no network, nothing acts in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui_arena.exchange.collected import Collected
from tui_arena.exchange.hypertext import answer, esc, foot, head, said
from tui_arena.exchange.left_out import TAKEN_BACK, LeftOut
from tui_arena.exchange.said import Ballot, Row, ballots, rows
from tui_arena.exchange.words import (
    MEANINGS,
    SIDE_WORDS,
    ballot_words,
    minute,
    models,
    prompt_label,
    title,
    turn_state,
)
from tui_arena.mark_signs import SIGNS
from tui_arena.session import SIDES, Session, SetAside, Side, Turn

_STYLE = Path(__file__).with_name("page.css")


def write(collected: Collected, left_out: LeftOut) -> Iterator[bytes]:
    """Yield the page."""
    sessions = collected.sessions
    for session in sessions:
        left_out.of(session, TAKEN_BACK)
    one = title(sessions[0]) if len(sessions) == 1 else f"{len(sessions)} sessions"
    yield head(one, _STYLE).encode()
    if len(sessions) != 1:
        yield f"<h1>{esc(one)}</h1>\n".encode()
    for number, session in enumerate(sessions, 1):
        votes, _ = ballots(session, collected.index(session))
        level = 1 if len(sessions) == 1 else 2
        part = _Part(session, rows(session), votes, f"s{number}", level)
        yield "\n".join(part.lines()).encode() + b"\n"
    yield foot().encode()


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of the page that shows one session."""

    session: Session
    rows: list[Row]
    votes: list[Ballot]
    id: str
    """What the ids of its elements begin with."""
    level: int
    """The level of its heading."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the part."""
        yield f'<article class="session" id="{self.id}" aria-labelledby="{self.id}-name">'
        yield self._heading(0, title(self.session), id=f"{self.id}-name", kind="name")
        yield from self._facts()
        for number, row in enumerate(self.rows, 1):
            yield from self._row(number, row)
        for side in SIDES:
            for number, group in enumerate(self.session.panes[side].set_aside, 1):
                if group.turns:
                    yield from self._set_aside(side, number, group)
        yield "</article>"

    def _heading(self, below: int, text: str, *, id: str = "", kind: str = "") -> str:
        tag = f"h{self.level + below}"
        named = f' id="{id}"' if id else ""
        classed = f' class="{kind}"' if kind else ""
        return f"<{tag}{named}{classed}>{esc(text)}</{tag}>"

    def _facts(self) -> Iterator[str]:
        session = self.session
        facts = [("Session", session.id), ("Begun", minute(session.created))]
        facts += [
            (SIDE_WORDS[side], ", ".join(models(session, side)) or "no model") for side in SIDES
        ]
        if session.parent is not None:
            facts.append(("Forked from", f"{session.parent.id}, at turn {session.parent.turn}"))
        if (came := session.imported) is not None:
            facts.append(
                ("Imported from", f"{came.file} ({came.format}, {came.id or 'without an id'})")
            )
        if session.software:
            versions = (f"{name} {version}" for name, version in session.software.items())
            facts.append(("Made with", ", ".join(versions)))
        yield '<dl class="facts">'
        for name, fact in facts:
            yield f"<dt>{esc(name)}</dt><dd>{esc(fact)}</dd>"
        systems = {side: session.panes[side].system for side in SIDES}
        if systems["left"] == systems["right"]:
            shown = {"System text": systems["left"]}
        else:
            shown = {f"System text, {side}": systems[side] for side in SIDES}
        for name, text in shown.items():
            if text:
                yield f"<dt>{name}</dt><dd>{said(text)}</dd>"
        yield "</dl>"

    def _row(self, number: int, row: Row) -> Iterator[str]:
        name = f"{self.id}-{number}"
        yield f'<section class="turn" aria-labelledby="{name}">'
        yield self._heading(1, f"Turn {number}", id=name)
        yield '<div class="sides">'
        for side in SIDES:
            place = row.number(side)
            if place is None:
                yield '<div class="side empty">'
                yield self._heading(2, SIDE_WORDS[side])
                yield "<p>Was not asked this.</p></div>"
            else:
                yield from self._turn(side, self.session.panes[side].turns[place - 1])
        yield "</div>"
        yield from self._votes(row)
        yield "</section>"

    def _votes(self, row: Row) -> Iterator[str]:
        if row.left is None or row.right is None:
            return
        panes = self.session.panes
        pair = panes.left.turns[row.left - 1], panes.right.turns[row.right - 1]
        votes = [v for v in self.votes if (v.left.turn, v.right.turn) == pair]
        if votes:
            yield '<ul class="votes">'
            for vote in votes:
                yield (
                    f'<li>Vote: {esc(ballot_words(vote))} <span class="by">'
                    f"({esc(vote.by)})</span></li>"
                )
            yield "</ul>"

    def _turn(self, side: Side, turn: Turn, *, gone: bool = False) -> Iterator[str]:
        kinds = "side gone" if gone or not turn.stands else "side"
        yield f'<article class="{kinds}" id="{self._anchor(side, turn)}">'
        yield self._heading(2, f"{SIDE_WORDS[side]}: {turn.response.profile or 'no name'}")
        yield '<div class="asked">'
        label = esc(prompt_label(turn)) + self._corrected(side, turn)
        yield f'<p class="label">{label}</p>{said(turn.prompt.text)}</div>'
        if state := turn_state(turn):
            yield f'<p class="state">{esc(state)}</p>'
        yield from answer(turn.response, "Answer")
        others = [
            (number, attempt)
            for number, attempt in enumerate(turn.attempts, 1)
            if attempt is not turn.response
        ]
        if others:
            word = "attempt" if len(others) == 1 else "attempts"
            yield f"<details><summary>{len(others)} other {word}</summary>"
            for number, attempt in others:
                yield '<div class="attempt">'
                yield from answer(attempt, f"Attempt {number}, not in the context")
                yield "</div>"
            yield "</details>"
        yield "</article>"

    def _corrected(self, side: Side, turn: Turn) -> str:
        """Say, with a link to it, which answer a correction is about."""
        about = turn.prompt.corrects
        if about is None:
            return ""
        mark = f" ({esc(SIGNS[about.mark])} {esc(MEANINGS[about.mark])})" if about.mark else ""
        for number, row in enumerate(self.rows, 1):
            place = row.number(side)
            if place is not None:
                found = self.session.panes[side].turns[place - 1]
                if found.id == about.turn:
                    anchor = self._anchor(side, found)
                    return f' of <a href="#{anchor}">the answer in turn {number}</a>{mark}'
        return f" of an answer that is not in the conversation any more{mark}"

    def _anchor(self, side: Side, turn: Turn) -> str:
        """Return an id for an element that no text of a session can shape."""
        digest = hashlib.blake2b(turn.id.encode("utf-8", "replace"), digest_size=6).hexdigest()
        return f"{self.id}-{side}-{digest}"

    def _set_aside(self, side: Side, number: int, group: SetAside) -> Iterator[str]:
        name = f"{self.id}-aside-{side}-{number}"
        yield f'<section class="turn" aria-labelledby="{name}">'
        yield self._heading(1, f"Set aside on the {side}, {minute(group.at)}", id=name)
        yield "<details><summary>What stood there before</summary>"
        for turn in group.turns:
            yield from self._turn(side, turn, gone=True)
        yield "</details></section>"
