"""The record of a session: marks, the JSON and what is refused on the way back."""

import json
import random
import re

import msgspec
import pytest

from tui_arena import session_json
from tui_arena.engine.profile import Sampler
from tui_arena.judgement import standing_marks, standing_vote
from tui_arena.session import (
    SIDES,
    Attempt,
    MarkEntry,
    Prompt,
    Session,
    SessionError,
    SetAside,
    Timing,
    Tokens,
    Turn,
    Vote,
    new_session,
)
from tui_arena.session_json import SessionText, decode_session, encode_session
from tui_arena.stamps import now

AT = "2026-11-22T14:03:01.250+00:00"


PAIR = {"left": {"turn": "t0", "attempt": "a0"}, "right": {"turn": "t0", "attempt": "a0"}}
VOTE = PAIR | {"verdict": "tie", "action": "add", "by": "ada", "at": AT, "blind": True}
STRETCH = {"began": AT, "ended": None, "left": "one", "right": "two", "swapped": False}


def entry(mark: str, action: str = "add", by: str = "ada") -> MarkEntry:
    return MarkEntry(mark=mark, action=action, by=by, at=AT)


def some_session(turns: int = 2, tokens: int = 3) -> Session:
    session = new_session(systems=("You are\nhelpful: é", ""), scenario="calendar")
    session.software["device"] = "cpu"
    for side in SIDES:
        for number in range(turns):
            attempt = Attempt(
                id=f"a{number}",
                profile="smollm2-135m",
                sampler=Sampler(temperature=0.2, top_p=0.9, seed=number),
                text="word " * tokens,
                stop="end",
                tokens=Tokens(prompt=40, reused=0, output=tokens),
                timing=Timing(
                    submitted=AT,
                    first_token=AT,
                    finished=AT,
                    chunks=[(20 * n, 5) for n in range(tokens)],
                ),
                marks=[entry("ok"), entry("ok", "remove"), entry("mistake", by="bob")],
                token_ids=list(range(tokens)),
            )
            session.panes[side].turns.append(
                Turn(id=f"t{number}", prompt=Prompt(text="Hi 🔥", at=AT), attempts=[attempt])
            )
    return session


def test_a_text_kept_turn_by_turn_is_what_it_would_be_anew() -> None:
    session, text = some_session(turns=4), SessionText()

    def same() -> bool:
        return b"".join(text.parts(session)) == encode_session(session)

    assert same()
    left, right = session.panes.left, session.panes.right
    left.turns[1].response.marks.append(entry("many"))
    assert same()
    right.turns[3].response.text = "\ud800"
    assert same()
    left.set_aside.append(SetAside(at=AT, reason="transplant", after=1, turns=left.turns[1:]))
    left.turns = left.turns[:1]
    assert same()
    left.turns, left.set_aside = left.set_aside[0].turns, []
    assert same()
    right.turns.insert(0, some_session().panes.right.turns[0])
    session.votes.append(msgspec.convert(VOTE, Vote))
    assert same()


def test_only_turns_that_may_have_changed_are_laid_out(monkeypatch) -> None:
    session, text = some_session(turns=50), SessionText()
    text.parts(session)
    encoded = []
    plain = session_json._encoder

    class Counting:
        def encode(self, value: object) -> bytes:
            encoded.append(value)
            return plain.encode(value)

    monkeypatch.setattr(session_json, "_encoder", Counting())
    latest = session.panes.left.turns[-1]
    latest.response.text += "more"
    parts = b"".join(text.parts(session, [latest]))
    assert len([value for value in encoded if isinstance(value, Turn)]) == 1
    assert len(encoded) < 80
    assert parts == encode_session(session)


def as_plain(session: Session) -> dict:
    return json.loads(encode_session(session))


def refused(plain: dict | bytes) -> str:
    raw = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
    with pytest.raises(SessionError) as problem:
        decode_session(raw)
    return str(problem.value)


# marks


def test_marks_are_a_multiset_over_raters_in_a_fixed_order() -> None:
    log = [entry("garbage"), entry("ok"), entry("ok", by="bob"), entry("mistake", "remove")]
    assert list(standing_marks(log).items()) == [("ok", 2), ("garbage", 1)]


def test_a_removal_takes_back_only_what_the_same_rater_gave() -> None:
    log = [entry("ok"), entry("ok", "remove", by="bob")]
    assert standing_marks(log) == {"ok": 1}
    assert standing_marks([*log, entry("ok", "remove")]) == {}


# the JSON


def test_a_session_comes_back_as_it_was() -> None:
    session = some_session()
    assert decode_session(encode_session(session)) == session


