"""The real arena on a scripted engine, as a program: for tests on a real terminal.

`python -m tests.screen.program FOLDER [--pace S] [--hold-loads] [--ascii] [--answer TEXT]...`
"""

import argparse
import sys
from pathlib import Path

from tui_arena.app import open_arena
from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.session import new_session
from tui_arena.store import SessionFile

PROFILES = (
    Profile(name="smollm2", title="smollm2-135m", preset="./smollm2", template="chatml"),
    Profile(name="other", title="smollm2-calendar", preset="./other", template="chatml"),
)


class LoadsSlowly(ScriptedEngine):
    """Loads in steps that can be watched."""

    def load(self, profile):
        import asyncio

        self.hold_loads = True
        stream = super().load(profile)
        loop = asyncio.get_running_loop()
        for step in range(20):
            stage = ("getting weights", "converting", "compiling")[step // 7]
            loop.call_later(0.3 * step, self.report_load, stage, step / 20)
        loop.call_later(6, self.finish_load, profile.name)
        return stream


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pace", type=float, default=0.02)
    parser.add_argument("--hold-loads", action="store_true")
    parser.add_argument("--slow-load", action="store_true")
    parser.add_argument("--fail-load", action="store_true")
    parser.add_argument("--ascii", action="store_true")
    parser.add_argument("--answer", action="append", default=[])
    options = parser.parse_args()
    kind = LoadsSlowly if options.slow_load else ScriptedEngine
    engine = kind(pace=options.pace, hold_loads=options.hold_loads)
    if options.fail_load:
        engine.fail_next_load("other", "The file other.gguf is damaged; get it again.")
    for answer in options.answer:
        raw = answer.encode("latin-1", "backslashreplace").decode("unicode_escape")
        engine.enqueue(raw, side="left")
        engine.enqueue(raw, side="right")
    file = SessionFile(new_session(systems=("", "")), options.folder)
    sys.stdout.write("noise of a library on stdout\n")
    return open_arena(
        engine=engine,
        profiles=PROFILES,
        file=file,
        scenario=None,
        rater="ann",
        ascii_only=options.ascii,
    )


if __name__ == "__main__":
    sys.exit(main())
