"""How scoring grows: what a session costs among 10,000, beside one among 100, and what it keeps.

`python -m benchmarks.scores` measures no more than this.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tui_arena.engine.profile import Sampler
from tui_arena.scoring.gather import Wanted, gather
from tui_arena.scoring.score import score
from tui_arena.session import (
    MARKS,
    SIDES,
    Attempt,
    Corrects,
    MarkEntry,
    Prompt,
    Session,
    Timing,
    Tokens,
    Turn,
    new_session,
)
from tui_arena.session_json import encode_session
from tui_arena.stamps import now

FEW, MANY = 100, 10_000
TURNS = 7
"""On each side, of which every third is a correction."""
MODELS = 8
KINDS = 40
"""Sessions that differ in more than their ids."""
ROUNDS = 3
_NUMBER = b"number-00000"


def score_growth() -> tuple[list[float], float]:
    """Return times of a session among many over among few, and bytes that are kept of one.

    In a process of its own, since the most memory that one ever had stays.
    """
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder, "many"), MANY)
        _write(Path(folder, "few"), FEW)
        child = [sys.executable, "-m", "benchmarks.scores", folder]
        ratios, kept = json.loads(subprocess.run(child, check=True, capture_output=True).stdout)
    return ratios, kept


def _measure(folder: Path) -> tuple[list[float], float]:
    few, many = folder / "few", folder / "many"
    _seconds(few)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ratios = [_seconds(many) / MANY / (_seconds(few) / FEW)]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ratios += [_seconds(many) / MANY / (_seconds(few) / FEW) for _ in range(ROUNDS - 1)]
    unit = 1 if sys.platform == "darwin" else 1024
    return ratios, (after - before) * unit / (MANY - FEW)


def _seconds(folder: Path) -> float:
    started = time.perf_counter()
    score(gather([folder], Wanted()))
    return time.perf_counter() - started


def _write(folder: Path, count: int) -> None:
    folder.mkdir()
    texts = [encode_session(_session(kind)) for kind in range(KINDS)]
    for number in range(count):
        text = texts[number % KINDS].replace(_NUMBER, f"number-{number:05}".encode())
        (folder / f"number-{number:05}.json").write_bytes(text)


def _session(kind: int) -> Session:
    """Return a session of two models, with marks that follow from its kind."""
    session = new_session(systems=("You are brief.", "You are brief."), scenario="calendar")
    session.id = _NUMBER.decode()
    for place, side in enumerate(SIDES):
        model = f"model-{(kind + place * (1 + kind % (MODELS - 1))) % MODELS}"
        turns = session.panes[side].turns
        for number in range(TURNS):
            turns.append(_turn(number, model, kind + place, turns[-1] if number % 3 == 2 else None))
    return session


def _turn(number: int, model: str, kind: int, wrong: Turn | None) -> Turn:
    at, name = now(), f"{_NUMBER.decode()}-{model}-{number}"
    given = [MARKS[(kind * 5 + number * 7) % len(MARKS)]]
    attempt = Attempt(
        id=name,
        profile=model,
        preset="package://model",
        sampler=Sampler(),
        text="A word and “another” one.\n" * 20,
        stop="end",
        tokens=Tokens(prompt=200, output=120),
        timing=Timing(submitted=at, first_token=at, finished=at, chunks=[(40, 520)]),
        marks=[MarkEntry(mark=mark, action="add", by="ada", at=at) for mark in given],
        token_ids=list(range(120)),
    )
    about = Corrects(turn=wrong.id, attempt=wrong.response.id) if wrong is not None else None
    prompt = Prompt(
        text=f"Question {number}?", kind="correction" if about else "script", at=at, corrects=about
    )
    return Turn(id=name, prompt=prompt, attempts=[attempt])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_measure(Path(sys.argv[1]))))
    else:
        print(json.dumps(score_growth()))
