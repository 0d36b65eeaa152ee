"""Picks as a file of examples: asked is whose they are, in which form, and where to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tui_arena.errors import ArenaError
from tui_arena.patterns.training import MOST, As, Lesson, lesson
from tui_arena.screens.choose import Choice, Choose, Way
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.pattern_pages import PatternPages
from tui_arena.screens.revise import Revise
from tui_arena.whole_file import write_whole

_FORMS: dict[As, str] = {
    "preference": "pairs of answers",
    "messages": "dialogs",
}

_What = tuple[str, As]
"""A model and a form."""


def ask_what_to_write(screen: PatternPages) -> None:
    """Ask whose picks to write, and in which form."""
    found = screen.figures
    models = [model for model, picks in found.picks.items() if picks] if found is not None else []
    if found is None or not models:
        screen.tell("There are no picks to write.")
        return
    choices: list[Choice[_What]] = [
        Choice((model, form), f"{model}: {says}", form)
        for model in models
        for form, says in _FORMS.items()
    ]
    chosen: list[_What] = []
    page = Choose(
        title=lambda: "Write which picks?",
        choices=choices,
        ways={"enter": Way("Enter", "name a file", chosen.append)},
        signs=screen.showing.signs,
    )

    def closed(_: None) -> None:
        if chosen:
            _ask_where(screen, found, chosen[0])

    screen.app.push_screen(page, closed)


def _ask_where(screen: PatternPages, found: Finding, what: _What) -> None:
    model, form = what
    usual = "".join(sign if sign.isalnum() or sign in "-._" else "-" for sign in model)
    name = f"{usual.lstrip('.-') or 'picks'}-{form}.jsonl"
    page = Revise(
        title=screen.showing.signs.one_line(f"Write examples for {model} to which file?"),
        text=name,
        original=name,
        does="write",
        takes_unchanged=True,
    )

    def given(file: str | None) -> None:
        if file is not None:
            screen.run_worker(_write(screen, found, what, file))

    screen.app.push_screen(page, given)


async def _write(screen: PatternPages, found: Finding, what: _What, file: str) -> None:
    try:
        path = _place(file)
        made = await asyncio.to_thread(_written, found, what, path)
    except ArenaError as problem:  # a file of sessions that is gone meanwhile is one, too
        screen.tell(str(problem))
        return
    without = f"; without one: {', '.join(made.without)}" if made.without else ""
    where = f" are in {path}" if made.lines else ""
    alone = f"; not picked: {made.alone}" if made.alone else ""
    screen.tell(f"{made.says}{where}{without}{alone}.")


def _place(file: str) -> Path:
    """Return a file that is not there yet; raises `ArenaError`."""
    name = file.strip()
    if not name or "\n" in name or "\0" in name:
        raise ArenaError("Nothing is written: name one file, in one line.")
    try:
        path = Path(name).expanduser()
        there = path.exists() or path.is_symlink()
    except OSError as problem:  # a name that is too long
        raise ArenaError(f"Nothing is written to {name}: {problem.strerror}.") from None
    except RuntimeError:
        user = name.partition("/")[0]
        raise ArenaError(f"Nothing is written: {user} is no home that is known here.") from None
    if there:
        raise ArenaError(f"{path} is there already; name another file.")
    return path


def _written(found: Finding, what: _What, path: Path) -> Lesson:
    """Write the file; none where there is no example."""
    if found.analysis is None:
        raise ArenaError("There are no picks to write.")
    model, form = what
    made = lesson(found.analysis, model, found.gathered, form=form, most=MOST)
    if made.lines:
        try:
            write_whole(path, made.lines, mode=0o666)
        except OSError as problem:
            raise ArenaError(f"{path} cannot be written: {problem.strerror}.") from None
    return made
