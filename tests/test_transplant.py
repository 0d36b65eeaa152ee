"""Turns across sides: what travels, what stays, what is kept of that which gave way."""

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Message, Text
from tui_arena.engine.profile import Profile
from tui_arena.session import PaneRecord, Side, new_session
from tui_arena.session_json import decode_session, encode_session
from tui_arena.transplant import restore, transplant


def side(name: Side, preset: str, record: PaneRecord | None = None) -> Conversation:
    profile = Profile(name=f"of-{name}", preset=preset, template="chatml")
    return Conversation(
        side=name, record=record or PaneRecord(system=""), profile=profile, rater="ada"
    )


def answer(conversation: Conversation, prompt: str, said: str) -> None:
    conversation.ask(prompt)
    conversation.take(Text(said, 2, 120, 30))
    conversation.take(Finished(stop="end", ids=(1, 2), ms=200))


@pytest.fixture
def left() -> Conversation:
    conversation = side("left", "/model")
    answer(conversation, "one", "left one")
    answer(conversation, "two", "left two")
    return conversation


def texts(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages()]


@pytest.mark.parametrize(("preset", "ids"), [("/model", (1, 2)), ("/another", None)])
def test_ids_travel_only_to_the_same_preset(left: Conversation, preset: str, ids) -> None:
    right = side("right", preset)
    transplant(right.record, left.turns, of="left", keep=0)
    assert right.ask("mend it").messages == (
        Message("user", "one"),
        Message("assistant", "left one", ids),
        Message("user", "two"),
        Message("assistant", "left two", ids),
        Message("user", "mend it"),
    )


def test_marks_stay_behind_and_the_origin_is_named(left: Conversation) -> None:
    right = side("right", "/another")
    left.toggle(left.turns[0].response, "mistake")
    transplant(right.record, left.turns, of="left", keep=0)
    there, here = left.turns[0], right.turns[0]
    assert here.origin
    assert (here.origin.side, here.origin.turn, here.origin.attempt, here.origin.profile) == (
        "left",
        there.id,
        there.response.id,
        "of-left",
    )
    assert here.response.marks == []
    assert {here.id, here.response.id}.isdisjoint({there.id, there.response.id})
    right.toggle(here.response, "ok")
    assert [entry.mark for entry in there.response.marks] == ["mistake"]


def test_only_the_selected_response_goes_along(left: Conversation) -> None:
    first = left.turns[0]
    left.turns[0] = first.__class__(
        id=first.id, prompt=first.prompt, attempts=[first.response, left.turns[1].response]
    )
    right = side("right", "/another")
    transplant(right.record, left.turns[:1], of="left", keep=0)
    assert [attempt.text for attempt in right.turns[0].attempts] == ["left one"]


def test_what_gives_way_is_set_aside_and_comes_back(left: Conversation) -> None:
    right = side("right", "/another")
    for number in ("one", "two", "three"):
        answer(right, number, f"right {number}")
    own = list(right.turns)
    transplant(right.record, left.turns[1:], of="left", keep=1)
    assert texts(right) == ["one", "right one", "two", "left two"]
    [gone] = right.record.set_aside
    assert (gone.reason, gone.after, gone.turns) == ("transplant", 1, own[1:])
    assert restore(right.record) == 2
    assert right.turns == own
    [again] = right.record.set_aside
    assert (again.reason, [turn.response.text for turn in again.turns]) == ("restore", ["left two"])
    assert restore(right.record) == 1
    assert texts(right) == ["one", "right one", "two", "left two"]


def test_nothing_set_aside_is_nothing_to_restore(left: Conversation) -> None:
    before = list(left.turns)
    assert restore(left.record) == 0
    assert left.turns == before


def test_a_session_keeps_it_all(left: Conversation) -> None:
    session = new_session(systems=("", ""))
    right = side("right", "/another", session.panes.right)
    answer(right, "one", "right one")
    transplant(right.record, left.turns, of="left", keep=0)
    again = decode_session(encode_session(session))
    assert again == session
    assert again.panes.right.set_aside[0].turns[0].response.text == "right one"
