"""Writes docs/example-run.md and docs/example-run.html from two of the example sessions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = [
    f"sessions/examples/{name}.json"
    for name in ("20261125-183537-952312", "20261125-183707-3548ad")
]
HEAD = """# A run, scored

`make example-run` writes this page. It shows what `tui-arena score` makes of two real sessions on
SmolLM2-135M-Instruct, on a CPU: the calendar of the experiment, which is too hard for a model of
135 million weights, and short answers, some of which it gives. The profile `smollm2-135m` is
greedy, but where a prompt is asked five times its attempts are sampled, as `smollm2-sampled` always
is.

    tui-arena run calendar --left smollm2-135m --right smollm2-sampled \\
        --attempts 5 --correct 2 --max-tokens 80
    tui-arena run short-answers --left smollm2-135m --right smollm2-sampled \\
        --attempts 5 --correct 1 --max-tokens 60
    tui-arena rate FILE FILE
    tui-arena score FILE FILE --check --format markdown
    tui-arena score FILE FILE --check --format html --out docs/example-run.html

One person rated them with the suggestions in sight and took over those that were right. Where both
differ, the check had looked at words alone: “Weeks are numbered from 1 to 7. So, 5 days.” has a 7
in it.

The whole report, with the answers behind each figure, is [example-run.html](example-run.html).

"""


def score(*options: str) -> str:
    """Return what the command prints."""
    command = [sys.executable, "-m", "tui_arena", "score", *RUNS, "--check", *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    """Write both pages."""
    docs = ROOT / "docs"
    (docs / "example-run.md").write_text(HEAD + score("--format", "markdown"), encoding="utf-8")
    (docs / "example-run.html").write_text(score("--format", "html"), encoding="utf-8")


if __name__ == "__main__":
    main()
