"""The prompts of earlier sittings, in one private file that several arenas may write at once."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from tui_arena.folders import private_folder
from tui_arena.whole_file import write_whole

_MOST_PROMPTS = 500
_MOST_BYTES = 1 << 20
"""Of the file; when it is twice as long, its older half goes."""
_LONGEST = 50_000
"""Characters; longer prompts are not remembered."""


class PromptHistory:
    """Walks through what was asked before, from the newest to the oldest and back.

    A line of the file is one prompt as a JSON string; lines that are damaged are passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._prompts: list[str] | None = None
        self._at = 0
        """Which prompt is shown; after the last one stands what was not sent yet."""

    def add(self, prompt: str) -> None:
        """Remember a prompt for this sitting, and stand behind it; `keep` writes it down."""
        prompts = self._read()
        if len(prompt) <= _LONGEST and prompts[-1:] != [prompt]:
            prompts.append(prompt)
        self._at = len(prompts)

    def step(self, step: int, shown: str) -> str | None:
        """Return the prompt before (-1) or after (1) the one that is shown; None where none is.

        After the newest comes the empty line. What stands on the line must be empty or the prompt
        that was given last; otherwise None.
        """
        prompts = self._read()
        if shown.strip():
            if self._at >= len(prompts) or prompts[self._at] != shown:
                return None
        else:
            self._at = len(prompts)
        at = self._at + step
        if not 0 <= at <= len(prompts) or (at == len(prompts) and not shown):
            return None
        self._at = at
        return prompts[at] if at < len(prompts) else ""

    def keep(self, prompt: str) -> None:
        """Write a prompt into the file; raises OSError."""
        if len(prompt) > _LONGEST:
            return
        line = (json.dumps(prompt) + "\n").encode("ascii")
        private_folder(self._path.parent)
        with _alone(self._path):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
            with open(os.open(self._path, flags, 0o600), "ab") as file:
                file.write(line)
                long = file.tell() > 2 * _MOST_BYTES
            if long:
                self._shorten()

    def _shorten(self) -> None:
        kept = "".join(json.dumps(prompt) + "\n" for prompt in _prompts(self._path))
        write_whole(self._path, [kept.encode("ascii")])

    def _read(self) -> list[str]:
        if self._prompts is None:
            self._prompts = _prompts(self._path)
            self._at = len(self._prompts)
        return self._prompts


def _prompts(path: Path) -> list[str]:
    """Return the newest prompts of a file, oldest first; none where it cannot be read."""
    try:
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
        with open(os.open(path, flags), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _MOST_BYTES))
            raw = file.read(_MOST_BYTES)
    except OSError:
        return []
    found: list[str] = []
    for line in raw.split(b"\n"):
        with contextlib.suppress(ValueError, RecursionError):
            prompt = json.loads(line)
            if isinstance(prompt, str) and prompt.strip() and found[-1:] != [prompt]:
                found.append(prompt)
    return found[-_MOST_PROMPTS:]


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other arenas from writing meanwhile."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path.with_suffix(".lock"), flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
