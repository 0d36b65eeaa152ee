"""`python -m benchmarks [--json]`: measure, and print each figure with what it means."""

from __future__ import annotations

import argparse
import json

from tui_arena.engine import runtime
from tui_arena.engine.profile import find_profile, profile_folders


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--profile", default="smollm2-135m", help="the profile to measure")
    options = parser.parse_args()
    runtime.prepare()  # before anything else imports Keras
    from benchmarks.figures import MEANING, measure

    figures = measure(find_profile(options.profile, profile_folders()))
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        shown = "not installed" if figure is None else f"{figure:.2f}"
        print(f"{shown:>13}  {name}: {MEANING[name]}")


if __name__ == "__main__":
    main()
