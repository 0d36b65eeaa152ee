"""What is known of a saved session without opening it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from tui_arena.judgement import standing_marks
from tui_arena.session import MARKS, SIDES, Count, Mark, Session, Turn
from tui_arena.stamps import SessionId

MOST_TEXT = 32_000
"""Characters of a session's texts that are kept to be searched; about 30 turns."""
_MOST_NAME = 1000
"""Characters that are kept of a title, a name, a tag, and the first prompt."""
_MOST_TAGS = 100


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A session in the list."""

    id: SessionId
    created: str
    updated: str
    parent: str = ""
    """The id of the session that it was forked from; empty where it was not."""
    title: str = ""
    tags: tuple[str, ...] = ()
    scenario: str = ""
    """Empty where none is played."""
    left: str = ""
    """The profile that answers on the left; `right` likewise."""
    right: str = ""
    profiles: tuple[str, ...] = ()
    """Every profile that has answered or is to answer."""
    turns: tuple[Count, Count] = (0, 0)
    """How many there are on the left and on the right."""
    marks: dict[Mark, int] = {}
    """How many stand at any attempt, whoever gave them."""
    unrated: Count = 0
    """Shown answers without any mark."""
    first: str = ""
    """How the first prompt begins."""
    card: str = ""
    """Title, tags, models, scenario, id and first prompt, in small letters."""
    text: str = ""
    """The texts that it is found by, in small letters."""
    whole: bool = True
    """Whether `text` holds all of them."""

    @property
    def models(self) -> tuple[str, ...]:
        """The profiles of both sides, the same one once."""
        return tuple(dict.fromkeys(name for name in (self.left, self.right) if name))


class Saved(NamedTuple):
    """A session's file and what is known of it."""

    path: Path
    entry: Entry

    @property
    def called(self) -> str:
        """The title, or else how it begins, or else its id."""
        return self.entry.title.strip() or self.entry.first.strip() or self.entry.id


def newest_first(saved: Saved) -> tuple[float, str]:
    """Sort what changed last to the front."""
    return -datetime.fromisoformat(saved.entry.updated).timestamp(), saved.path.name


def entry_of(session: Session) -> Entry:
    """Return what the list says of a session."""
    panes = [session.panes[side] for side in SIDES]
    turns = [turn for pane in panes for turn in pane.turns]
    attempts = [attempt for turn in turns for attempt in turn.attempts]
    standing = [standing_marks(attempt.marks) for attempt in attempts]
    left, right = (pane.profile[:_MOST_NAME] for pane in panes)
    answered = dict.fromkeys(attempt.profile[:_MOST_NAME] for attempt in attempts)
    profiles = tuple(name for name in dict.fromkeys([left, right, *answered]) if name)
    title, scenario = session.title[:_MOST_NAME], (session.scenario or "")[:_MOST_NAME]
    tags = tuple(tag[:_MOST_NAME] for tag in session.tags[:_MOST_TAGS])
    prompts = [turn.prompt for pane in panes for turn in pane.turns[:1]]
    first = min(prompts, key=lambda prompt: prompt.at).text[:_MOST_NAME] if prompts else ""
    text = folded("\n".join(texts(session)))
    return Entry(
        id=session.id,
        created=session.created,
        updated=session.updated,
        parent=session.parent.id if session.parent is not None else "",
        title=title,
        tags=tags,
        scenario=scenario,
        left=left,
        right=right,
        profiles=profiles,
        turns=(len(session.panes.left.turns), len(session.panes.right.turns)),
        marks={m: n for m in MARKS if (n := sum(marks.get(m, 0) for marks in standing))},
        unrated=sum(bool(t.attempts) and not standing_marks(t.response.marks) for t in turns),
        first=first,
        card=folded("\n".join((title, *tags, *profiles, scenario, session.id, first))),
        text=text[:MOST_TEXT],
        whole=len(text) <= MOST_TEXT,
    )


def texts(session: Session) -> Iterator[str]:
    """Return every prompt and answer, as it came and as it was edited, also those set aside."""
    for side in SIDES:
        pane = session.panes[side]
        for turn in [*pane.turns, *(turn for aside in pane.set_aside for turn in aside.turns)]:
            yield from texts_of(turn)


def texts_of(turn: Turn) -> Iterator[str]:
    """Return the prompt of a turn, and its answers."""
    yield turn.prompt.text
    for attempt in turn.attempts:
        yield attempt.text
        for edit in attempt.edits:
            yield edit.text


def folded(text: str) -> str:
    """Return text in which large and small letters are the same, and so are all kinds of space."""
    return " ".join(text.casefold().split())
