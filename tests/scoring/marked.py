"""Marked turns written as the article writes them, and what scoring makes of them."""

import re
from copy import deepcopy
from pathlib import Path

from talk import attempt, mark, session, turn

from tui_arena.mark_signs import SIGNS
from tui_arena.scoring.gather import Gatherer, Wanted
from tui_arena.scoring.results import Scores, Weights
from tui_arena.scoring.score import score
from tui_arena.session import Corrects, MarkEntry, Origin, Session, Turn

_MARKS = {sign: name for name, sign in SIGNS.items()}
_SIGN = re.compile("|".join(map(re.escape, sorted(_MARKS, key=len, reverse=True))))


def marks(cell: str, *, by: str = "ada") -> list[MarkEntry]:
    """The marks of a cell such as ✔🍄."""
    return [mark(_MARKS[sign], by=by) for sign in _SIGN.findall(cell)]


def asked(
    id: str, prompt: str, *cells: str, when: float = 10, model: str = "one", **fields
) -> Turn:
    """A turn with an answer for each cell, whose ids are those of the turn and a, b and so on."""
    answers = [
        attempt(f"{id}{chr(97 + n)}", "Well.", when=when, model=model, marks=marks(cell))
        for n, cell in enumerate(cells)
    ]
    return turn(id, prompt, *answers, when=when, **fields)


def told(id: str, prompt: str, *cells: str, about: str, **fields) -> Turn:
    """A correction of the first answer of a turn."""
    return asked(
        id,
        prompt,
        *cells,
        kind="correction",
        corrects=Corrects(turn=about, attempt=f"{about}a"),
        **fields,
    )


def copied(id: str, origin: str, *, model: str = "two", side: str = "left") -> Turn:
    """A copy of the first answer of a turn."""
    found = asked(id, "Copied?", "", model=model)
    found.origin = Origin(side=side, turn=origin, attempt=f"{origin}a", profile=model)
    return found


def scored(
    *sessions: Session, wanted: Wanted | None = None, weights: Weights | None = None
) -> Scores:
    """What sessions score, as they are in memory."""
    gatherer = Gatherer(wanted or Wanted())
    for number, each in enumerate(sessions):
        gatherer.add(each, Path(f"{number}.json"))
    return score(gatherer.found, weights)


def talk(name: str, left: list[Turn], right: list[Turn] = (), **fields) -> Session:
    """A session whose turns have ids of their own."""
    left, right = deepcopy(left), deepcopy(right)
    for side in (left, right):
        for each in side:
            _name(name, each)
    return session(left, right, id=name, **fields)


def _name(name: str, each: Turn) -> None:
    each.id = f"{name}-{each.id}"
    for answer in each.attempts:
        answer.id = f"{name}-{answer.id}"
    if each.prompt.corrects is not None:
        each.prompt.corrects.turn = f"{name}-{each.prompt.corrects.turn}"
        each.prompt.corrects.attempt = f"{name}-{each.prompt.corrects.attempt}"
    if each.origin is not None:
        each.origin.turn = f"{name}-{each.origin.turn}"
        each.origin.attempt = f"{name}-{each.origin.attempt}"
