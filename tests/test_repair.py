"""What can be read of a damaged session is kept, turn by turn, and what is lost is said."""

import json
import random
from pathlib import Path

import pytest
from test_session import some_session

from tui_arena.repair import repair, repair_file
from tui_arena.session import SIDES, Session, SessionError, SetAside
from tui_arena.session_json import encode_session
from tui_arena.store import load_session

TURNS = 6


@pytest.fixture
def session() -> Session:
    made = some_session(turns=TURNS)
    for side in SIDES:
        for number, turn in enumerate(made.panes[side].turns):
            turn.id = f"{side}-{number}"
            turn.response.text = f'Turn {number}: "yes", {{"id": [1]}}\nand no.'
    aside = SetAside(at=made.created, reason="restore", after=0, turns=[])
    made.panes.left.set_aside.append(aside)
    return made


@pytest.fixture
def raw(session: Session) -> bytes:
    return encode_session(session)


def kept(session: Session, raw: bytes) -> tuple[int, list[str]]:
    """How many turns came back exactly as they were, and what is said of the others."""
    found, lost = repair(raw)
    assert lost
    assert all(line.endswith(".") and "\n" not in line for line in lost)
    if found is None:
        return 0, lost
    same = sum(
        turn in found.panes[side].turns for side in SIDES for turn in session.panes[side].turns
    )
    return same, lost


# the text


def test_a_whole_file_needs_nothing(session: Session, raw: bytes) -> None:
    assert repair(raw) == (session, [])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_half_a_file_keeps_every_turn_up_to_its_end(
    session: Session, raw: bytes, share: float
) -> None:
    cut = raw[: int(len(raw) * share)]
    whole_turns = cut.count(b'"replaces": null\n    }')
    assert 0 < whole_turns < 2 * TURNS
    same, lost = kept(session, cut)
    assert same in (whole_turns, whole_turns + 1)  # only the end of one may be missing
    assert any(" is where the file breaks off, in panes." in said for said in lost)


def test_an_answer_that_breaks_off_keeps_its_words(raw: bytes) -> None:
    cut = raw[: raw.index(b"Turn 3: ") + len(r"Turn 3: \"y")]
    found, _ = repair(cut)
    assert found
    last = found.panes.left.turns[-1]
    assert last.response.text == 'Turn 3: "y'
    assert (last.response.timing.finished, last.response.stop) == (None, "stopped")
    assert last.response.profile == "smollm2-135m"


def test_a_prompt_without_its_answer_is_kept(raw: bytes) -> None:
    cut = raw[: raw.index(b'"attempts"', raw.index(b'"left-2"'))]
    found, lost = repair(cut)
    assert found
    turn = found.panes.left.turns[2]
    assert (turn.prompt.text, turn.response.text, turn.in_context) == ("Hi 🔥", "", False)
    assert "panes.left.turns[2].attempts: missing; an empty one stands in its place." in lost


@pytest.mark.parametrize("side", SIDES)
def test_without_its_beginning_the_turns_are_kept(session: Session, raw: bytes, side: str) -> None:
    at = raw.index(f'"{side}-2"'.encode())
    same, lost = kept(session, raw[at:])
    assert same == (2 * TURNS if side == "left" else TURNS) - 3
    assert "The beginning of the file is missing." in lost


def test_a_hole_of_zero_bytes_loses_what_it_covers(session: Session, raw: bytes) -> None:
    begin, end = raw.index(b"Turn 1: "), raw.index(b"Turn 3: ")
    same, lost = kept(session, raw[:begin] + bytes(end - begin) + raw[end:])
    assert same == 2 * TURNS - 3
    assert f"{end - begin} bytes are zero." in lost
    found, _ = repair(raw[:begin] + bytes(end - begin) + raw[end:])
    assert found
    chimera = found.panes.left.turns[1]
    assert (chimera.id, chimera.response.text) == ("left-1", "")


def test_a_file_of_zeros_and_none_at_all_are_beyond_repair() -> None:
    for nothing in (b"", bytes(5000), b"\xff" * 300, b"[" * 300_000, b"no session", b"{}"):
        session, lost = repair(nothing)
        assert session is None
        assert lost


def test_bytes_that_are_no_utf_8_cost_no_turn(session: Session, raw: bytes) -> None:
    same, lost = kept(session, raw.replace("🔥".encode(), b"\xf0\x9f", 1))
    assert same == 2 * TURNS - 1
    assert any("no UTF-8" in line for line in lost)


def test_one_wrong_byte_costs_one_turn(session: Session, raw: bytes) -> None:
    """Nearly always: there are brackets in a few places that mislead."""
    chance = random.Random(7)
    costs = []
    for _ in range(300):
        wrong = bytearray(raw)
        wrong[chance.randrange(len(raw))] = chance.choice(b'"{}[],:\\\n x1\x00\xff')
        found, lost = repair(bytes(wrong))
        if lost:
            assert found
            turns = [turn for side in SIDES for turn in found.panes[side].turns]
            kept = [turn for side in SIDES for turn in session.panes[side].turns if turn in turns]
            costs.append(2 * TURNS - len(kept))
    assert len(costs) > 200
    assert sum(cost > 1 for cost in costs) <= 1
    assert max(costs) <= TURNS