def test_the_json_has_the_shape_that_other_tools_rely_on() -> None:
    plain = as_plain(some_session())
    assert {"schema", "id", "created", "updated", "scenario", "software", "panes"} <= plain.keys()
    assert plain["schema"] == "tui-arena/session/1"
    assert plain["panes"].keys() == {"left", "right"}
    turn = plain["panes"]["left"]["turns"][0]
    assert {"id", "prompt", "attempts", "selected"} <= turn.keys()
    assert turn["prompt"] == {
        "text": "Hi 🔥",
        "kind": "free",
        "at": AT,
        "step": None,
        "corrects": None,
    }
    attempt = turn["attempts"][0]
    assert attempt["tokens"] == {"prompt": 40, "reused": 0, "output": 3}
    assert attempt["timing"] == {
        "submitted": AT,
        "first_token": AT,
        "finished": AT,
        "chunks": [[0, 5], [20, 5], [40, 5]],
    }
    assert attempt["sampler"] == {"temperature": 0.2, "top_k": 0, "top_p": 0.9, "seed": 0}
    assert attempt["marks"][0] == {
        "mark": "ok",
        "action": "add",
        "by": "ada",
        "at": AT,
        "suggested": False,
    }
    assert (attempt["stop"], attempt["error"]) == ("end", None)


def test_a_mark_changes_few_lines_and_long_lists_take_one() -> None:
    session = some_session(tokens=500)
    before = encode_session(session).decode().splitlines()
    session.panes.left.turns[0].attempts[0].marks.append(entry("fixed"))
    after = encode_session(session).decode().splitlines()
    assert len(after) == len(before) + 1
    assert len(set(after) - set(before)) <= 2
    assert len(before) < 180


def test_no_character_of_the_file_acts_on_a_terminal_and_all_come_back() -> None:
    session = some_session()
    session.panes.left.system = "".join(map(chr, range(0x2070))) + "\u2066🔥"
    raw = encode_session(session)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", raw.decode())
    assert decode_session(raw) == session


def test_half_a_surrogate_pair_does_not_stop_saving() -> None:
    session = some_session()
    session.panes.left.turns[0].prompt.text = "broken \ud83d paste"
    assert decode_session(encode_session(session)).panes.left.turns[0].prompt.text == (
        "broken ? paste"
    )


# what is refused


def test_an_unknown_field_is_refused_by_its_name_and_place() -> None:
    plain = as_plain(some_session())
    plain["panes"]["left"]["turns"][0]["attempts"][0]["tocens"] = {}
    message = refused(plain)
    assert "panes.left.turns[0].attempts[0].tocens" in message
    assert "token_ids" in message


def test_a_newer_session_and_a_foreign_file_are_told_apart() -> None:
    plain = as_plain(some_session())
    assert "a newer version, “tui-arena/session/2”" in refused(
        plain | {"schema": "tui-arena/session/2"}
    )
    assert "not a session of the arena" in refused(plain | {"schema": "https://json-schema.org/"})
    assert "it has no `schema`" in refused({"messages": []})


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("panes", "left", "turns", 0, "selected"), 1, "turn 1 of left: `selected` is 1"),
        (
            ("panes", "right", "turns", 1, "attempts"),
            [],
            "`panes.right.turns[1].attempts`: expected `array` of length >= 1",
        ),
        (("panes", "left", "turns", 0, "selected"), -1, ">= 0"),
        (("created",), "yesterday", "created: “yesterday” is not a time"),
        (("updated",), "2026-11-22T14:03:01", "not a time with its time zone"),
        (("panes", "left", "turns", 0, "prompt", "at"), "", "turn 1 of left: prompt.at"),
        (
            ("panes", "left", "turns", 0, "prompt", "kind"),
            "joke",
            'expected "free" or "script" or "correction"',
        ),
        (("id",), "../../etc/passwd", "`id`"),
        (("id",), "a\n", "`id`"),
        (("panes", "left"), None, "panes.left"),
        (("software",), ["jax"], "software"),
        (("votes",), [VOTE | {"at": "soon"}], "at of a vote: “soon” is not a time"),
        (("votes",), [VOTE | {"verdict": "draw"}], 'expected "left" or "right" or "tie" or "both'),
        (("blind",), [STRETCH | {"ended": "late"}], "ended of a blind stretch: “late”"),
        (("blind",), [STRETCH | {"why": ""}], "unknown key `blind[0].why`"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(path: tuple, value: object, said: str) -> None:
    plain = as_plain(some_session())
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert said in refused(plain)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"schema": 1}', b"\x00" * 100],
    ids=["empty", "open", "null", "list", "not utf-8", "deep", "number", "zeros"],
)
def test_what_is_no_session_is_refused(raw: bytes) -> None:
    assert refused(raw)


def test_any_changed_byte_gives_a_session_or_a_sentence() -> None:
    chance = random.Random(3)
    whole = encode_session(some_session())
    for _ in range(2000):
        raw = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            session = decode_session(bytes(raw))
        except SessionError:
            continue
        assert decode_session(encode_session(session)) == session
    for length in range(len(whole) - 2):
        refused(whole[:length])


def test_sessions_from_before_votes_are_read_and_votes_come_back() -> None:
    plain = as_plain(some_session())
    del plain["votes"], plain["blind"]
    old = decode_session(json.dumps(plain).encode())
    assert (old.votes, old.blind) == ([], [])
    plain |= {"votes": [VOTE, VOTE | {"verdict": "left"}], "blind": [STRETCH]}
    session = decode_session(json.dumps(plain).encode())
    assert decode_session(encode_session(session)) == session
    first = session.votes[0]
    assert standing_vote(session.votes, first.left, first.right, "ada") == "left"
    assert standing_vote(session.votes, first.left, first.right, "bob") is None


def test_times_are_utc_with_milliseconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", now())
