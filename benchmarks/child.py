"""An engine in a process of its own: asked with a line, it answers with its tokens a second."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

NEEDS = {
    "llama_cpp_f32": ("llama_cpp",),
    "llama_cpp_shipped": ("llama_cpp",),
    "transformers": ("transformers", "torch", "accelerate"),
}
"""Packages of each engine; none of them is installed unless somebody wants to compare."""


class Child:
    """Measures in a process that lives as long as it is asked."""

    def __init__(
        self, name: str, *, gguf: Path, folder: Path, prompt: list[int], tokens: int, context: int
    ) -> None:
        self._name = name
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        order = [name, str(gguf), str(folder), prompt, tokens, context]
        self._ask(json.dumps(order))

    def rate(self) -> float | None:
        """Return tokens a second, None where the engine does not run on this machine."""
        answer = self._ask("again")
        if not answer:
            self._said.seek(0)
            last = (self._said.read().strip().splitlines() or ["it said nothing"])[-1]
            print(f"{self._name} does not run on this machine: {last}", file=sys.stderr)
            return None
        return float(answer)

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        return self._process.stdout.readline().strip()


def is_installed(name: str) -> bool:
    """Say whether what an engine needs is there."""
    return all(importlib.util.find_spec(package) is not None for package in NEEDS[name])


def _measured(order: list[object]) -> Callable[[], float]:
    from benchmarks.others import llama_cpp_rate, transformers_rate

    name, gguf, folder, prompt, tokens, context = order
    source = Path(str(gguf))
    assert isinstance(prompt, list)
    assert isinstance(tokens, int)
    assert isinstance(context, int)
    if name == "transformers":
        return transformers_rate(source, prompt, tokens=tokens)
    return llama_cpp_rate(
        source,
        Path(str(folder)),
        prompt,
        tokens=tokens,
        context=context,
        whole=name == "llama_cpp_f32",
    )


def main() -> None:
    """Prepare what the first line says, and measure at every further one."""
    rate = _measured(json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(rate(), flush=True)


if __name__ == "__main__":
    main()
