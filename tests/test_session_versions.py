"""Every form that sessions ever had is read, and means for ever what it meant."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tui_arena import migrations
from tui_arena.judgement import standing_marks, standing_vote
from tui_arena.migrations import MIGRATIONS, VERSION
from tui_arena.session import (
    SCHEMA,
    SIDES,
    SessionError,
    Voted,
)
from tui_arena.session_json import decode_session, encode_session

GOLDEN = Path(__file__).parent / "sessions"
"""Files as they were written once. They are never changed; a new form gets a new file."""
FIRST, FULL = GOLDEN / "version-1-first.json", GOLDEN / "version-1-full.json"


def plain(path: Path) -> dict[str, Any]:
    return json.loads(path.read_bytes())


def refused(data: dict[str, Any]) -> str:
    with pytest.raises(SessionError) as problem:
        decode_session(json.dumps(data).encode())
    return str(problem.value)


def assert_holds(now: Any, then: Any, where: str = "$") -> None:
    """Every value that was in the file is there still, in its place; fields may have come."""
    if isinstance(then, dict):
        assert then.keys() <= now.keys(), where
        for key, value in then.items():
            assert_holds(now[key], value, f"{where}.{key}")
    elif isinstance(then, list):
        assert len(now) == len(then), where
        for number, (one, other) in enumerate(zip(now, then, strict=True)):
            assert_holds(one, other, f"{where}[{number}]")
    else:
        assert now == then, where


# golden files


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_nothing_of_a_file_is_lost_by_reading_and_writing_it(path: Path) -> None:
    if f"version-{VERSION}-" in path.name:
        assert_holds(json.loads(encode_session(decode_session(path.read_bytes()))), plain(path))
    else:
        assert decode_session(path.read_bytes()).schema == SCHEMA


def test_the_first_form_means_what_it_meant() -> None:
    session = decode_session(FIRST.read_bytes())
    assert (session.id, session.scenario, session.parent) == (
        "20261122-140301-9f3c",
        "calendar",
        None,
    )
    assert (session.votes, session.blind, session.panes.right.turns) == ([], [], [])
    [turn] = session.panes.left.turns
    assert (turn.prompt.kind, turn.prompt.step, turn.prompt.corrects) == ("script", None, None)
    assert turn.stands
    assert turn.in_context
    assert (turn.origin, turn.replaces, turn.choices, turn.moves) == (None, None, [], [])
    answer = turn.response
    assert (answer.said, answer.stop, answer.edited) == ("Sure!", "end", False)
    assert (answer.preset, answer.system, answer.max_tokens) == ("", None, None)
    assert (answer.sampler.temperature, answer.tokens.prompt) == (0.0, 134)
    assert answer.timing.chunks == [(400, 4), (442, 1)]
    assert (answer.token_ids, answer.continued, answer.edits) == ([21043, 17], [], [])
    assert standing_marks(answer.marks) == {"mistake": 1}


def test_the_full_form_means_what_it_meant() -> None:
    session = decode_session(FULL.read_bytes())
    assert (session.title, session.tags) == ("Fred and the meeting", ["calendar", "to look at"])
    assert session.imported
    assert (session.imported.format, session.imported.id) == ("sharegpt", "conv-17")
    assert session.rerun
    assert (session.rerun.same_context, session.rerun.answers[0].was_attempt) == (True, "b1")
    assert session.parent
    assert (session.parent.id, session.parent.turn) == ("20261121-090000-aaaaaa", 4)
    left, right = (session.panes[side] for side in SIDES)
    assert (left.profile, right.profile) == ("gemma2-9b", "vicuna-7b")
    assert left.sampler
    assert (left.sampler.temperature, left.max_tokens, right.sampler) == (1.5, 64, None)
    first, second = left.turns
    assert (first.selected, first.response.error, first.in_context) == (
        1,
        "The model broke.",
        False,
    )
    assert first.stands
    assert first.attempts[0].said == "action.add('Fred')"
    assert first.attempts[0].text == 'action.add("Fred")\n\x1b[2J\u202e é 🔥'
    assert standing_marks(first.attempts[0].marks) == {"recurring": 1}
    assert [each.stop for each in first.attempts[0].continued] == ["error"]
    assert first.replaces == "t0"
    assert second.prompt.corrects
    assert (second.prompt.corrects.attempt, second.prompt.corrects.mark) == ("a1", "recurring")
    assert second.origin
    assert (second.origin.side, second.origin.profile) == ("right", "vicuna-7b")
    [gone] = left.set_aside
    assert (gone.reason, gone.after, gone.turns[0].id) == ("transplant", 1, "t3")
    assert right.turns[0].response.timing.finished is None
    pair = (Voted(turn="t1", attempt="a1"), Voted(turn="t7", attempt="a7"))
    assert standing_vote(session.votes, *pair, "ada") == "both-bad"
    assert [stretch.ended is None for stretch in session.blind] == [False, True]


# from one version to the next


def from_version_0(data: dict[str, Any]) -> dict[str, Any]:
    """Version 0 never was: it called the sides by letters, and had no `updated`."""
    names = {"a": "left", "b": "right"}
    panes = {names.get(key, key): value for key, value in data["sides"].items()}
    rest = {key: value for key, value in data.items() if key != "sides"}
    return rest | {"updated": data["created"], "panes": panes}


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setitem(MIGRATIONS, 0, from_version_0)
    data = plain(FULL) | {"schema": "tui-arena/session/0"}
    panes = data.pop("panes")
    del data["updated"]
    return data | {"sides": {"a": panes["left"], "b": panes["right"]}}


def test_an_older_version_is_brought_forward(old: dict[str, Any]) -> None:
    session = decode_session(json.dumps(old).encode())
    today = decode_session(FULL.read_bytes())
    today.updated = today.created
    assert session == today


def test_a_migration_goes_through_all_versions_between(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for number in range(3):

        def step(data: dict[str, Any], number: int = number) -> dict[str, Any]:
            seen.append((number, data["schema"]))
            return data

        monkeypatch.setitem(MIGRATIONS, number, step)
    monkeypatch.setattr(migrations, "VERSION", 3)
    made = migrations.migrated({"schema": "tui-arena/session/0"}, 0)
    assert seen == [(number, f"tui-arena/session/{number}") for number in range(3)]
    assert made == {"schema": "tui-arena/session/3"}


def assert_pure_and_dropping_nothing(old: dict[str, Any]) -> None:
    """What every migration must do, held against a golden file of its version."""
    before = copy.deepcopy(old)
    decode_session(json.dumps(old).encode())
    migrations.migrated(old, migrations.version_of(old["schema"]))
    assert old == before
    for place in objects_in(old):
        place["surprise"] = 1
        assert re.search("unknown key `.*surprise`", refused(old))
        del place["surprise"]


def objects_in(data: Any) -> list[dict[str, Any]]:
    """All that have a fixed set of keys; `software` takes any."""
    if isinstance(data, dict):
        inside = [value for key, value in data.items() if key != "software"]
        return [data, *(place for value in inside for place in objects_in(value))]
    if isinstance(data, list):
        return [place for value in data for place in objects_in(value)]
    return []


def test_migrations_change_nothing_of_theirs_and_drop_no_field(old: dict[str, Any]) -> None:
    assert_pure_and_dropping_nothing(old)
    for number in MIGRATIONS.keys() - {0}:
        golden = sorted(GOLDEN.glob(f"version-{number}-*.json"))
        assert golden, f"version {number} has no golden file"
        for path in golden:
            assert_pure_and_dropping_nothing(plain(path))


def test_an_old_file_without_the_shape_of_its_version_is_refused(old: dict[str, Any]) -> None:
    assert "has not the shape of “tui-arena/session/0”" in refused(old | {"sides": []})
    assert "`panes.left`: expected `object`" in refused(old | {"sides": {"a": None}})
    assert "`created`: expected `str`" in refused(old | {"created": 5})


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("tui-arena/session/2", "a newer version, “tui-arena/session/2”"),
        ("tui-arena/session/99999", "use a newer tui-arena"),
        ("tui-arena/session/0", "a version that no tui-arena reads"),
        ("tui-arena/session/01", "not a session of the arena"),
        ("tui-arena/session/1x", "not a session of the arena"),
        ("tui-arena/session/-1", "not a session of the arena"),
        ("tui-arena/profile/1", "not a session of the arena"),
        ("https://json-schema.org/", "not a session of the arena"),
        ("", "it has no `schema`"),
    ],
)
def test_what_is_no_version_of_ours_is_refused_in_clear_words(schema: str, said: str) -> None:
    assert said in refused(plain(FULL) | {"schema": schema})
    assert said in refused({"schema": schema, "messages": []})
