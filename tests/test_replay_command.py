"""`tui-arena replay` as a person or a script meets it: lines, recordings, and what is refused."""

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import pyte
import pytest
from command_line import Command
from replaying import attempt, clock, session, sitting, turn

from tui_arena.cast import _frames, _Picture, read_size
from tui_arena.commands.replay import replay
from tui_arena.errors import ArenaError
from tui_arena.key_names import written_key
from tui_arena.keymap.replaying import REPLAYING
from tui_arena.replay.lines import lines, play
from tui_arena.replay.timeline import Timeline
from tui_arena.session import Session
from tui_arena.store import SessionFile

HEAVY = ("jax", "jaxlib", "keras", "keras_hub", "tensorflow")
NASTY = "x\x1b]0;pwned\x07\x9b2J\u202e [red]"


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def saved(tmp_path: Path):
    """Save a session and return its path."""

    def save(made: Session) -> str:
        file = SessionFile(made, tmp_path)
        file.save()
        return str(file.path)

    return save


# lines


def test_lines_say_who_said_what_and_when(command: Command, saved) -> None:
    done = command("replay", saved(sitting()), "--text")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "   0:00  left    * one answers from here on",
        "   0:00  left    > What is it?",
        "   0:00  right   * two answers from here on",
        "   0:00  right   > What is it?",
        *(f"   0:00  right   | {letter}" for letter in "abcde"),
        "   0:00  right   * ended, 2 tokens, the first after 0.5 s, 0.6 s in all",
        "   0:00  left    | It is a mistake",
        "   0:00  left    * ended, 5 tokens, the first after 0.5 s, 0.9 s in all",
        "   0:02  left    * ada marked ok",
        "   0:02  left    * ada took back ok",
        "   0:03  left    * ada marked mistake",
        "   0:06  left    > Think again. (correction)",
        "   0:06  left    | It is **right** now",
        "   0:06  left    * ended, 5 tokens, the first after 0.5 s, 0.9 s in all",
        "   0:09  both    * ada voted: left is better",
    ]


def test_each_line_is_written_when_its_last_word_came() -> None:
    slow = attempt("a", "one two\nthree four", at=0, pace=1)
    it = Timeline(session([turn("t", "go", slow, at=0)]))
    found = {line.text: line.at for line in lines(it)}
    assert found["one two"] == 1500  # where the line's end came
    assert found["three four"] == 2500
    wrapped = [line.text for line in lines(it, width=20) if line.sign == "|"]
    assert wrapped == ["one two", "three four"]
    narrow = attempt("a", "word " * 20 + "x" * 70, at=0)
    it = Timeline(session([turn("t", "go", narrow, at=0)]))
    shown = [line.shown(ascii_only=False) for line in lines(it, width=60) if line.sign == "|"]
    assert max(map(len, shown)) == 60
    assert sum(line.count("word") for line in shown) == 20


def test_playing_waits_as_long_as_it_was_and_faster_at_a_higher_speed() -> None:
    it = lines(Timeline(sitting()))
    for speed in (1.0, 4.0, None):
        now, written = [50.0], []
        play(
            it,
            written.append,
            speed=speed,
            clock=lambda now=now: now[0],
            sleep=lambda seconds, now=now: now.__setitem__(0, now[0] + seconds),
        )
        assert len(written) == len(it)
        waited = it[-1].at / 1000 / speed if speed else 0
        assert now[0] - 50 == pytest.approx(waited)


def test_lines_are_safe_to_show(command: Command, saved) -> None:
    made = session(
        [
            turn(
                "t",
                NASTY,
                attempt("a", NASTY, at=0, profile=NASTY, stop="error", error=NASTY),
                at=0,
            )
        ]
    )
    path = saved(made)
    shown = command("replay", path, "--text", PYTHONUTF8="1").stdout
    assert "␛]0;pwned␇<U+009B>2J<U+202E> [red]" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert command("replay", path, "--text", "--ascii", PYTHONUTF8="1").stdout.isascii()


def test_a_reader_that_has_read_enough_is_no_fault(command: Command, saved) -> None:
    many = [turn(f"t{n}", "go", attempt(f"a{n}", "a b", at=n), at=n) for n in range(3000)]
    path = saved(session(many))
    program = (
        "import subprocess, sys\n"
        f"it = subprocess.Popen([sys.executable, '-m', 'tui_arena', 'replay', {path!r}, '--text'],"
        " stdout=subprocess.PIPE)\n"
        "it.stdout.readline(); it.stdout.close()\n"
        "sys.exit(it.wait() != 1)"
    )
    done = command(program=program)
    assert (done.returncode, done.stderr) == (0, "")


