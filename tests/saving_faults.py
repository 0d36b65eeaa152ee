"""A program that saves sessions and is killed, or refused, at every system call of it in turn.

It forks for each fault, so that hundreds of them take seconds; prints what came of each as JSON.
Each child has a folder of its own, saves the states 1, 2 and 3, and says so after each.
"""

import errno
import fcntl
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tui_arena.session import SessionError, new_session
from tui_arena.store import SessionFile, fresh_file, load_session, locked_file, prepare_folder

CALLS = [(os, "open"), (os, "write"), (os, "fsync"), (os, "close"), (os, "replace"),
         (os, "unlink"), (fcntl, "flock")]  # fmt: skip
STATES = (1, 2, 3)
SIZE = 40_000
MOST_AT_ONCE = 16_000
"""Bytes that the disk takes with one call, so that there are several."""


class Faults:
    """Counts the system calls of saving, and does something at one of them."""

    def __init__(self, at: int, act: Callable[[Callable[..., Any], tuple[Any, ...]], Any]) -> None:
        self.count = 0
        self._at, self._act = at, act
        for module, name in CALLS:
            setattr(module, name, self._counted(getattr(module, name), name))

    def _counted(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if name == "write":
                descriptor, data = arguments
                arguments = (descriptor, bytes(data[:MOST_AT_ONCE]))
            self.count += 1
            if self.count == self._at:
                return self._act(real, (*arguments, *named.values()))
            return real(*arguments, **named)

        return call


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    kill()


def after(real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    real(*arguments)
    kill()


def half(real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Write half of what should be written, and die; with other calls this is `before`."""
    if isinstance(arguments[-1], bytes):
        real(arguments[0], arguments[1][: len(arguments[1]) // 2])
    kill()


def refusal(act: Callable[[], object]) -> str | None:
    try:
        act()
    except SessionError as problem:
        return str(problem)
    return None


def set_state(file: SessionFile, state: int) -> None:
    file.session.panes.left.system = f"{state}:" + "x" * SIZE
    file.touch()


def state_on_disk(folder: Path) -> int:
    """The state in the only session of a folder; 0 where there is none."""
    paths = list(folder.glob("*.json"))
    assert len(paths) <= 1, paths
    if not paths:
        return 0
    system = load_session(paths[0]).panes.left.system
    state, _, rest = system.partition(":")
    assert rest == "x" * SIZE
    return int(state)


def forked(work: Callable[[Callable[[int], None]], None]) -> tuple[int, list[int]]:
    """Run work in a child that can say numbers; return how it ended and what it said."""
    reader, writer = os.pipe()
    say = os.write  # not the one that is counted
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work(lambda number: say(writer, b"%d\n" % number) and None)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as said:
        numbers = [int(line) for line in said]
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), numbers


def found_after(folder: Path, said: list[int]) -> dict[str, Any]:
    """What the next start finds in a folder, and what is there after it."""
    state = state_on_disk(folder) if folder.is_dir() else 0
    prepare_folder(folder)
    left = [path.name for path in folder.iterdir() if path.suffix != ".json"]
    again = None
    for path in folder.glob("*.json"):
        again = locked_file(load_session(path), folder)
        if again is not None:
            again.close()
    return {
        "acknowledged": max(said, default=0),
        "state": state,
        "left": left,
        "opens": again is not None or state == 0,
    }


def save_all(folder: Path, say: Callable[[int], None]) -> None:
    prepare_folder(folder)
    file = fresh_file(new_session(systems=("", "")), folder)
    for state in STATES:
        set_state(file, state)
        file.save()
        say(state)
    file.close()


def killed_at_every_call(root: Path) -> list[dict[str, Any]]:
    outcomes = []
    for manner in (before, after, half):
        for number in range(1, 1000):
            folder = root / f"{manner.__name__}-{number}"

            def work(
                say: Callable[[int], None], folder=folder, number=number, manner=manner
            ) -> None:
                Faults(number, manner)
                save_all(folder, say)

            status, said = forked(work)
            outcome = found_after(folder, said)
            outcomes.append(outcome | {"fault": folder.name, "status": status})
            if status == 0:  # there were not so many calls
                break
    return outcomes


def killed_at_random(root: Path, rounds: int) -> list[dict[str, Any]]:
    chance, outcomes = random.Random(11), []
    for number in range(rounds):
        folder = root / f"random-{number}"
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            prepare_folder(folder)
            file = fresh_file(new_session(systems=("", "")), folder)
            state = 0
            while True:
                state += 1
                set_state(file, state)
                file.save()
                os.write(writer, b"%d\n" % state)
        os.close(writer)
        with os.fdopen(reader) as said:
            first = said.readline()  # one save is done
            time.sleep(chance.uniform(0, 0.008))
            os.kill(child, signal.SIGKILL)
            numbers = [int(first), *map(int, said)]
        os.waitpid(child, 0)
        outcomes.append(found_after(folder, numbers) | {"fault": folder.name, "status": -9})
    return outcomes


def refused_at_every_call(root: Path) -> list[dict[str, Any]]:
    """One call of a save fails; the save says so, and the next one works."""
    outcomes = []
    for code in (errno.ENOSPC, errno.EIO):
        for number in range(1, 1000):
            folder = root / f"{errno.errorcode[code]}-{number}"

            def work(say: Callable[[int], None], folder=folder, number=number, code=code) -> None:
                def refuse(real: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
                    if len(arguments) == 1 and isinstance(arguments[0], int):
                        real(*arguments)  # a file is closed even if that fails
                    raise OSError(code, os.strerror(code))

                prepare_folder(folder)
                file = fresh_file(new_session(systems=("", "")), folder)
                set_state(file, 1)
                file.save()
                say(1)
                faults = Faults(number, refuse)
                set_state(file, 2)
                why = refusal(file.save)
                if why is None:
                    say(2)
                else:
                    assert why == file.problem
                    assert file.unsaved
                    assert state_on_disk(folder) in (1, 2)
                    assert not list(folder.glob(".*.tmp"))
                if faults.count < number:  # there are not so many calls
                    return
                set_state(file, 3)
                file.save()
                assert file.problem is None
                say(3)
                file.close()

            status, said = forked(work)
            if status == 0 and said == [1, 2]:
                break
            outcome = found_after(folder, said)
            outcomes.append(outcome | {"fault": folder.name, "status": status, "said": said})
    return outcomes


def refused_by_permissions() -> list[dict[str, Any]]:
    """A folder that may only be read, for a user that is not root."""
    folder = Path(tempfile.mkdtemp(prefix="tui-arena-test-"))

    def work(say: Callable[[int], None]) -> None:
        if os.getuid() == 0:
            os.setuid(65534)
        for what in (
            lambda: prepare_folder(folder),
            lambda: fresh_file(new_session(systems=("", "")), folder),
            lambda: SessionFile(new_session(systems=("", "")), folder).save(),
        ):
            assert "you have no permission" in (refusal(what) or "")
            say(1)

    try:
        folder.chmod(0o555)
        status, said = forked(work)
        return [{"status": status, "said": said, "left": os.listdir(folder)}]
    finally:
        folder.rmdir()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print(
        json.dumps(
            {
                "killed": killed_at_every_call(place),
                "random": killed_at_random(place, 100),
                "refused": refused_at_every_call(place),
                "read-only": refused_by_permissions(),
            }
        )
    )
