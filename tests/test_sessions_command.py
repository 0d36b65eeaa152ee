"""`tui-arena sessions` as a person or a script meets it."""

import json
import re
from pathlib import Path

import pytest
from command_line import TINY_PROFILE, Command
from test_cli import HEAVY
from test_library import NASTY, saved

from tui_arena.cells import cells
from tui_arena.session import MarkEntry
from tui_arena.stamps import now
from tui_arena.store import SessionFile, load_session

HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    made = Command(tmp_path)
    config = tmp_path / "config" / "tui_arena"
    config.mkdir(parents=True)
    (tmp_path / "saved").mkdir()
    (config / "config.toml").write_text(f'sessions = "{tmp_path / "saved"}"\n')
    return made


@pytest.fixture
def folder(tmp_path: Path, command: Command) -> Path:
    return tmp_path / "saved"


def marked(path: Path) -> None:
    session = load_session(path)
    for n, mark in enumerate(("ok", "mistake", "mistake", "many", "recurring", "fixed")):
        attempt = session.panes["left" if n % 2 else "right"].turns[0].response
        attempt.marks.append(MarkEntry(mark=mark, action="add", by="ada", at=now()))
    SessionFile(session, path.parent).save()


def test_the_list_fits_any_width_whatever_stands_in_the_sessions(
    command: Command, folder: Path
) -> None:
    old = saved(folder, "An old prompt", updated="2019-11-22T14:03:00.000+00:00")
    mine = saved(folder, "x", title="漢字" * 40, tags=["good"], scenario="calendar")
    marked(mine)
    saved(folder, "x", title=NASTY * 600, tags=[NASTY], scenario=NASTY)
    ends = saved(folder, "x", updated="0001-01-01T00:00:00.000+00:00")
    for width in (40, 60, 80, 120, 200):
        done = command("sessions", COLUMNS=str(width))
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert len(lines) == 5
        assert all(cells(line) <= width for line in lines), done.stdout
        assert not HARMFUL.search(done.stdout)
    head, *rows = lines
    assert " ".join(head.split()) == "ID WHEN TITLE MODELS TURNS MARKS UNRATED SCENARIO TAGS"
    row = next(row for row in rows if "漢字漢字" in row)
    for part in (mine.stem[-6:], "of-left, of-right", "1✔ 2🍄", "🔥🔥 1(🍄)", "calendar", "good"):
        assert part in row
    assert rows[2].startswith(old.stem[-6:])
    assert "2019-11-22" in rows[2]
    assert "› An old prompt" in rows[2]
    assert rows[3].startswith(ends.stem[-6:])
    plain = command("sessions", COLUMNS="80", PYTHONIOENCODING="ascii").stdout
    assert plain.isascii()
    assert max(map(len, plain.splitlines())) <= 80


def test_a_pipe_gets_whole_lines(command: Command, folder: Path) -> None:
    saved(folder, "x", title="A title of a good length that is whole", tags=["one", "two"])
    out = command("sessions").stdout
    assert "A title of a good length that is whole" in out
    assert "one, two" in out


def test_json_is_for_programs(command: Command, folder: Path) -> None:
    path = saved(folder, "x", title=NASTY, tags=["a"])
    marked(path)
    done = command("sessions", "--json")
    assert done.stdout.isascii()
    (entry,) = json.loads(done.stdout)
    assert entry["path"] == str(path)
    assert entry["title"] == NASTY
    assert entry["turns"] == {"left": 1, "right": 1}
    assert entry["marks"]["mistake"] == 2
    assert entry["unrated"] == 0
    assert entry["profiles"] == ["of-left", "of-right"]
    assert "text" not in entry


def test_filters_and_places(command: Command, folder: Path, tmp_path: Path) -> None:
    one = saved(folder, "fred and the meeting", tags=["good"], scenario="calendar")
    two = saved(folder, "prompt", title="Rivers", answer="The Seine.")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    far = saved(elsewhere, "x")

    def found(*arguments: str) -> list[str]:
        done = command("sessions", "--json", *arguments)
        return sorted(entry["path"] for entry in json.loads(done.stdout))

    assert found() == sorted(map(str, (one, two)))
    assert found("--tag", "Good") == [str(one)]
    assert found("--scenario", "cal", "--model", "of-l") == [str(one)]
    assert found("--model", "gemma") == []
    assert found("--text", "seine") == [str(two)]
    assert found("--text", "RIVERS") == [str(two)]
    assert found("-n", "1") == [str(two)]
    assert found(str(elsewhere), str(one), str(one)) == sorted(map(str, (one, far)))
    assert found("list", str(elsewhere)) == [str(far)]
    done = command("sessions", "--tag", "none")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "There is no such session.\n"


