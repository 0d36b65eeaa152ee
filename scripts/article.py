"""Make sessions of the article's tables: `.venv/bin/python scripts/article.py [FOLDER]`.

They hold what the tables tell and no more: who was asked what, and the marks. No answer's words are
known, so all are empty. The same tables make the same files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import tomli

from tui_arena.engine.profile import Sampler
from tui_arena.mark_signs import SIGNS
from tui_arena.scenario import find_scenario
from tui_arena.session import (
    FAULTS,
    SCHEMA,
    SIDES,
    Attempt,
    Corrects,
    Imported,
    Mark,
    MarkEntry,
    Origin,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    SetAside,
    Side,
    Timing,
    Turn,
)
from tui_arena.store import SessionFile

FOLDER = Path(__file__).parent.parent / "sessions" / "examples" / "keras-chatbot-arena"
PUBLISHED = "2024-12-05T00:00:00.000+00:00"
READ = "2026-11-25T00:00:00.000+00:00"
SCENARIO = find_scenario("calendar")
COLUMNS = 3
"""How many conversations each table of 4.2 holds."""
YEAR = 2
"""The step that says which year it is."""
UNKNOWN = "unknown"

_MARKS: dict[str, Mark] = {sign: mark for mark, sign in SIGNS.items()}
_SIGN = re.compile("|".join(re.escape(sign) for sign in sorted(_MARKS, key=len, reverse=True)))


def main() -> None:
    """Write all sessions into the folder that is named, or where the examples are."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for session in sessions(tomli.loads((FOLDER / "tables.toml").read_text(encoding="utf-8"))):
        SessionFile(session, folder).save()


def sessions(tables: dict[str, Any]) -> Iterator[Session]:
    """Yield the sessions of all three tables."""
    make = _Maker(tables["source"], tables["rater"])
    for n, pair in enumerate(_in_groups(tables["reliability"], 2), 1):
        yield make.reliability(n, {model: tables["reliability"][model] for model in pair})
    for n, columns in enumerate(_in_groups(tables["dialog"], COLUMNS), 1):
        yield make.dialog(f"{n}a", {model: tables["dialog"][model] for model in columns[:2]})
        yield make.dialog(f"{n}b", {model: tables["dialog"][model] for model in columns[2:]})
    attempts = dict(tables["fixing"])
    corrections = attempts.pop("corrections")
    for n, (model, cells) in enumerate(attempts.items(), 1):
        yield make.fixing(n, model, list(zip(corrections, cells, strict=True)))


def _in_groups(items: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(items)
    while group := list(islice(left, size)):
        yield group


class _Maker:
    """Makes sessions; all ids in them follow from where their marks stand in the article."""

    def __init__(self, source: str, rater: str) -> None:
        self._source, self._rater = source, rater

    def reliability(self, number: int, models: dict[str, str]) -> Session:
        """Return the attempts of two models at the first prompt."""
        name = f"4-1-{number}"
        sides = {
            side: (model, [self._turn(f"{name}-{side}", 1, model, cells.split())])
            for side, (model, cells) in zip(SIDES, models.items(), strict=True)
        }
        return self._session(name, "The first prompt, five times", sides)

    def dialog(self, number: str, models: dict[str, list[tuple[int | str, str]]]) -> Session:
        """Return the complete chats of one model or two."""
        name = f"4-2-{number}"
        sides = {}
        for side, (model, rows) in zip(SIDES, models.items(), strict=False):
            line: list[Turn] = []
            for n, (asked, cell) in enumerate(rows, 1):
                # The year is what the first answer lacked, however much was corrected in between.
                about = line[0 if asked == YEAR else -1] if line else None
                line.append(self._turn(f"{name}-{side}-{n}", asked, model, [cell], about))
            sides[side] = model, line
        return self._session(name, "The complete chat", sides)

    def fixing(self, number: int, model: str, kinds: Sequence[tuple[str, str]]) -> Session:
        """Return one model's attempts at mistakes, each of which took the place of the last one."""
        name = f"4-3-{number}"
        rounds: list[list[Turn]] = []
        for n, (correction, cells) in enumerate(kinds, 1):
            copy = _copy(f"{name}-{n}")
            told = self._turn(f"{name}-{n}-told", correction, model, cells.split(), copy)
            rounds.append([copy, told])
        first, *others = rounds  # the conversation as it stands is read first, so it is the first
        session = self._session(name, "Mistakes of others", {"right": (model, first)})
        session.panes.right.set_aside = [
            SetAside(at=PUBLISHED, reason="transplant", after=0, turns=turns)
            for turns in reversed(others)
        ]
        return session

    def _turn(
        self,
        name: str,
        asked: int | str,
        model: str,
        cells: Sequence[str],
        about: Turn | None = None,
    ) -> Turn:
        """Return a turn with an answer for each cell; `asked` is a step, or a correction's text."""
        if isinstance(asked, int):
            step = SCENARIO.steps[asked - 1]
            prompt = Prompt(text=step.prompt, kind=step.kind, at=PUBLISHED, step=asked)
        else:
            prompt = Prompt(text=asked, kind="correction", at=PUBLISHED)
        if prompt.kind == "correction" and about is not None:
            prompt.corrects = _about(about)
        attempts = [_answer(f"{name}-{n}", model) for n, _ in enumerate(cells, 1)]
        for attempt, cell in zip(attempts, cells, strict=True):
            attempt.marks = [
                MarkEntry(mark=_MARKS[sign], action="add", by=self._rater, at=PUBLISHED)
                for sign in _SIGN.findall(cell)
            ]
        return Turn(id=name, prompt=prompt, attempts=attempts)

    def _session(self, name: str, title: str, sides: dict[Side, tuple[str, list[Turn]]]) -> Session:
        panes = {
            side: PaneRecord(system=SCENARIO.system, profile=model, turns=turns)
            for side in SIDES
            for model, turns in [sides.get(side, ("", []))]
        }
        return Session(
            schema=SCHEMA,
            id=f"keras-chatbot-arena-{name}",
            created=PUBLISHED,
            updated=PUBLISHED,
            imported=Imported(format="article", id=self._source, file="tables.toml", at=READ),
            title=title,
            scenario=SCENARIO.name,
            panes=Panes(left=panes["left"], right=panes["right"]),
        )


def _copy(name: str) -> Turn:
    """Return a copy of another model's mistake, of which nothing is known."""
    origin = Origin(side="left", turn=UNKNOWN, attempt=UNKNOWN, profile=UNKNOWN)
    prompt = Prompt(text="…", at=PUBLISHED)
    return Turn(id=name, prompt=prompt, attempts=[_answer(name, UNKNOWN)], origin=origin)


def _answer(name: str, model: str) -> Attempt:
    at = Timing(submitted=PUBLISHED, finished=PUBLISHED)
    return Attempt(id=name, profile=model, sampler=Sampler(), stop="end", timing=at)


def _about(turn: Turn) -> Corrects:
    """Return what a correction says of the answer before it: the first of its faults."""
    given = [entry.mark for entry in turn.response.marks if entry.mark in FAULTS]
    return Corrects(turn=turn.id, attempt=turn.response.id, mark=next(iter(given), None))


if __name__ == "__main__":
    main()
