"""What holds for any session and for any damage, tried on many that chance makes."""

import json
import types
from datetime import timedelta, timezone
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import jsonschema
import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from test_session import some_session

from tui_arena.repair import repair
from tui_arena.session import SIDES, Session, SessionError, Turn
from tui_arena.session_json import decode_session, encode_session
from tui_arena.session_schema import session_schema
from tui_arena.stamps import SessionId, Time

quickly = settings(max_examples=60, deadline=None, derandomize=True, database=None)
VALIDATOR = jsonschema.Draft202012Validator(session_schema())
WHOLE = encode_session(some_session(turns=2))

TEXT = st.text(max_size=20)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda ahead: timezone(timedelta(minutes=ahead)))
TIMES = st.datetimes(timezones=ZONES).map(lambda at: at.isoformat(timespec="milliseconds"))
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}\Z")


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type, from the very annotations of the record."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind == Time:
        return TIMES
    if kind == SessionId:
        return IDS
    if origin is Annotated:
        bounds = [meta for meta in inside[1:] if isinstance(meta, msgspec.Meta)]
        if inside[0] is int:
            return st.integers(bounds[0].ge, bounds[0].le)
        if inside[0] is float:
            least = bounds[0].ge if bounds[0].ge is not None else bounds[0].gt
            open_end = bounds[0].gt is not None
            return st.floats(least, bounds[0].le, exclude_min=open_end)
        if get_origin(inside[0]) is list:
            return st.lists(
                any_of(get_args(inside[0])[0]), min_size=bounds[0].min_length, max_size=2
            )
        return any_of(inside[0])
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(any_of, inside))
    if origin is list:
        return st.lists(any_of(inside[0]), max_size=2)
    if origin is tuple:
        return st.tuples(*map(any_of, inside))
    if origin is dict:
        return st.dictionaries(TEXT, TEXT, max_size=2)
    if kind is Turn:
        return any_record(Turn).map(with_choices_that_are_there)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return any_record(kind)
    return {str: TEXT, bool: st.booleans(), type(None): st.none()}[kind]


def any_record(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    fields = msgspec.structs.fields(kind)
    return st.deferred(
        lambda: st.builds(kind, **{field.name: any_of(field.type) for field in fields})
    )


def with_choices_that_are_there(turn: Turn) -> Turn:
    turn.selected %= len(turn.attempts)
    for choice in turn.choices:
        choice.attempt %= len(turn.attempts)
    return turn


SESSIONS = any_of(Session)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A session's file with a few bytes changed, gone or added, a hole in it, or only a part."""
    raw = bytearray(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw) - 1))
        to = at + draw(st.one_of(st.integers(0, 3), st.integers(0, len(raw))))
        what = st.one_of(st.sampled_from([b'"', b"{", b"}", b"[", b"]", b",", b"\n", b"\x00" * 40]))
        raw[at:to] = draw(st.one_of(what, st.binary(max_size=3)))
        if not raw:
            break
    return bytes(raw)


def is_read(raw: bytes) -> bool:
    """Whether it is read; anything but a session or a `SessionError` ends the test."""
    try:
        session = decode_session(raw)
    except SessionError:
        return False
    assert decode_session(encode_session(session)) == session
    return True


@quickly
@given(SESSIONS)
def test_any_session_survives_save_and_load_and_passes_the_schema(session: Session) -> None:
    raw = encode_session(session)
    assert decode_session(raw) == session
    assert encode_session(decode_session(raw)) == raw
    VALIDATOR.validate(json.loads(raw))


@settings(quickly, max_examples=200)
@given(damaged())
def test_any_damage_gives_a_session_or_a_sentence_and_a_repair_that_is_whole(raw: bytes) -> None:
    whole = is_read(raw)
    session, lost = repair(raw)
    assert (lost == []) == whole
    if session is not None:
        assert decode_session(encode_session(session)) == session


@quickly
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_a_sentence_and_repaired_without_a_fault(raw: bytes) -> None:
    assert not is_read(raw)
    assert repair(raw).lost


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=8,
)


@st.composite
def with_wrong_values(draw: st.DrawFn) -> Any:
    """A session's data with something else in the place of some values."""
    data = json.loads(WHOLE)
    for _ in range(draw(st.integers(1, 4))):
        place = data
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not place[key] or not isinstance(place[key], dict | list) or draw(st.booleans()):
                break
            place = place[key]
        place[key] = draw(JSON)
    return data


@settings(quickly, max_examples=100)
@given(with_wrong_values())
def test_what_the_schema_passes_is_read_and_what_is_wrong_is_repaired(data: Any) -> None:
    raw = json.dumps(data).encode()
    session, lost = repair(raw)
    if VALIDATOR.is_valid(json.loads(raw)) and all_choices_are_there(data):
        assert is_read(raw)
        assert lost == []
    if session is not None:
        assert decode_session(encode_session(session)) == session


def all_choices_are_there(data: Any) -> bool:
    turns = [turn for side in SIDES for turn in data["panes"][side]["turns"]]
    return all(turn["selected"] < len(turn["attempts"]) for turn in turns)
