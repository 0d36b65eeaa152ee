"""`python -m benchmarks [--json]`: measure, and print each figure with what it means."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics

from benchmarks.answers import answer, decode_rate, generate_rate, ready, story
from benchmarks.app import app_rate
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.events import Finished
from tui_arena.engine.profile import Profile, find_profile, profile_folders

MEANING = {
    "ratio_app_on_top": "tokens a second with the arena on a terminal over without (aim: 0.9)",
    "engine_tokens_per_s": "tokens a second, one answer, from its first token on",
    "ratio_generate_2048": "times KerasHub generate() at max_length 2048, whole calls (aim: 4)",
}

TOKENS = 128
ROUNDS = 3
"""Each figure is the median of so many; what is compared takes turns, as the machine drifts."""


async def _answers(profile: Profile, count: int) -> list[Finished]:
    engine = KerasEngine()
    engine.start()
    await ready(engine, profile)
    last = [await answer(engine, story(profile, tokens=TOKENS)) for _ in range(count)]
    engine.close()
    return last


def _prompt_ids(profile: Profile) -> list[int]:
    from tui_arena.engine.loading import load_codec
    from tui_arena.engine.template import render

    return render(profile.template, load_codec(profile), story(profile, tokens=1).messages)


def measure(profile: Profile) -> dict[str, float]:
    """Return every figure by its name."""
    answers: list[Finished] = []
    on_top: list[float] = []
    for _ in range(ROUNDS):
        last = asyncio.run(_answers(profile, 2))[-1]
        answers.append(last)
        on_top.append(app_rate(profile, tokens=TOKENS) / decode_rate(last))
    whole = statistics.median(1000 * last.output_tokens / last.ms for last in answers)
    ids = list(answers[-1].ids)
    generate = generate_rate(profile, _prompt_ids(profile), ids, length=2048)
    return {
        "engine_tokens_per_s": statistics.median(map(decode_rate, answers)),
        "ratio_generate_2048": whole / generate,
        "ratio_app_on_top": statistics.median(on_top),
    }


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--profile", default="smollm2-135m", help="the profile to measure")
    options = parser.parse_args()
    figures = measure(find_profile(options.profile, profile_folders()))
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{figure:9.2f}  {name}: {MEANING[name]}")


if __name__ == "__main__":
    main()
