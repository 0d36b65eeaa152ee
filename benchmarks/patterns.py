"""How the search for patterns grows from 1,000 responses to 100,000, and how much memory it takes.

`python -m benchmarks.patterns` measures no more than this. Each size has a process of its own, so
that its peak of memory is its own as well.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np

from tui_arena.patterns.analysis import find_patterns
from tui_arena.patterns.cases import Response
from tui_arena.patterns.embed import TfIdf

SIZES = (1_000, 10_000, 100_000)
_TOPICS = 40
_WORDS = 30
"""Of each topic; all texts are made of them."""


def pattern_figures() -> dict[str, float]:
    """Return the ratios of times from size to size, and the peak at the last one in MB."""
    seconds, peaks = zip(*(_in_a_process(size) for size in SIZES), strict=True)
    return {
        "ratio_patterns_10000": seconds[1] / seconds[0],
        "ratio_patterns_100000": seconds[2] / seconds[1],
        "patterns_peak_mb": peaks[2],
    }


def responses(total: int) -> list[Response]:
    """Return responses of two models, half of them each; each fails at topics of its own."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(total // 2):
        topic = number % _TOPICS
        prompt = f"{_text(rng, topic, 12)} {number}"
        for place, model in enumerate(("one", "other")):
            hard = topic in (0, 1) or topic == 2 + place
            wrong = bool(rng.random() < (0.75 if hard else 0.08))
            text = _text(rng, topic, 25) if wrong else ""
            made.append(Response(f"{model}{number}", model, prompt, text, wrong, int(wrong)))
    return made


def _text(rng: np.random.Generator, topic: int, words: int) -> str:
    own = rng.random(words) < 0.6
    numbers = np.where(own, topic * _WORDS, _TOPICS * _WORDS) + rng.integers(0, _WORDS, words)
    return " ".join(f"word{number:x}" for number in numbers)


def _in_a_process(size: int) -> tuple[float, float]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.patterns", str(size)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak = json.loads(ran.stdout)
    return seconds, peak


def _measured(size: int) -> tuple[float, float]:
    """Return seconds, and the peak of this process in MB."""
    made = responses(size)
    find_patterns(made[:200], embedder=TfIdf(0), tell=_silent)  # what is imported on the way
    started = time.perf_counter()
    find_patterns(made, embedder=TfIdf(0), tell=_silent)
    passed = time.perf_counter() - started
    return passed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def _silent(what: str, done: float | None) -> None:
    pass


def main(arguments: Sequence[str]) -> None:
    """Measure one size, or all of them."""
    found = _measured(int(arguments[0])) if arguments else pattern_figures()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
