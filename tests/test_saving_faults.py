"""Whatever ends a save, the file is whole, holds what was said to be saved, and nothing is left."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parent / "saving_faults.py"

Outcomes = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path_factory.mktemp("faults"))],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", ["killed", "random"])
def test_kill_9_at_any_moment_leaves_a_whole_file_with_what_was_saved(
    outcomes: Outcomes, kind: str
) -> None:
    assert len(outcomes[kind]) >= 100
    for outcome in outcomes[kind]:
        assert outcome["acknowledged"] <= outcome["state"] <= outcome["acknowledged"] + 1, outcome
        assert outcome["left"] == [], outcome
        assert outcome["opens"], outcome
    dead = [outcome for outcome in outcomes[kind] if outcome["status"] == -9]
    assert len(dead) >= 97 * len(outcomes[kind]) // 100
    assert {outcome["acknowledged"] for outcome in dead} >= {1, 2}


def test_a_call_that_fails_is_said_and_the_next_save_works(outcomes: Outcomes) -> None:
    kinds = {outcome["fault"].partition("-")[0] for outcome in outcomes["refused"]}
    assert kinds == {"ENOSPC", "EIO"}
    assert len(outcomes["refused"]) >= 2 * 8
    for outcome in outcomes["refused"]:
        assert (outcome["status"], outcome["said"]) == (0, [1, 3]), outcome
        assert (outcome["state"], outcome["left"]) == (3, []), outcome


def test_a_folder_that_may_only_be_read_is_said(outcomes: Outcomes) -> None:
    assert outcomes["read-only"] == [{"status": 0, "said": [1, 1, 1], "left": []}]