def test_files_that_cannot_be_read_are_named_and_counted(command: Command, folder: Path) -> None:
    good = saved(folder, "x")
    (folder / "torn\x1b[2J.json").write_text("{")
    (folder / "other.json").write_text('{"schema": "tui-arena/session/9"}')
    done = command("sessions")
    assert done.returncode == 2
    assert good.stem[-6:] in done.stdout
    assert len(done.stdout.splitlines()) == 2
    assert "torn␛[2J.json" in done.stderr
    assert "other.json" in done.stderr
    assert "2 files could not be read; `tui-arena sessions repair FILE`" in done.stderr
    missing = command("sessions", str(folder / "nowhere.json"))
    assert missing.returncode == 2
    assert "1 file could not be read; " in missing.stderr


def test_names_tags_and_trash(command: Command, folder: Path) -> None:
    path = saved(folder, "x")
    short = path.stem[-6:]
    assert "had no title" in command("sessions", "rename", short, " My  title ").stderr
    assert load_session(path).title == "My title"
    assert "its title was “My title”" in command("sessions", "rename", str(path), "").stderr
    assert load_session(path).title == ""
    command("sessions", "tag", short, "a", "b b")
    assert "c; before: a, b b." in command("sessions", "tag", short, "c", "a").stderr
    assert load_session(path).tags == ["a", "b b", "c"]
    command("sessions", "untag", short, "B B")
    assert load_session(path).tags == ["a", "c"]
    assert "at most 200" in command.refused("sessions", "rename", short, "x" * 300)
    assert "There is no session zzzz" in command.refused("sessions", "rename", "zzzz", "x")

    raw = path.read_bytes()
    assert "is in the trash" in command("sessions", "delete", short).stderr
    assert not path.exists()
    assert command("sessions").stderr == "There is no session yet.\n"
    assert short in command("sessions", "--trash").stdout
    assert command("sessions", "restore", short).stdout == f"{path}\n"
    assert path.read_bytes() == raw
    assert command("sessions", "--trash").stdout == ""
    assert "in the trash" in command.refused("sessions", "restore", short)


def test_help_names_the_actions_and_a_list_loads_nothing_heavy(
    command: Command, folder: Path
) -> None:
    saved(folder, "x", title="漢字 🥦")
    said = command("sessions", "--help").stdout
    assert all(f"\n  {name} " in said for name in ("list", "rename", "tag", "delete", "restore"))
    program = (
        "import sys, tui_arena.cli\n"
        "try: tui_arena.cli.main()\n"
        f"finally: print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    done = command("sessions", program=program)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_the_last_session_is_resumed_and_any_by_its_id(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    assert "There is no session in" in command.refused("--resume")
    (tmp_path / "of-left.toml").write_text(TINY_PROFILE)
    (tmp_path / "of-right.toml").write_text(TINY_PROFILE)
    profiles = ("--profiles", str(tmp_path))
    old = saved(folder, "x", updated="2020-01-01T00:00:00.000+00:00")
    session = load_session(old)
    session.panes.left.profile = "of-the-old"
    SessionFile(session, folder).save()
    saved(folder, "y")
    for last in (("--resume",), ("--resume", "last")):
        assert "needs a terminal" in command.refused(*profiles, *last)
    assert "of-the-old" in command.refused(*profiles, "--resume", old.stem[-6:])
    empty = tmp_path / "empty"
    said = command.refused(*profiles, "--sessions", str(empty), "--resume")
    assert f"There is no session in {empty}" in said
    assert "leave out --sessions" in command.refused("--sessions", "x", "--resume", str(old))


@pytest.mark.parametrize("spelling", ["repair", "--repair"])
def test_repair_saves_what_can_be_read_and_says_what_is_lost(
    command: Command, folder: Path, spelling: str
) -> None:
    path = saved(folder, "A prompt with \x1b[2J and no end")
    half = path.read_bytes()[:-200]
    path.write_bytes(half)
    done = command("sessions", spelling, path.stem)
    assert done.returncode == 0
    repaired = Path(done.stdout.strip())
    assert repaired == folder / f"{path.stem}-repaired.json"
    assert (
        load_session(repaired).panes.left.turns[0].prompt.text == "A prompt with \x1b[2J and no end"
    )
    assert path.read_bytes() == half
    assert "is where the file breaks off" in done.stderr
    assert f"{path.name} stays as it is" in done.stderr
    assert not HARMFUL.search(done.stderr)


def test_repair_leaves_whole_files_alone_and_says_where_nothing_can_be_read(
    command: Command, folder: Path
) -> None:
    whole, empty = saved(folder, "A prompt"), folder / "empty.json"
    empty.write_bytes(bytes(50))
    done = command("sessions", "repair", str(whole), str(empty))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{whole.name} is whole; there is nothing to repair." in done.stderr
    assert "empty.json: nothing of a session can be read in it." in done.stderr
    assert set(folder.glob("*.json")) == {whole, empty}
    assert "repair" in command.refused("--resume", str(empty))
