"""The JSON Schema says of real files what the arena says of them."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import Command
from test_session import some_session

from tui_arena.session import SessionError, new_session
from tui_arena.session_json import decode_session, encode_session
from tui_arena.session_schema import session_schema

ROOT = Path(__file__).parent.parent
FULL = ROOT / "tests" / "sessions" / "version-1-full.json"
VALIDATOR = jsonschema.Draft202012Validator(session_schema())


def passes(data: Any) -> bool:
    return VALIDATOR.is_valid(data)


def is_read(data: Any) -> bool:
    try:
        decode_session(json.dumps(data).encode())
    except SessionError:
        return False
    return True


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    data = json.loads(FULL.read_bytes())
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(session_schema())


def test_files_that_are_sessions_pass() -> None:
    example = re.search(r"```json\n(.*?)```", (ROOT / "docs/session-format.md").read_text(), re.S)
    assert example
    files = [path.read_text() for path in (ROOT / "tests" / "sessions").glob("version-1-*.json")]
    assert len(files) >= 2
    for text in [example[1], *files]:
        VALIDATOR.validate(json.loads(text))
    for session in (some_session(), new_session(systems=("", ""))):
        VALIDATOR.validate(json.loads(encode_session(session)))


TURN = ("panes", "left", "turns", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), ...),
        (("schema",), "tui-arena/session/2"),
        (("id",), "../../etc/passwd"),
        (("id",), "a" * 101),
        (("created",), ...),
        (("created",), "yesterday"),
        (("created",), "2026-11-22T14:03:01"),
        (("surprise",), 1),
        (("parent", "turn"), 0),
        (("software", "jax"), 10),
        (("panes", "middle"), {"system": ""}),
        ((*TURN, "attempts"), []),
        ((*TURN, "attempts"), ...),
        ((*TURN, "selected"), -1),
        ((*TURN, "selected"), 1.5),
        ((*TURN, "prompt", "kind"), "joke"),
        ((*TURN, "prompt", "step"), 0),
        ((*TURN, "attempts", 0, "sampler", "top_p"), 0),
        ((*TURN, "attempts", 0, "sampler", "seed"), 1 << 32),
        ((*TURN, "attempts", 0, "stop"), None),
        ((*TURN, "attempts", 0, "tokens", "output"), 1 << 53),
        ((*TURN, "attempts", 0, "timing", "chunks"), [[1, 2, 3]]),
        ((*TURN, "attempts", 0, "timing", "chunks"), [[1]]),
        ((*TURN, "attempts", 0, "timing", "submitted"), ...),
        ((*TURN, "attempts", 0, "marks", 0, "tocens"), 1),
        (("votes", 0, "verdict"), "draw"),
        (("blind", 0, "swapped"), 1),
    ],
)
def test_what_the_arena_refuses_does_not_pass(path: tuple[str | int, ...], value: object) -> None:
    data = changed(path, value)
    assert not is_read(data)
    assert not passes(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("parent",), ...),
        (("votes",), ...),
        (("updated",), "2026-11-22T14:03:01Z"),
        (("scenario",), None),
        ((*TURN, "selected"), ...),
        ((*TURN, "attempts", 0, "max_tokens"), None),
        ((*TURN, "attempts", 0, "text"), "\u0000\u001b[2J"),
    ],
)
def test_what_the_arena_reads_passes(path: tuple[str | int, ...], value: object) -> None:
    data = changed(path, value)
    assert is_read(data)
    assert passes(data)


def test_its_patterns_are_those_that_all_programs_know() -> None:
    patterns = re.findall(r'"pattern": "([^"]*)"', json.dumps(session_schema()))
    assert patterns
    assert all("(?" not in pattern for pattern in patterns)


def test_the_command_prints_it(tmp_path: Path) -> None:
    done = Command(tmp_path)("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == session_schema()
