"""What stands beside the list of sessions: the chosen one, from the first match on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.content import Content

from tui_arena.library.entry import Saved, folded, texts_of
from tui_arena.library.rows import marks, turns, when
from tui_arena.session import SIDES, Session, Turn
from tui_arena.widgets.look import highlighted, places
from tui_arena.widgets.signs import Signs

_MOST_TURNS = 12
_MOST_PROMPT, _MOST_ANSWER = 300, 400
"""Characters that are shown of each."""
_BEFORE = 60
"""Characters that are shown before a match."""
_MOST_NAME = 300


def card(saved: Saved, signs: Signs) -> Content:
    """Return what is known of a session without opening it."""
    entry = saved.entry
    facts = [
        when(entry.updated, year=True),
        ", ".join(entry.models),
        entry.scenario,
        f"fork of {entry.parent.rpartition('-')[2]}" if entry.parent else "",
        f"{turns(entry)} turns" if entry.turns != (1, 1) else "1 turn",
        marks(entry, signs.ascii_only),
        f"{entry.unrated} unrated" if entry.unrated else "",
        f"tags: {', '.join(entry.tags)}" if entry.tags else "",
    ]
    about = f" {signs.dot} ".join(signs.one_line(fact[:_MOST_NAME]) for fact in facts if fact)
    lines = [
        Content.styled(signs.one_line(saved.called[:_MOST_NAME]), "bold"),
        Content.styled(about, "$foreground 80%"),
        Content.styled(signs.one_line(str(saved.path)), "$foreground 60%"),
    ]
    return Content("\n").join(lines)


def conversation(session: Session, wanted: Sequence[str], signs: Signs) -> Content:
    """Return how a session goes, from the first turn on in which one of the words stands."""
    pairs = list(_pairs(session))
    start = next((n for n, pair in enumerate(pairs) if _says(pair, wanted)), 0)
    lines: list[Content] = []
    for pair in pairs[start : start + _MOST_TURNS]:
        asked = ""
        for side, turn in zip(SIDES, pair, strict=True):
            if turn is None:
                continue
            if turn.prompt.text != asked:
                asked = turn.prompt.text
                said = _part(asked, wanted, _MOST_PROMPT, signs)
                lines.append(_shown(f"{signs.ask} {said}", wanted, "bold $primary"))
            if turn.attempts:
                said = _part(turn.response.said, wanted, _MOST_ANSWER, signs)
                mark = signs.standing(turn.response.marks)
                lines.append(
                    Content.assemble(
                        (f"{side}: ", "$foreground 60%"),
                        _shown(said, wanted, ""),
                        f"  {mark}" if mark else "",
                    )
                )
    if start:
        lines.insert(0, Content.styled(f"from turn {start + 1} on:", "$foreground 60%"))
    if not lines:
        lines.append(Content.styled("Nothing was asked yet.", "$foreground 60%"))
    return Content("\n").join(lines)


def _pairs(session: Session) -> Iterator[tuple[Turn | None, Turn | None]]:
    left, right = (session.panes[side].turns for side in SIDES)
    for n in range(max(len(left), len(right))):
        yield (left[n] if n < len(left) else None), (right[n] if n < len(right) else None)


def _says(pair: Sequence[Turn | None], wanted: Sequence[str]) -> bool:
    text = folded("\n".join(text for turn in pair if turn is not None for text in texts_of(turn)))
    return any(word in text for word in wanted)


def _part(text: str, wanted: Sequence[str], most: int, signs: Signs) -> str:
    """Return the beginning of a text, or what stands around the first match in it."""
    found = [place for word in wanted for place in places(word, text)[:1]]
    start = max(0, min(found) - _BEFORE) if found and min(found) > most - _BEFORE else 0
    dots = "..." if signs.ascii_only else "…"
    part = signs.one_line(text[start : start + most])
    return (dots if start else "") + part + (dots if len(text) > start + most else "")


def _shown(text: str, wanted: Sequence[str], style: str) -> Content:
    content = Content.styled(text, style) if style else Content(text)
    for word in wanted:
        content = highlighted(content, word, gone_to=None)
    return content
