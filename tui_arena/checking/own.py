"""A person's own check: a Python function in a file that they name on the command line."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tui_arena.checking.findings import GARBAGE, NOTHING_USABLE, RIGHT, CheckFailed, Findings
from tui_arena.errors import ArenaError

_MOST_KINDS = 20
_LONGEST_KIND = 60


class OwnCheck:
    """Asks `check(answer, expected, prompt)` of a file, and says in one sentence what it raised."""

    def __init__(self, path: Path, function: Callable[[str, str | None, str], Any]) -> None:
        self.path = path
        self._function = function

    def check(self, answer: str, expected: str | None, prompt: str) -> Findings | None:
        """Return what the function finds, None where it says nothing; raises `CheckFailed`."""
        try:
            return _read(self._function(answer, expected, prompt))
        except (Exception, SystemExit) as problem:  # noqa: BLE001  # their code may raise anything
            raise CheckFailed(f"{self.path}: check failed: {_in_short(problem)}.") from None


def load_own(path: Path) -> OwnCheck:
    """Load the function `check` of a Python file; raises `ArenaError` where that cannot be."""
    if not os.path.isfile(path):
        raise ArenaError(f"{path}: there is no such file; --checker takes a Python file.")
    spec = importlib.util.spec_from_file_location("tui_arena_own_check", path)
    if spec is None or spec.loader is None:
        raise ArenaError(f"{path}: is no Python file; --checker takes one whose name ends in .py.")
    module = importlib.util.module_from_spec(spec)
    vars(module)["print"] = _print  # stdout is for scores, and may be read by a program
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:  # noqa: BLE001  # their code may raise anything
        raise ArenaError(f"{path}: cannot be loaded: {_in_short(problem)}.") from None
    function = getattr(module, "check", None)
    if not callable(function):
        raise ArenaError(
            f"{path}: has no function `check`; define `def check(answer, expected, prompt):` in it."
        )
    return OwnCheck(path, function)


def _print(*said: object, file: Any = None, **how: Any) -> None:
    """Print on stderr where no file is named."""
    print(*said, file=sys.stderr if file is None else file, **how)


def _read(said: object) -> Findings | None:
    if said is None:
        return None
    if isinstance(said, bool):
        return RIGHT if said else Findings(("own",))
    kinds = [said] if isinstance(said, str) else said
    if not isinstance(kinds, list | tuple) or not all(isinstance(kind, str) for kind in kinds):
        raise TypeError("it must return True, False, None, a kind of mistake, or a list of them")
    named = [" ".join(kind.split())[:_LONGEST_KIND] for kind in kinds]
    found = tuple(dict.fromkeys(kind for kind in named if kind))[:_MOST_KINDS]
    return NOTHING_USABLE if GARBAGE in found else Findings(found)


def _in_short(problem: BaseException) -> str:
    said = " ".join(str(problem).split())[:200].rstrip(".")
    name = type(problem).__name__
    return f"{name}: {said}" if said else name