# recordings


def read_cast(path: Path) -> tuple[dict, list[tuple[float, str]]]:
    """Read a recording as strictly as the form asciicast v2 says; return header and output."""
    raw = path.read_bytes().decode("utf-8")
    assert raw.endswith("\n")
    head, *rest = raw.removesuffix("\n").split("\n")
    header = json.loads(head)
    assert isinstance(header, dict)
    assert header["version"] == 2
    for name in ("width", "height"):
        assert type(header[name]) is int
        assert header[name] > 0
    known = {"version", "width", "height", "timestamp", "duration", "idle_time_limit", "command",
             "title", "env", "theme"}  # fmt: skip
    assert header.keys() <= known
    assert all(isinstance(value, str) for value in header["env"].values())
    events = [json.loads(line) for line in rest]
    last = 0.0
    for at, kind, data in events:
        assert isinstance(at, int | float)
        assert at >= last
        assert kind == "o"
        assert isinstance(data, str)
        last = at
    assert header["duration"] == pytest.approx(last)
    return header, [(at, data) for at, _, data in events]


def screen_at(events: list[tuple[float, str]], size: tuple[int, int], seconds: float) -> str:
    """What a player shows at a time."""
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for at, data in events:
        if at <= seconds:
            stream.feed(data)
    return "\n".join(screen.display)


def test_a_recording_shows_what_the_replay_shows(command: Command, saved, tmp_path: Path) -> None:
    made, out = sitting(), tmp_path / "it.cast"
    path = saved(made)
    done = command("replay", path, "--cast", str(out), "--size", "80x24", "--speed", "8")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{out}\n")
    header, events = read_cast(out)
    assert (header["width"], header["height"]) == (80, 24)
    assert header["duration"] == pytest.approx(Timeline(made).length / 1000 / 8, abs=0.002)
    assert max(b - a for (a, _), (b, _) in pairwise(events)) <= 1
    begin, middle, end = (screen_at(events, (80, 24), at) for at in (0, 0.2, 99))
    assert "What is it?" in begin
    assert "It is" not in begin
    assert "It is a mistake" in middle
    assert "🍄" not in middle
    assert "🍄" in end
    assert "It is right now" in end
    assert "ended 8x" in end
    assert len(out.read_bytes()) < 20_000
    again = tmp_path / "again.cast"
    command("replay", path, "--cast", str(again), "--size", "80x24", "--speed", "8")
    assert again.read_bytes() == out.read_bytes()
    written = "".join(data for _, data in events)
    kinds = set(re.findall(r"\x1b(\[[?]?)[\d;]*([@-~])", written))
    assert {final for _, final in kinds} <= set("mHhlJ")


def test_a_recording_of_weeks_has_no_more_pictures_than_another() -> None:
    assert len(_frames(10**15, 1.0)) <= 5001
    assert _frames(1000, 1.0) == [0, 125, 250, 375, 500, 625, 750, 875, 1000]
    assert _frames(0, 1.0) == [0]


def test_only_what_differs_is_written() -> None:
    from rich.segment import Segment
    from rich.style import Style
    from textual.strip import Strip

    red = Style.parse("red")

    def strip(text: str) -> Strip:
        return Strip([Segment(text[:4]), Segment(text[4:], red)])

    it = _Picture()
    screen = pyte.Screen(10, 2)
    stream = pyte.Stream(screen)
    for rows in (["ab 🔥 cdef", "..........", ], ["ab 🔥 cxef", ".........."],
                 ["aé 🔥 cxef", "....🍄...."], ["ae\u0301 🔥 cxef", ".........."]):  # fmt: skip
        change = it.change([strip(row) for row in rows])
        stream.feed(change)
        assert [*screen.display] == [unicodedata.normalize("NFC", row) for row in rows]
    assert it.change([strip("ae\u0301 🔥 cxef"), strip("..........")]) == ""


def test_a_recording_never_takes_the_place_of_a_file(command: Command, saved, tmp_path) -> None:
    path = saved(sitting())
    kept = Path(path).read_bytes()
    assert "is there already" in command.refused("replay", path, "--cast", path)
    assert Path(path).read_bytes() == kept
    missing = tmp_path / "none" / "it.cast"
    assert "cannot be written: No such file" in command.refused(
        "replay", path, "--cast", str(missing)
    )


