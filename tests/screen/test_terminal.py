"""The arena on a real terminal: what bytes reach it, and how it ends."""

import codecs
import errno
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

from tui_arena.session import Session
from tui_arena.store import load_session

ROOT = Path(__file__).parents[2]

# The child itself takes the terminal as its own: JAX's threads in this process forbid to fork and
# run Python in between.
PROGRAM = "tests.screen.program"
OWN_TERMINAL = f"""
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "{PROGRAM}", *sys.argv[1:]])
"""


class Terminal:
    """A program on a pty, with everything it wrote and what that looks like."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        size: tuple[int, int] = (80, 24),
        owned: bool = True,
        **env: str,
    ):
        """With `owned` False no signal of the terminal reaches the program."""
        self.folder = folder
        (folder / "sessions").mkdir(exist_ok=True)
        self.bytes = b""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TEXTUAL_THEME")}
        self.program = subprocess.Popen(
            [
                *(sys.executable, *(("-c", OWN_TERMINAL) if owned else ("-m", PROGRAM))),
                *(str(folder / "sessions"), *options),
            ],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            start_new_session=True,
            env=clean
            | {"TERM": "xterm-256color", "HOME": str(folder), "PYTHONUTF8": "1"}
            | {"XDG_STATE_HOME": str(folder / "state"), "XDG_DATA_HOME": str(folder / "data")}
            | env,
        )
        self.slave = slave

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program wrote."""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                got = os.read(self.master, 65536)
            except OSError as problem:
                if problem.errno != errno.EIO:
                    raise
                return
            if not got:
                return
            self.bytes += got
            # pyte knows no kitty keys; private sequences such as these draw nothing.
            self._stream.feed(re.sub(rb"\x1b\[[<>=?][\d;]*[a-zA-Z$]*[a-zA-Z]", b"", got))
            seconds = 0

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.master, text.encode())

    def until(self, holds: Callable[[], object] | str, seconds: float = 60) -> None:
        """Wait until something holds, or until a text is on the screen."""
        deadline = time.monotonic() + seconds
        while not (holds in self.text if isinstance(holds, str) else holds()):
            assert time.monotonic() < deadline, f"never came: {holds}\n{self.text}"
            self.read()

    def end(self, seconds: float = 60) -> int:
        """Wait for the program's end and return its status."""
        deadline = time.monotonic() + seconds
        while self.program.poll() is None:
            assert time.monotonic() < deadline, "the program did not end"
            self.read()
        self.read()
        return self.program.returncode

    @property
    def session(self) -> Session:
        """The session on the disk."""
        (path,) = (self.folder / "sessions").glob("*.json")
        return load_session(path)

    def close(self) -> None:
        """Let nothing behind."""
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def open_it(*options: str, **more) -> Terminal:
        opened.append(Terminal(tmp_path, *options, **more))
        opened[-1].until("writing")
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


def test_escape_sequences_of_a_model_reach_the_terminal_only_as_pictures(terminal) -> None:
    attacks = [
        r"\x1b]52;c;cHduZWQ=\x07",
        r"\x1b]0;pwned\x1b\\",
        r"\x1b[2J\x1b[31m",
        r"\x9b2J\x9d0;pwned\x9c",
        r"\u202etxet\u2066",
        r"[/b] [@click=app.quit]q[/] [red]",
        r"\x7f\x08\r\v\f\x00",
    ]
    it = terminal("--answer", "**A** " + " ".join(attacks) + " END", "--pace", "0.005")
    it.type("go\r")
    it.until("END")
    it.until(lambda: it.session.panes.right.turns[0].response.timing.finished)
    it.read(0.5)
    raw = it.session.panes.left.turns[0].response.text
    assert "\x1b]52;c;cHduZWQ=\x07" in raw
    written = it.bytes.decode("utf-8")
    assert "␛]52;c;cHduZWQ=␇" in it.text.replace("\n", "")
    assert "[@click=app.quit]" in it.text
    assert "\x1b]52" not in written
    assert "\x1b]0" not in written
    assert "pwned\x1b\\" not in written
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", written)
    # What Textual itself sends while nobody resizes or quits is drawing and nothing else.
    after = written[written.index("writing") :]
    assert "\x1b[2J" not in after
    assert not re.search("[\x00-\x06\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]", after)
    kinds = set(re.findall(r"\x1b(\[[?<>=]?)?[\d;:]*([@-~])", after))
    assert {final for _, final in kinds} <= set("mHhlupJKABCDGd"), kinds


def test_escape_and_a_digit_may_arrive_as_one(terminal) -> None:
    it = terminal("--pace", "0.001")
    it.type("hi\r")
    it.until(lambda: "ready" in it.text and "You said: hi" in it.text)
    it.type("\x1b2")
    it.until("🍄")
    it.until("commanding left")
    it.type("i£\u2122")
    it.until("£™")
    it.type("\x1b-")
    it.until(lambda: it.text.count("🔥🔥") == 1)
    it.type("i\x1bG\x1b/said")
    it.until("find: said")
    assert "£™" in it.text
    it.type("\r")
    it.until("1 of 1 on the left")
    it.type("i\x1b&")
    it.until(lambda: it.text.count("vote: a tie") == 2)


