"""The commands: what they print and write, and what they refuse."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Command
from talk import everything, said, session

from tui_arena.opening import profile_of
from tui_arena.session import Imported
from tui_arena.store import SessionFile, load_session


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def saved(made, folder: Path) -> str:
    file = SessionFile(made, folder)
    file.save()
    return str(file.path)


def test_export_writes_to_stdout_and_counts_on_stderr(command: Command, tmp_path: Path) -> None:
    path = saved(everything(), tmp_path)
    done = command("export", path, "--to", "openai-jsonl")
    assert done.returncode == 0
    assert [list(json.loads(line)) for line in done.stdout.splitlines()] == [["messages"]] * 2
    assert done.stderr.splitlines()[:2] == ["Not in openai-jsonl:", "  7 marks"]


def test_export_writes_a_file_whole_and_prints_its_path(command: Command, tmp_path: Path) -> None:
    path, out = saved(everything(), tmp_path), tmp_path / "talk.html"
    out.write_text("old")
    done = command("export", path, "--to", "html", "--out", str(out))
    assert (done.returncode, done.stdout) == (0, f"{out}\n")
    assert out.read_text().endswith("</html>\n")
    assert not list(tmp_path.glob(".talk*"))
    mask = os.umask(0)
    os.umask(mask)
    assert out.stat().st_mode & 0o777 == 0o666 & ~mask


def test_export_refuses_in_one_sentence(command: Command, tmp_path: Path) -> None:
    path = saved(everything(), tmp_path)
    before = Path(path).read_bytes()
    assert "is one of the sessions" in command.refused("export", path, "--to", "csv", "--out", path)
    assert "is a folder" in command.refused("export", path, "--to", "csv", "--out", str(tmp_path))
    nowhere = str(tmp_path / "none" / "x.csv")
    assert "cannot be written" in command.refused("export", path, "--to", "csv", "--out", nowhere)
    assert "no such file" in command.refused("export", nowhere, "--to", "csv")
    assert Path(path).read_bytes() == before


def test_an_export_that_fails_leaves_the_old_file(command: Command, tmp_path: Path) -> None:
    one = session([said("l1", "Hi", "A", when=1)], [said("r1", "Hi", "B", when=1, model="two")])
    other = session([said("l2", "Hi", "A", when=1)], [said("r2", "Hi", "B", when=1)], id="other")
    paths, out = [saved(made, tmp_path) for made in (one, other)], tmp_path / "out.json"
    out.write_text("old")
    assert "two models" in command.refused(
        "export", *paths, "--to", "comparator", "--out", str(out)
    )
    assert out.read_text() == "old"


def test_import_prints_the_paths_of_sessions_that_can_be_read(
    command: Command, tmp_path: Path
) -> None:
    dialog = {
        "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    }
    path, folder = tmp_path / "them.jsonl", tmp_path / "in"
    path.write_text(json.dumps(dialog) + "\nbroken\n")
    done = command("import", str(path), "--out", str(folder))
    assert done.returncode == 1
    assert load_session(Path(done.stdout.strip())).panes.left.turns[0].response.text == "Ho"
    assert done.stderr.splitlines() == [
        "Skipped: them.jsonl, line 2: it is not JSON "
        "(JSON is malformed: invalid character (byte 0)).",
        "1 session made.",
    ]
    path.write_text(json.dumps(dialog))
    done = command("import", str(path), "--out", str(folder))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "0 sessions made, 1 record imported before.\n"


def test_import_reads_stdin(tmp_path: Path) -> None:
    row = {
        "id": "x",
        "conversations": [{"from": "human", "value": "1"}, {"from": "gpt", "value": "2"}],
    }
    done = subprocess.run(
        [sys.executable, "-m", "tui_arena", "import", "-", "--out", str(tmp_path)],
        input=json.dumps([row]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert load_session(Path(done.stdout.strip())).imported.file == "stdin"


def test_import_refuses_in_one_sentence(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"prompt": "Hi"}')
    out = ("--out", str(tmp_path / "in"))
    assert "is a folder; name the files in it" in command.refused("import", str(tmp_path), *out)
    done = command("import", str(path), *out)
    assert done.returncode == 2
    assert "say which it is with --from" in done.stderr


def test_an_imported_session_goes_on_with_models_that_there_are() -> None:
    made = session([], models=("../../elsewhere.toml", "smollm2-sampled"))
    assert profile_of(made, "left", "usual", "") == "../../elsewhere.toml"
    made.imported = Imported(format="arena", id="1", file="x", at=made.created)
    assert profile_of(made, "left", "usual", "") == "usual"
    assert profile_of(made, "right", "usual", "") == "smollm2-sampled"