@pytest.mark.parametrize("size", ["", "80", "80x", "0x0", "39x24", "80x9", "9999x9999", "80x24x2"])
def test_sizes_that_cannot_be_are_refused(size: str) -> None:
    with pytest.raises(ArenaError, match="--size"):
        read_size(size)


# its description


def test_the_description_names_the_keys_and_options_that_there_are() -> None:
    text = (Path(__file__).parent.parent / "docs" / "replay.md").read_text(encoding="utf-8")
    table = text.partition("| Key | Does |")[2].partition("\n\n")[0]
    keys = " ".join(row.split("|")[1] for row in table.splitlines()[2:])
    named = set(keys.replace(", ", " ").replace("`", " ").split())
    there = {written_key(key) for command in REPLAYING for key in command.keys}
    assert named <= there
    for command in REPLAYING:
        if command.id != "interrupt":
            assert named & {written_key(key) for key in command.keys}, command.id
    options = {option for parameter in replay.params for option in parameter.opts}
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    assert {"--text", "--cast"} <= used <= options


# what is refused, and what is loaded


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "The replay needs a terminal"),
        (["--text", "--cast", "x"], "do not go together"),
        (["--no-wait"], "belongs to --text"),
        (["--size", "80x24"], "add --cast FILE"),
        (["--text", "--no-wait", "--speed", "2"], "do not go together"),
        (["--speed", "0.1"], "0.25"),
        (["--text", "--speed", "nan"], "nan"),
    ],
)
def test_what_cannot_be_is_one_sentence(command: Command, saved, options, said: str) -> None:
    assert said in command.refused("replay", saved(sitting()), *options)


def test_a_session_that_cannot_play_is_one_sentence(command: Command, saved, tmp_path) -> None:
    path = saved(session())
    assert command.refused("replay", path, "--text") == (
        f"{path}: The session has no turns, so there is nothing to replay."
    )
    assert "no such file" in command.refused("replay", str(tmp_path / "none.json"), "--text")
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": "tui-arena/session/1"')
    assert "damaged" in command.refused("replay", str(broken), "--text")


def odd_sessions() -> dict[str, Session]:
    """Sessions that a program could write, and that nobody held."""
    many = sitting()
    many.panes.left.turns[0].response.timing.chunks = [(n, 0) for n in range(200_000)]
    far = deepcopy(sitting())
    far.panes.left.turns[0].prompt.at = "9999-12-31T23:59:59-23:59"
    far.panes.right.turns[0].response.timing.chunks = [(2**53 - 1, 2**53 - 1)]
    alone = session([], sitting().panes.right.turns)
    never = session([turn("t", "", attempt("a", "", at=0, finished=False), at=0)])
    early = session([turn("t", "go", attempt("a", "a b", at=-3e9), at=0)])
    return {"many": many, "far": far, "alone": alone, "never": never, "early": early}


@pytest.mark.parametrize("name", odd_sessions())
def test_odd_sessions_play(command: Command, saved, name: str) -> None:
    done = command("replay", saved(odd_sessions()[name]), "--text")
    assert (done.returncode, done.stderr) == (0, "")
    assert " > " in done.stdout or name == "never"


def test_a_replay_on_a_terminal_loads_neither_jax_nor_keras(
    command: Command, saved, tmp_path: Path
) -> None:
    found = tmp_path / "loaded"
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        f"finally: open({str(found)!r}, 'w').write(repr([m for m in {HEAVY} if m in sys.modules]))"
    )
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", program, "replay", saved(sitting())],
        env=command.environment | {"TERM": "xterm-256color", "PYTHONUTF8": "1"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    try:
        while running.poll() is None:
            shown += os.read(ours, 65536)
            if b"What is it?" in shown:
                os.write(ours, b"q")
    except OSError:
        pass  # the terminal has nobody any more
    os.close(ours)
    assert running.wait(timeout=30) == 0
    assert found.read_text() == "[]"
    assert b"playing 1x" in shown


def test_clocks_of_sessions_are_the_same_on_every_machine(command: Command, saved) -> None:
    path = saved(sitting())
    here, there = (command("replay", path, "--text", TZ=zone).stdout for zone in ("UTC", "JST-9"))
    assert here == there
    assert clock(0) in Path(path).read_text()
