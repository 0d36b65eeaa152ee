"""What stands in the context, and what an answer had seen of it, told from the logs."""

import pytest

from tui_arena.conversation import Conversation
from tui_arena.engine.events import Finished, Text
from tui_arena.engine.profile import Profile
from tui_arena.revision import (
    bring_back,
    choose,
    edit,
    saw_another,
    saw_another_system,
    set_aside,
)
from tui_arena.session import PaneRecord, Turn


@pytest.fixture
def clock(monkeypatch) -> list[int]:
    """Every look at the clock is a second later."""
    seconds = [0]

    def tick() -> str:
        seconds[0] += 1
        return f"2026-11-22T14:00:{seconds[0]:02}.000+00:00"

    for module in ("conversation", "revision"):
        monkeypatch.setattr(f"tui_arena.{module}.now", tick)
    return seconds


@pytest.fixture
def talk(clock) -> Conversation:
    profile = Profile(name="tiny", preset="/tiny", template="chatml")
    made = Conversation(side="left", record=PaneRecord(system=""), profile=profile, rater="ada")
    for prompt in ("one", "two", "three"):
        made.ask(prompt)
        end(made, f"{prompt}.")
    return made


def end(talk: Conversation, text: str) -> None:
    talk.take(Text(text, 1, 10, 5))
    talk.take(Finished(stop="end", ids=(1,), output_tokens=2, ms=20))


def context(talk: Conversation) -> list[str]:
    return [message.text for message in talk.messages()]


def test_the_shown_attempt_stands_and_later_answers_came_after_the_other(talk) -> None:
    one, two, three = talk.turns
    set_aside(three, by="ada")
    talk.retry()
    end(talk, "two again.")
    assert context(talk) == ["one", "one.", "two", "two again."]
    bring_back(three, by="ada")
    assert saw_another(talk.turns) == [three]
    choose(two, 0, by="ada")
    assert saw_another(talk.turns) == []
    choose(one, 0, by="ada")
    assert one.choices == []
    assert [choice.attempt for choice in two.choices] == [1, 0]


def test_a_turn_set_aside_is_seen_by_nobody_and_comes_back(talk) -> None:
    one, two, three = talk.turns
    set_aside(two, by="ada")
    assert context(talk) == ["one", "one.", "three", "three."]
    assert talk.latest is three
    assert saw_another(talk.turns) == [three]
    bring_back(two, by="bob")
    assert saw_another(talk.turns) == []
    assert [(move.action, move.by) for move in two.moves] == [("aside", "ada"), ("back", "bob")]
    for turn in (one, two, three):
        set_aside(turn, by="ada")
    assert (talk.latest, context(talk)) == (None, [])


def test_an_edited_answer_stands_without_the_ids_of_the_models_words(talk) -> None:
    one, two, _ = talk.turns
    edit(one.response, "one.", by="ada")
    assert one.response.edits == []
    edit(one.response, "uno.", by="ada")
    assert (one.response.text, one.response.said) == ("one.", "uno.")
    assert talk.messages()[1].text == "uno."
    assert talk.messages()[1].ids is None
    assert talk.messages()[3].ids == (1,)
    assert saw_another(talk.turns) == talk.turns[1:]
    edit(one.response, "one.", by="ada")
    assert not one.response.edited
    assert talk.messages()[1].ids == (1,)
    assert saw_another(talk.turns) == []
    edit(two.response, "", by="ada")
    assert context(talk) == ["one", "one.", "three", "three."]


def test_an_answer_that_went_on_after_the_next_one_was_asked(talk) -> None:
    two, three = talk.turns[1:]
    two.response.stop = "length"
    set_aside(three, by="ada")
    talk.go_on()
    end(talk, " More.")
    bring_back(three, by="ada")
    assert saw_another(talk.turns) == [three]
    assert isinstance(two, Turn)
    assert context(talk)[3] == "two. More."


def test_answers_that_were_asked_with_another_system_text_are_known(talk) -> None:
    one, two, three = talk.turns
    two.response.system = None
    assert saw_another_system(talk.turns, "") == []
    assert saw_another_system(talk.turns, "Be brief.") == [one, three]
    set_aside(three, by="ada")
    assert saw_another_system(talk.turns, "Be brief.") == [one]
