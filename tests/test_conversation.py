"""One side: what its model sees, what an answer leaves in the record, marks that toggle."""

from datetime import datetime

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Loading, Message, Paused, Prefill, Resumed, Text
from tui_arena.engine.profile import Profile, Sampler
from tui_arena.judgement import standing_marks
from tui_arena.session import PaneRecord
from tui_arena.side_settings import SideSettings

PROFILE = Profile(
    name="tiny", preset="/tiny", template="chatml", max_tokens=50, sampler=Sampler(seed=3)
)


@pytest.fixture
def conversation() -> Conversation:
    record = PaneRecord(system="Be brief.")
    return Conversation(side="left", record=record, profile=PROFILE, rater="ada")


def answer(conversation: Conversation, prompt: str, said: str, **end: object) -> None:
    conversation.ask(prompt)
    if said:
        conversation.take(Text(said, 2, 120, 30))
    conversation.take(Finished(**{"stop": "end", "ids": (1, 2), "ms": 200, **end}))


def test_a_request_carries_the_whole_conversation(conversation: Conversation) -> None:
    answer(conversation, "Hi", "Hello.")
    request = conversation.ask("And now?")
    assert request.messages == (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "Hello.", (1, 2)),
        Message("user", "And now?"),
    )
    assert (request.conversation, request.profile, request.sampler) == (
        "left",
        PROFILE,
        PROFILE.sampler,
    )
    assert request.max_tokens == 50


def test_no_system_text_is_no_message(conversation: Conversation) -> None:
    conversation.record.system = ""
    assert conversation.ask("Hi").messages == (Message("user", "Hi"),)


def test_failed_and_empty_answers_are_not_in_the_context(conversation: Conversation) -> None:
    answer(conversation, "one", "Fine.")
    answer(conversation, "two", "Half an ans", stop="error", error="The model failed.")
    answer(conversation, "three", "", stop="stopped", ids=())
    answer(conversation, "four", "Stopped half", stop="stopped")
    assert [message.text for message in conversation.messages()] == [
        "Be brief.",
        "one",
        "Fine.",
        "four",
        "Stopped half",
    ]
    assert len(conversation.turns) == 4


def test_messages_before_a_turn_leave_out_it_and_what_follows(conversation: Conversation) -> None:
    answer(conversation, "one", "Fine.")
    answer(conversation, "two", "Good.")
    before = conversation.messages(before=conversation.turns[1])
    assert [message.text for message in before] == ["Be brief.", "one", "Fine."]


def test_the_limit_of_tokens_can_be_lowered_for_one_answer(conversation: Conversation) -> None:
    assert conversation.ask("Hi", max_tokens=7).max_tokens == 7


def test_an_empty_prompt_and_a_second_one_at_once_are_refused(conversation: Conversation) -> None:
    with pytest.raises(ValueError, match="empty"):
        conversation.ask(" \n")
    assert conversation.turns == []
    conversation.ask("Hi")
    with pytest.raises(ValueError, match="under way"):
        conversation.ask("Hi again")
    assert len(conversation.turns) == 1


def test_the_record_follows_the_events(conversation: Conversation) -> None:
    conversation.ask("Hi", kind="correction")
    attempt = conversation.turns[0].response
    assert conversation.under_way == (attempt,)
    assert (attempt.stop, attempt.timing.finished) == ("stopped", None)
    for event in (
        Loading("getting weights", 0.5),
        Prefill(30, 30, 12),
        Text("Hel", 1, 100, 31),
        Paused(110),
        Resumed(900),
        Text("lo 🔥", 3, 950, 33),
    ):
        conversation.take(event)
    assert attempt.text == "Hello 🔥"
    assert attempt.timing.chunks == [(100, 3), (950, 4)]
    assert conversation.under_way == (attempt,)
    conversation.take(
        Finished(
            stop="length",
            ids=(5, 6, 7),
            prompt_tokens=30,
            reused_tokens=12,
            output_tokens=3,
            first_token_ms=98,
            ms=1000,
        )
    )
    assert conversation.under_way == ()
    assert conversation.turns[0].prompt.kind == "correction"
    assert (attempt.stop, attempt.error, attempt.token_ids) == ("length", None, [5, 6, 7])
    tokens = attempt.tokens
    assert (tokens.prompt, tokens.reused, tokens.output) == (30, 12, 3)
    start = datetime.fromisoformat(attempt.timing.submitted)
    assert attempt.timing.first_token
    assert attempt.timing.finished
    assert (datetime.fromisoformat(attempt.timing.first_token) - start).total_seconds() == 0.098
    assert (datetime.fromisoformat(attempt.timing.finished) - start).total_seconds() == 1.0


