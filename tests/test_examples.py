"""The example sessions are whole, and hold what their README says."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from command_line import Command

from tui_arena.judgement import standing_marks
from tui_arena.session import FAULTS, SIDES
from tui_arena.session_schema import session_schema
from tui_arena.store import load_session

FOLDER = Path(__file__).parent.parent / "sessions" / "examples"
PLAYED = FOLDER / "20261125-162113-201c6e.json"
RUNS = (FOLDER / "20261125-183537-952312.json", FOLDER / "20261125-183707-3548ad.json")
EXAMPLES = sorted(FOLDER.glob("*.json"))
SYNTHETIC = sorted((FOLDER / "synthetic").glob("*.json"))
SCRIPTS = FOLDER.parent.parent / "scripts"


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_session_by_its_name_and_fits_the_schema(path: Path) -> None:
    assert load_session(path).id == path.stem
    jsonschema.validate(json.loads(path.read_bytes()), session_schema())
    assert path.name in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_played_dialog_has_marks_a_nudge_attempts_a_transplant_and_a_vote() -> None:
    session = load_session(PLAYED)
    turns = [turn for side in SIDES for turn in session.panes[side].turns]
    assert {"script", "correction"} <= {turn.prompt.kind for turn in turns}
    nudges = [turn for turn in turns if turn.prompt.text == "Just the API call please."]
    assert [turn.prompt.corrects is not None for turn in nudges] == [True]
    assert max(len(turn.attempts) for turn in turns) == 5
    assert [turn.origin.side for turn in turns if turn.origin is not None] == ["left"]
    assert any(attempt.marks for turn in turns for attempt in turn.attempts)
    assert [vote.verdict for vote in session.votes] == ["both-bad"]


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_every_prompt_of_a_run_was_asked_five_times_and_every_answer_rated(path: Path) -> None:
    session = load_session(path)
    for side in SIDES:
        turns = session.panes[side].turns
        assert turns
        assert {len(turn.attempts) for turn in turns} == {5}
        assert {len({a.sampler.seed for a in turn.attempts}) for turn in turns} == {5}
        assert all(standing_marks(a.marks) for turn in turns for a in turn.attempts)


def test_the_docs_have_the_scores_of_the_runs(command: Command) -> None:
    scored = command("score", *map(str, RUNS), "--check", "--format", "markdown")
    assert scored.returncode == 0, scored.stderr
    docs = (FOLDER.parent.parent / "docs" / "example-run.md").read_text(encoding="utf-8")
    assert scored.stdout.strip() in docs, "run `make example-run`"


def test_what_their_readme_says_works(command: Command) -> None:
    listed = command("sessions", str(FOLDER), "--json")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert {one["id"] for one in json.loads(listed.stdout)} == {path.stem for path in EXAMPLES}
    played = command("replay", str(PLAYED), "--text")
    assert played.returncode == 0
    assert "Just the API call please." in played.stdout
    exported = command("export", str(PLAYED), "--to", "markdown")
    assert exported.returncode == 0
    assert "Add a meeting with Fred on Nov 11 at 5PM" in exported.stdout


def test_the_synthetic_sessions_are_what_their_script_writes(tmp_path: Path) -> None:
    script = SCRIPTS / "synthetic.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True)
    written = {path.name: load_session(path) for path in tmp_path.iterdir()}
    assert written == {path.name: load_session(path) for path in SYNTHETIC}  # fields may be added
    assert sum(path.stat().st_size for path in SYNTHETIC) < 800_000


def test_the_synthetic_sessions_hold_what_is_planted_in_them() -> None:
    asked: dict[str, set[str]] = {}
    wrong: Counter[tuple[str, bool]] = Counter()
    for session in map(load_session, SYNTHETIC):
        assert session.id in {path.stem for path in SYNTHETIC}
        for turn in (turn for side in SIDES for turn in session.panes[side].turns):
            if turn.prompt.kind == "free":
                asked.setdefault(turn.response.profile, set()).add(turn.prompt.text)
                marks = standing_marks(m for m in turn.response.marks if m.by == "mara")
                query = "SQL" in turn.prompt.text
                wrong[turn.response.profile, query] += any(mark in FAULTS for mark in marks)
    assert asked["heron"] == asked["otter"]
    assert len(asked["heron"]) == 300
    assert 18 <= wrong["otter", True] <= 27
    assert wrong["heron", True] <= 5
    assert sum(bool(load_session(path).votes) for path in SYNTHETIC) == 12