def test_keys_act_in_their_order_however_many_arrive_at_once(terminal) -> None:
    it = terminal("--pace", "0.001")
    it.type("one\ntwo\rthree\x1b82ifour")
    it.until("threefour")
    it.until(lambda: it.text.count("🍄") == 2)
    prompts = [turn.prompt.text for turn in it.session.panes.left.turns]
    assert prompts == ["one\ntwo"]


def test_pasted_escape_sequences_are_pictures_on_the_writing_line(terminal) -> None:
    it = terminal()
    it.type("\x1b[200~a\x1b]0;x\x1b[2Jb\nsecond\x1b[201~")
    it.until("second")
    assert "\x1b]0" not in it.bytes.decode()
    assert not list((it.folder / "sessions").glob("*.json"))


def test_what_libraries_print_goes_to_the_log_only(terminal) -> None:
    it = terminal("--noise")
    it.type("hi\r")
    it.until("You said")
    it.until(lambda: it.session.panes.right.turns[0].response.timing.finished)
    it.type("\x11")
    assert it.end() == 0
    log = (it.folder / "state" / "tui_arena" / "arena.log").read_text()
    for line in ("python on stdout", "python on stderr", "native on 1", "native on 2", "child"):
        assert line in log
        assert line.encode() not in it.bytes


