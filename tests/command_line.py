"""Running `tui-arena` as a person or a script does."""

import os
import subprocess
import sys
from pathlib import Path

TINY_PROFILE = 'preset = "/nowhere/model"\ntemplate = "chatml"\n'


class Command:
    """Runs `tui-arena` with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "LANG": "C.UTF-8",
        }

    def __call__(
        self, *arguments: str, program: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        start = ["-c", program] if program else ["-m", "tui_arena"]
        return subprocess.run(
            [sys.executable, *start, *arguments],
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def refused(self, *arguments: str, **environment: str) -> str:
        done = self(*arguments, **environment)
        assert done.returncode == 2, done
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.strip()
