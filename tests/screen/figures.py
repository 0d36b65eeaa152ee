"""What tests of screens of figures share: saved sessions, and a program that shows them."""

import contextlib
import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.judgement import toggle_mark
from tui_arena.manner import Manner
from tui_arena.score_app import ScoreApp
from tui_arena.screens.scores.showing import ScoreShowing
from tui_arena.session import SIDES, Session, new_session
from tui_arena.store import SessionFile
from tui_arena.terminal_app import TerminalApp
from tui_arena.widgets.signs import signs

NASTY = "a [/b] [@click=app.quit]q[/] \x1b]52;c;eA==\x07 \x9b2J \u202etxet 漢字 🥦"
KEYS = {" ": "space", ",": "comma"}
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def talked(*prompts: str, marks: str = "ok", names=("one", "two"), rater="ann") -> Session:
    """A session in which both sides answered; the left answers carry a mark."""
    session = new_session(systems=("", ""))
    for side, name in zip(SIDES, names, strict=True):
        profile = Profile(name=name, preset="./x", template="chatml")
        conversation = Conversation(
            side=side, record=session.panes[side], profile=profile, rater=rater
        )
        for prompt in prompts:
            turn = conversation.ask(prompt) and conversation.turns[-1]
            conversation.take(Text(f"{side} says {prompt}", 1, 20, 30))
            conversation.take(Finished(stop="end", ids=(1,), ms=40))
            if side == "left" and marks:
                toggle_mark(turn.response, marks, by=rater)
    return session


def saved(session: Session, folder: Path) -> Path:
    file = SessionFile(session, folder)
    file.save()
    return file.path


class Saved:
    """A screen of figures of saved sessions, as a program."""

    def __init__(self, app: TerminalApp, pilot: Pilot) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip).rstrip() for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*(KEYS.get(char, char) for char in text))

    async def until(self, text: str) -> None:
        for _ in range(1000):
            if text in self.text:
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"{text} never came:\n{self.text}")


@asynccontextmanager
async def figures_of(
    *paths: Path, size: tuple[int, int] = (80, 24), ascii_only: bool = False, **more
) -> AsyncIterator[Saved]:
    """Open the scores of saved sessions, and wait for them."""
    showing = ScoreShowing(
        signs=signs(ascii_only=ascii_only),
        paths=lambda: paths,
        how_to_rate="tui-arena rate walks through it.",
        **more,
    )
    app = ScoreApp(showing=showing, manner=Manner(ascii_only=ascii_only))
    async with app.run_test(size=size) as pilot:
        it = Saved(app, pilot)
        await it.until("session")
        while app.scores.figures is None and not app.scores._refused:
            await pilot.pause(0.01)
        await pilot.pause()
        yield it


def opened_on_a_terminal(*command: str | Path, home: Path, shows: bytes) -> int:
    """Run a command on a terminal until it shows something, then press q; its exit status."""
    outer, inner = pty.openpty()
    termios.tcsetwinsize(inner, (24, 80))
    streams = {"stdin": inner, "stdout": inner, "stderr": inner}
    with _started(command, home, **streams) as running:
        os.close(inner)
        drawn = b""
        while shows not in drawn:
            drawn += os.read(outer, 1 << 16)
        os.write(outer, b"q")
        with contextlib.suppress(OSError):  # its end
            while os.read(outer, 1 << 16):
                pass
        status = running.wait(timeout=30)
    os.close(outer)
    return status


def refused(*command: str | Path, home: Path) -> tuple[int, str]:
    """Run a command without a terminal; its exit status, and what it says."""
    pipes = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with _started(command, home, **pipes) as running:
        said = running.stderr.read().decode()
    return running.returncode, said


def _started(command: tuple[str | Path, ...], home: Path, **streams) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color"}
    line = [sys.executable, "-m", "tui_arena", *map(str, command)]
    return subprocess.Popen(line, env=environment, **streams)
