"""Checks that may never end, made in a process that is ended when its time is over.

A pattern or schema of a scenario is somebody else's. Python's `re` holds the interpreter's lock for
as long as it searches, so no thread and no signal could keep the arena awake, and whether a pattern
is harmless cannot be told by looking at it. A process can be killed.
"""

from __future__ import annotations

import atexit
import json
import select
import subprocess
import sys
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from tui_arena.checking.findings import NOTHING_USABLE, CheckFailed, Findings
from tui_arena.checking.texts import bare

SECONDS = 2.0
"""For one check; the first one in a process also starts it and imports what it needs."""
_MOST_LATE = 3
"""So many answers in a row on which a pattern or schema takes too long, and it is given up."""
_MOST_CHARACTERS = 200_000
"""Of an answer; the rest of a longer one is not looked at."""


class Helper:
    """The process, started with the first question and again after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        self.late: dict[tuple[str, str], int] = {}
        """By check, with its pattern or schema, on how many answers in a row it took too long."""

    def ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Return the reply; None where none came in time, or the process died of it.

        Raises `CheckFailed` where there can be no process.
        """
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            try:
                process.stdin.write(line)
                process.stdin.flush()
                reply = _line(process, monotonic() + seconds)
            except OSError:
                reply = None
            if reply is None:
                self.end()
                return None
            found: dict[str, Any] = json.loads(reply)
            return found

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", str(Path(__file__).with_name("child.py"))],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # a Ctrl+C in the terminal is not for it
                )
            except OSError as problem:
                raise CheckFailed(
                    f"The process that checks answers does not start: {problem.strerror}."
                ) from None
        return self._process

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def kill(self) -> None:
        """End the process with the program, whatever else is done with it."""
        if self._process is not None:
            self._process.kill()


def _line(process: subprocess.Popen[bytes], deadline: float) -> bytes | None:
    assert process.stdout is not None
    got = b""
    while not got.endswith(b"\n"):
        left = deadline - monotonic()
        if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
            return None
        part = process.stdout.read1(65536)  # type: ignore[attr-defined]
        if not part:
            return None
        got += part
    return got


_HELPER = Helper()
atexit.register(_HELPER.kill)


def regex_findings(answer: str, pattern: str) -> Findings:
    """Say whether a pattern is found in an answer; raises `CheckFailed` where it takes too long."""
    return _found({"check": "regex", "pattern": pattern, "answer": answer[:_MOST_CHARACTERS]})


def json_findings(answer: str, expected: str | None, schema: str) -> Findings:
    """Hold the JSON of an answer against a schema, or other JSON.

    `schema` is JSON, empty for none. No `$ref` is fetched. Raises `CheckFailed` where it takes too
    long, or the schema cannot be followed.
    """
    if len(answer) > _MOST_CHARACTERS:
        return NOTHING_USABLE
    question = {"check": "json", "answer": bare(answer), "expected": expected, "schema": schema}
    return _found(question)


def _found(question: dict[str, Any]) -> Findings:
    check = question["check"]
    what = "The pattern" if check == "regex" else "The schema"
    asked = check, question["pattern" if check == "regex" else "schema"]
    late = _HELPER.late.pop(asked, 0)
    if late < _MOST_LATE:
        reply = _HELPER.ask(question, SECONDS)
        late += reply is None
    else:
        reply = None
    if reply is None:
        _HELPER.late[asked] = late
        too_long = f"{what} of a step took longer than {SECONDS:g} seconds on"
        if late < _MOST_LATE:
            raise CheckFailed(f"{too_long} an answer, which was not checked; make it simpler.")
        raise CheckFailed(
            f"{too_long} {late} answers in a row, and no more are checked by it; make it simpler."
        )
    if "problem" in reply:
        raise CheckFailed(f"An answer could not be checked: {reply['problem']}.")
    return Findings(tuple(reply["kinds"]))