def test_quitting_gives_the_terminal_back(terminal) -> None:
    it = terminal()
    it.type("hi\r")
    it.until("You said: hi")
    it.until(lambda: it.session.panes.right.turns[0].response.timing.finished)
    it.type("\x1b")
    it.until("commanding")
    it.type("q")
    assert it.end(5) == 0
    end = it.bytes[-400:]
    for sequence in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?2004l", b"\x1b[?1003l", b"\x1b[<u"):
        assert sequence in end
    assert termios.tcgetattr(it.slave)[3] == it.before[3]
    assert it.session.panes.left.turns[0].response.text == "You said: hi"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_signals_save_and_end(terminal, number: int, status: int) -> None:
    it = terminal("--answer", "word " * 4000)
    it.type("go\r")
    it.until("word word")
    began = time.monotonic()
    it.program.send_signal(number)
    assert it.end() == status
    assert time.monotonic() - began < 20
    response = it.session.panes.left.turns[0].response
    assert response.text.startswith("word word")
    assert b"\x1b[?1049l" in it.bytes
    assert b"Traceback" not in it.bytes


@pytest.mark.parametrize("owned", [True, False], ids=["with SIGHUP", "without"])
def test_a_link_that_dies_saves_and_ends(terminal, owned: bool) -> None:
    it = terminal("--answer", "word " * 4000, owned=owned)
    it.type("go\r")
    it.until("word word")
    os.close(it.slave)
    os.close(it.master)  # the kernel sends SIGHUP to the owner, and every write fails from now on
    it.slave = it.master = -1
    began = time.monotonic()
    it.program.wait(timeout=30)
    assert time.monotonic() - began < 20
    assert it.session.panes.left.turns[0].response.text.startswith("word word")


def test_a_terminal_that_takes_nothing_any_more_does_not_hold_the_end_up(terminal) -> None:
    it = terminal("--answer", "word " * 4000, size=(200, 60))
    it.type("go\r")
    it.until("word word")
    time.sleep(2)  # nobody reads: the pty fills up, and drawing blocks the program
    began = time.monotonic()
    it.program.send_signal(signal.SIGTERM)
    it.program.wait(timeout=30)
    assert time.monotonic() - began < 20
    assert it.session.panes.left.turns[0].response.text.startswith("word word")


@pytest.mark.parametrize("after", [0.3, 0.9, 1.6])
def test_kill_9_loses_at_most_the_last_second(terminal, after: float) -> None:
    it = terminal("--answer", "".join(f"w{n} " for n in range(4000)), "--pace", "0.01")
    it.type("go\r")
    it.until("w1 ")
    seen: list[tuple[float, int]] = []
    until = time.monotonic() + 1 + after
    while time.monotonic() < until:
        it.read(0.02)
        words = re.findall(r"w(\d+)", it.text)
        seen.append((time.monotonic(), max(map(int, words), default=0)))
    killed = time.monotonic()
    it.program.kill()
    it.program.wait()
    shown = [n for at, n in seen if at < killed - 1.0]
    saved = [it.session.panes[side].turns[0].response.text for side in ("left", "right")]
    assert max(len(text.split()) for text in saved) >= shown[-1]
    json.loads(next((it.folder / "sessions").glob("*.json")).read_text())


def test_an_error_nobody_expected_ends_in_one_sentence_and_saves(terminal) -> None:
    it = terminal("--crash")
    it.type("hi\r")
    assert it.end() == 1
    said = it.bytes.decode().rpartition("\x1b[?1006l")[2].strip()
    assert said.startswith("The arena ended because of an error it did not expect; it is in ")
    assert said.count("\n") == 0
    assert "Traceback" not in it.bytes.decode()
    log = (it.folder / "state" / "tui_arena" / "arena.log").read_text()
    assert "the engine met something new" in log
    assert it.session.panes.left.turns[0].prompt.text == "hi"


def test_an_engine_that_never_lets_go_does_not_hold_the_end_up(terminal) -> None:
    it = terminal("--stuck")
    it.type("\x11")
    began = time.monotonic()
    assert it.end() == 0
    assert time.monotonic() - began < 20


def test_ascii_writes_ascii_only(terminal) -> None:
    it = terminal("--ascii", "--answer", "naïve 🍄 — ✔ **b**")
    it.type("hi\r")
    it.until("naive")
    it.type("\x1b")
    it.until("commanding")
    it.type("12")
    it.until("OK  MISTAKE")
    it.type("?")
    it.until("Help")
    assert it.bytes.isascii()


def test_no_color_writes_no_colour(terminal) -> None:
    it = terminal(NO_COLOR="1")
    it.type("hi\r")
    it.until("You said: hi")
    it.read(0.3)
    for codes in re.findall(rb"\x1b\[([\d;:]*)m", it.bytes):
        numbers = [int(n) for n in codes.split(b";") if n]
        assert not any(30 <= n <= 38 or 40 <= n <= 48 or 90 <= n <= 107 for n in numbers), codes
    codecs.decode(it.bytes, "utf-8")


def script(folder: Path, body: str) -> str:
    """Make a program for the shell, and return its path."""
    path = folder / "program.sh"
    path.write_text(f"#!/bin/sh\necho\n{body}\n")
    path.chmod(0o700)
    return str(path)


def test_the_prompt_comes_back_whole_from_the_editor(terminal, tmp_path: Path) -> None:
    editor = script(
        tmp_path,
        'echo "EDITING $(cat "$1") in $(stat -c %a "$1")"; read go; printf "two\\nlines\\n" > "$1"',
    )
    it = terminal(VISUAL="", EDITOR=editor)
    it.type("draft\x07")
    it.until("EDITING draft in 600")
    it.type("\n")
    it.until("lines")
    it.type("!\r")
    it.until(lambda: it.text.count("You said: two") == 2)
    it.until(lambda: it.session.panes.left.turns[0].prompt.text == "two\nlines!")


def test_an_editor_that_fails_leaves_the_text_as_it_was(terminal, tmp_path: Path) -> None:
    it = terminal(VISUAL=script(tmp_path, 'echo lost > "$1"; exit 3'))
    it.type("draft\x07")
    it.until("“program.sh” ended with status 3.")
    it.type("!")
    it.until("draft!")


def test_an_answer_streams_on_unseen_while_another_is_read_in_the_pager(
    terminal, tmp_path: Path
) -> None:
    pager = script(tmp_path, 'echo "PAGING $(head -c 3 "$1")"; read go')
    answer = " ".join(f"w{n}" for n in range(60))
    it = terminal("--pace", "0.01", "--answer", answer, PAGER=pager)
    it.type("hi\r")
    it.until("w2")
    it.type("\x1bL")
    it.until("PAGING w0")
    it.read(0.1)
    drawn = len(it.bytes)
    it.until(lambda: it.session.panes.left.turns[0].response.timing.finished)
    assert len(it.bytes) == drawn
    it.type("\n")
    it.until("w59")
    it.type("q")
    assert it.end() == 0


def test_ctrl_c_ends_the_pager_and_not_the_arena(terminal, tmp_path: Path) -> None:
    it = terminal("--pace", "0.001", PAGER=script(tmp_path, "echo PAGING; read go"))
    it.type("hi\r")
    it.until("You said")
    it.type("\x1bL")
    it.until("PAGING")
    it.type("\x03")
    it.until("“program.sh” was ended by signal 2.")
    it.type("i!")
    it.until("!")


def test_few_bytes_are_written_for_a_token_and_fewer_over_a_slow_link(tmp_path) -> None:
    answer = "A few words on each of the lines, to be drawn again and again. " * 16
    written = []
    for number, options in enumerate(([], ["--slow-link"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        it = Terminal(folder, *options, "--pace", "0.01", "--answer", answer + "END")
        try:
            it.until(lambda it=it: it.text.count("ready") == 2)
            before = len(it.bytes)
            it.type("go\r")
            it.until(lambda it=it: it.text.count("END") == 2)
            written.append(len(it.bytes) - before)
        finally:
            it.close()
    tokens = 2 * len(answer.split())
    assert written[0] < 1536 * tokens / 4, written
    assert written[1] < 512 * tokens / 4, written
    assert written[1] < 0.8 * written[0], written