def test_counts_of_the_prompt_are_kept_even_if_the_end_never_comes(
    conversation: Conversation,
) -> None:
    conversation.ask("Hi")
    conversation.take(Prefill(5, 40, 5))
    conversation.take(Text("He", 1, 90, 41))
    tokens = conversation.turns[0].response.tokens
    assert (tokens.prompt, tokens.reused, tokens.output) == (40, 5, 1)


def test_an_event_after_the_end_changes_nothing(conversation: Conversation) -> None:
    answer(conversation, "Hi", "Hello.")
    conversation.take(Text(" more", 3, 300, 31))
    assert conversation.turns[0].response.text == "Hello."


def test_a_mark_toggles_and_all_of_it_stays_in_the_log(conversation: Conversation) -> None:
    conversation.ask("Hi")
    attempt = conversation.turns[0].response
    assert conversation.toggle(attempt, "ok").action == "add"
    conversation.toggle(attempt, "mistake")
    assert standing_marks(attempt.marks) == {"ok": 1, "mistake": 1}
    assert conversation.toggle(attempt, "ok").action == "remove"
    assert standing_marks(attempt.marks) == {"mistake": 1}
    assert conversation.toggle(attempt, "ok").action == "add"
    assert [entry.mark for entry in attempt.marks] == ["ok", "mistake", "ok", "ok"]
    assert {entry.by for entry in attempt.marks} == {"ada"}


def test_one_rater_never_takes_back_anothers_mark(conversation: Conversation) -> None:
    conversation.ask("Hi")
    attempt = conversation.turns[0].response
    conversation.toggle(attempt, "ok")
    conversation.rater = "bob"
    assert conversation.toggle(attempt, "ok").action == "add"
    assert standing_marks(attempt.marks) == {"ok": 2}


def test_attempts_have_seeds_of_their_own_and_take_their_own_events(
    conversation: Conversation,
) -> None:
    request = conversation.ask("Hi", attempts=3)
    turn = conversation.turns[0]
    assert [one.sampler for one in request.single()] == [a.sampler for a in turn.attempts]
    assert [a.sampler.seed for a in turn.attempts] == [3, 4, 5]
    assert {a.sampler.temperature for a in turn.attempts} == {0.7}
    last = turn.attempts[2]
    conversation.take(Text("Hey", 1, 10, 5), last)
    conversation.take(Finished(stop="end", ids=(9,), ms=20), last)
    assert [attempt.text for attempt in turn.attempts] == ["", "", "Hey"]
    assert conversation.under_way == tuple(turn.attempts[:2])
    with pytest.raises(ValueError, match="under way"):
        conversation.retry()


def test_an_answer_goes_on_in_the_middle_of_a_character(conversation: Conversation) -> None:
    answer(conversation, "Hi", "Hello \ufffd", stop="length", output_tokens=2)
    request = conversation.go_on()
    attempt = conversation.turns[0].response
    assert request.messages[-1] == Message("assistant", "Hello \ufffd", (1, 2))
    conversation.take(Prefill(9, 9, 8))
    conversation.take(Text("🔥", 1, 5, 10))
    conversation.take(Finished(stop="length", ids=(3,), output_tokens=1, ms=6))
    assert (attempt.text, attempt.token_ids) == ("Hello 🔥", [1, 2, 3])
    assert (attempt.tokens.output, attempt.max_tokens) == (3, 52)
    assert sum(n for _, n in attempt.timing.chunks) == len(attempt.text)
    assert attempt.timing.finished is not None
    assert attempt.timing.finished > attempt.continued[0].at


