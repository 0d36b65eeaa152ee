"""The real arena on a scripted engine, as a program: for tests on a real terminal.

`python -m tests.screen.program FOLDER [--pace S] [--hold-loads] [--ascii] [--answer TEXT]...`
"""

import argparse
import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from tui_arena.app import open_arena
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.manner import Manner
from tui_arena.session import new_session
from tui_arena.store import SessionFile

PROFILES = (
    Profile(name="smollm2", title="smollm2-135m", preset="./smollm2", template="chatml"),
    Profile(name="other", title="smollm2-calendar", preset="./other", template="chatml"),
)


class LoadsSlowly(ScriptedEngine):
    """Loads in steps that can be watched."""

    def load(self, profile):
        self.hold_loads = True
        stream = super().load(profile)
        loop = asyncio.get_running_loop()
        for step in range(20):
            stage = ("getting weights", "converting", "compiling")[step // 7]
            loop.call_later(0.3 * step, self.report_load, stage, step / 20)
        loop.call_later(6, self.finish_load, profile.name)
        return stream


class Noisy(ScriptedEngine):
    """Prints in every way that libraries do."""

    def start(self):
        super().start()
        sys.stdout.write("python on stdout\n")
        sys.stderr.write("python on stderr\n")
        os.write(1, b"native on 1\n")
        os.write(2, b"native on 2\n")
        subprocess.run(["echo", "child"], check=True)


class Crashes(ScriptedEngine):
    """Has an error that nobody expected."""

    def submit_attempts(self, request):
        raise RuntimeError("the engine met something new")


class Stuck(ScriptedEngine):
    """Leaves a thread behind that nothing can stop."""

    def start(self):
        super().start()
        threading.Thread(target=time.sleep, args=(30,)).start()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pace", type=float, default=0.02)
    parser.add_argument("--hold-loads", action="store_true")
    kinds = {"slow-load": LoadsSlowly, "noise": Noisy, "crash": Crashes, "stuck": Stuck}
    for name, kind in kinds.items():
        parser.add_argument(f"--{name}", dest="kind", action="store_const", const=kind)
    parser.add_argument("--fail-load", action="store_true")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--slow-link", action="store_true")
    parser.add_argument("--answer", action="append", default=[])
    options = parser.parse_args()
    engine = (options.kind or ScriptedEngine)(pace=options.pace, hold_loads=options.hold_loads)
    if options.fail_load:
        engine.fail_next_load("other", "The file other.gguf is damaged; get it again.")
    for answer in options.answer:
        raw = answer.encode("latin-1", "backslashreplace").decode("unicode_escape")
        engine.enqueue(raw, side="left")
        engine.enqueue(raw, side="right")
    file = SessionFile(new_session(systems=("", "")), options.folder)
    return open_arena(
        engine=engine,
        profiles=PROFILES,
        file=file,
        scenario=None,
        rater="ann",
        manner=Manner(ascii_only=options.ascii, slow_link=options.slow_link),
    )


if __name__ == "__main__":
    sys.exit(main())