# the fields


def damaged(raw: bytes, *path: str | int, value: object) -> bytes:
    plain = json.loads(raw)
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(plain).encode()


TURN = ("panes", "left", "turns", 1)
ATTEMPT = (*TURN, "attempts", 0)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*TURN, "selected"), 9, "turns[1].selected: names no response; the last one is taken."),
        ((*TURN, "prompt"), None, "turns[1].prompt: no object; an empty one stands in its place."),
        ((*TURN, "prompt", "at"), "noon", "prompt.at: no time with its time zone; the time before"),
        ((*ATTEMPT, "text"), 5, "attempts[0].text: expected `str`, got `int`; it is left out."),
        ((*ATTEMPT, "tocens"), 5, "attempts[0].tocens: an unknown key; it is left out."),
        ((*ATTEMPT, "sampler"), [], "sampler: no object; a greedy one stands in its place."),
        ((*ATTEMPT, "token_ids", 0), "x", "token_ids: expected `int`, got `str`"),
        (
            (*ATTEMPT, "timing", "chunks", 1),
            [7],
            "chunks[1]: expected `array` of length 2, got 1; ",
        ),
        ((*ATTEMPT, "marks", 1), 7, "marks[1]: no object; it is left out."),
        ((*ATTEMPT, "marks", 1, "mark"), "odd", "marks[1]: mark: invalid enum value"),
        ((*TURN, "attempts"), [], "turns[1]: no response; an empty one stands in its place."),
        ((*TURN, "attempts", 0), 7, "attempts[0]: no object; an empty response stands in its"),
    ],
)
def test_a_wrong_value_costs_no_more_than_itself(
    session: Session, raw: bytes, path: tuple[str | int, ...], value: object, said: str
) -> None:
    same, lost = kept(session, damaged(raw, *path, value=value))
    assert same >= 2 * TURNS - 1
    assert [line for line in lost[1:] if said in line]
    assert len(lost) == 2


def test_a_turn_that_is_none_is_left_out(session: Session, raw: bytes) -> None:
    same, lost = kept(session, damaged(raw, *TURN, value="gone"))
    assert same == 2 * TURNS - 1
    assert "panes.left.turns[1]: no object; it is left out." in lost


def test_a_key_with_a_wrong_letter_is_taken_for_what_it_was(session: Session, raw: bytes) -> None:
    same, lost = kept(session, raw.replace(b'"turns"', b'"tuXns"', 1))
    assert same == 2 * TURNS
    assert "panes.left.tuXns: an unknown key; it was taken for `turns`." in lost


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (b"tui-arena/session/2", "a newer version"),
        (b"https://json-schema.org/", "not a session of the arena"),
    ],
)
def test_what_no_damage_made_is_left_alone(raw: bytes, schema: bytes, said: str) -> None:
    session, lost = repair(raw.replace(b"tui-arena/session/1", schema))
    assert session is None
    assert said in lost[-1]


# the file


def test_the_repaired_session_is_a_new_file_and_the_old_one_stays(
    session: Session, raw: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"{session.id}.json"
    path.write_bytes(raw[:-2000])
    first, lost = repair_file(path)
    second, _ = repair_file(path)
    assert lost
    assert first == tmp_path / f"{session.id}-repaired.json"
    assert second == tmp_path / f"{session.id}-repaired-2.json"
    assert path.read_bytes() == raw[:-2000]
    assert load_session(first).panes.left == session.panes.left
    assert {found.name for found in tmp_path.iterdir()} == {path.name, first.name, second.name}


def test_nothing_is_written_where_there_is_nothing_to_do(raw: bytes, tmp_path: Path) -> None:
    whole, hopeless = tmp_path / "whole.json", tmp_path / "hopeless.json"
    whole.write_bytes(raw)
    hopeless.write_bytes(b"\x00" * 100)
    assert repair_file(whole) == (None, [])
    path, lost = repair_file(hopeless)
    assert path is None
    assert lost
    assert set(tmp_path.iterdir()) == {whole, hopeless}
    with pytest.raises(SessionError, match="no such file"):
        repair_file(tmp_path / "none.json")


def test_names_that_can_be_no_id_are_repaired_too(raw: bytes, tmp_path: Path) -> None:
    session_id = json.loads(raw)["id"]
    for name in ("my session.json", "a" * 120 + ".json", "half.json.part"):
        (tmp_path / name).write_bytes(raw[:-2000])
        path, _ = repair_file(tmp_path / name)
        assert path
        assert load_session(path).id == path.stem
        assert path.stem.startswith(session_id)