def test_ids_that_are_not_all_known_are_left_out(conversation: Conversation) -> None:
    answer(conversation, "Hi", "Hello", stop="stopped")
    conversation.go_on()
    conversation.take(Text(" there", 1, 5, 10))
    conversation.take(Finished(stop="error", error="The engine broke.", ms=6))
    assert conversation.turns[0].response.token_ids == []
    assert conversation.go_on().messages[-1] == Message("assistant", "Hello there", None)
    conversation.take(Text(".", 1, 5, 10))
    conversation.take(Finished(stop="end", ids=(4,), ms=6))
    assert conversation.turns[0].response.text == "Hello there."
    assert conversation.turns[0].response.token_ids == []


@pytest.mark.parametrize(
    ("said", "end", "why"),
    [
        ("All.", {}, "The model itself ended"),
        ("Too long", {"stop": "context"}, "context is full"),
        ("", {"stop": "stopped", "ids": ()}, "Nothing came"),
    ],
)
def test_why_an_answer_cannot_go_on(
    conversation: Conversation, said: str, end: dict, why: str
) -> None:
    assert "no answer yet" in conversation.why_not_on()
    answer(conversation, "Hi", said, **end)
    with pytest.raises(ValueError, match=why):
        conversation.go_on()


def test_only_its_own_model_and_system_text_go_on_with_an_answer(
    conversation: Conversation,
) -> None:
    answer(conversation, "Hi", "Half", stop="length")
    assert conversation.why_not_on() == ""
    conversation.record.system = "Be long."
    assert "system text" in conversation.why_not_on()
    conversation.record.system = "Be brief."
    conversation.switch(Profile(name="other", preset="/other", template="chatml"))
    conversation.record.system = "Be brief."
    assert "Only tiny can go on" in conversation.why_not_on()


BOLD = Sampler(temperature=1.5, top_k=9, seed=8)


def test_settings_of_a_side_hold_from_the_next_answer_on_and_stand_in_the_record(
    conversation: Conversation,
) -> None:
    conversation.ask("one")
    conversation.ask_with(SideSettings(system="Be long.", sampler=BOLD, max_tokens=9))
    conversation.take(Finished(stop="end", ids=(1,), ms=9))
    request = conversation.ask("two")
    assert request.messages[0] == Message("system", "Be long.")
    assert (request.sampler, request.max_tokens) == (BOLD, 9)
    record = conversation.record
    assert (record.system, record.sampler, record.max_tokens) == ("Be long.", BOLD, 9)
    first, second = (turn.response for turn in conversation.turns)
    assert (first.system, first.sampler, first.max_tokens) == ("Be brief.", PROFILE.sampler, 50)
    assert (second.system, second.sampler, second.max_tokens) == ("Be long.", BOLD, 9)
    conversation.take(Finished(stop="length", ids=(1,), ms=9))
    again = conversation.retry(2)
    assert [one.sampler.seed for one in again.single()] == [9, 10]
    assert (again.sampler.top_k, again.max_tokens) == (9, 9)
    resumed = Conversation(side="left", record=record, profile=PROFILE, rater="ada")
    assert resumed.settings == conversation.settings
    conversation.ask_with(SideSettings())
    assert (record.system, record.sampler, record.max_tokens) == ("", None, None)
    assert conversation.sampler == PROFILE.sampler


def test_what_was_set_stays_with_another_model_and_what_the_profile_said_gives_way() -> None:
    other = Profile(
        name="other", preset="/o", template="chatml", system="Be long.", sampler=Sampler(top_k=5)
    )
    third = Profile(name="third", preset="/t", template="chatml", system="Be kind.", max_tokens=3)
    record = PaneRecord(system="")
    conversation = Conversation(side="left", record=record, profile=PROFILE, rater="ada")
    conversation.switch(other)
    assert (record.system, conversation.sampler.top_k) == ("Be long.", 5)
    conversation.ask_with(SideSettings(system="", sampler=BOLD, max_tokens=9))
    for profile in (third, PROFILE, third):  # one of them says no system text either
        conversation.switch(profile)
    assert (record.system, conversation.sampler, conversation.max_tokens) == ("", BOLD, 9)
    conversation.ask_with(SideSettings())
    assert (record.system, conversation.max_tokens) == ("Be kind.", 3)
    conversation.switch(other)
    assert (record.system, conversation.sampler.top_k) == ("Be long.", 5)
