"""Transplants, by keys: one side goes on from what the other said."""

from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.scenario import Scenario, Step
from tui_arena.session import new_session


def messages(it, side: str) -> list[str]:
    request = next(r for r in reversed(it.engine.requests) if r.conversation == side)
    return [message.text for message in request.messages]


async def test_the_conversation_of_the_other_side_becomes_this_ones(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="good", right="bad", prompt="add it")
        await it.press("escape", "8", "t")
        assert "What the left goes on from" in it.text
        assert "1 turn, in place of 1" in it.row("The conversation of the right up to")
        await it.press("enter")
        await it.until("from the right: two")
        assert "Took a turn from the right; t gives back." in it.text
        assert it.attempt("left").text == "bad"
        assert (it.marks("left"), it.marks("right")) == (set(), {"mistake"})
        await it.press("i", "f4")
        await it.answer(left="mended", prompt="the year is 2024")
        assert messages(it, "left") == ["add it", "bad", "the year is 2024"]
        assert "one from here on" in it.text
        assert it.file.session.panes.left.set_aside[0].turns[0].response.text == "good"


async def test_only_a_response_takes_the_place_of_ones_own(arena) -> None:
    async with arena() as it:
        await it.answer(left="l1", right="r1", prompt="first")
        await it.answer(left="l2", right="r2", prompt="second")
        await it.press("escape", "t", "down", "enter")
        await it.until("from the right: two")
        await it.press("i")
        await it.answer(left="l3", right="r3", prompt="third")
        assert messages(it, "left") == ["first", "l1", "second", "r2", "third"]
        assert messages(it, "right") == ["first", "r1", "second", "r2", "third"]


async def test_a_selected_response_of_the_other_side_is_the_last_one_that_comes(arena) -> None:
    async with arena() as it:
        await it.answer(left="l1", right="r1", prompt="first")
        await it.answer(left="l2", right="r2", prompt="second")
        await it.press("escape", "tab", "up", "tab", "t", "enter")
        await it.until("from the right: two")
        assert [t.response.text for t in it.file.session.panes.left.turns] == ["r1"]
        assert "l2" not in it.text


async def test_what_stood_there_comes_back(arena) -> None:
    async with arena() as it:
        await it.answer(left="mine", right="theirs", prompt="first")
        await it.press("escape", "1", "t", "enter")
        await it.until("from the right: two")
        assert it.marks("left") == set()
        await it.press("t")
        await it.type("back again", "enter")
        await it.until("mine")
        assert "from the right" not in it.text
        assert it.marks("left") == {"ok"}
        assert it.attempt("left").text == "mine"
        aside = it.file.session.panes.left.set_aside
        assert [gone.reason for gone in aside] == ["restore"]


async def test_it_is_refused_while_this_side_answers(arena) -> None:
    async with arena() as it:
        await it.answer(left="a", right="b")
        await it.press("f4")
        await it.type("more", "enter")
        await it.press("escape", "t")
        assert "Left is answering; stop it first (s)." in it.text
        await it.press("tab", "t")
        assert "The left is still answering; wait or stop it." in it.text


async def test_nothing_to_take_is_said(arena) -> None:
    async with arena() as it:
        await it.press("escape", "t")
        assert "The right has said nothing yet." in it.text
        it.engine.enqueue("x", side="right", stop="error", error="The model failed.")
        await it.press("i")
        await it.answer(left="fine")
        await it.press("escape", "t")
        assert "That response of the right is empty or failed; select another." in it.text


async def test_marks_of_what_was_set_aside_are_not_undone(arena) -> None:
    async with arena() as it:
        await it.answer(left="mine", right="theirs")
        await it.press("escape", "1", "t", "enter")
        await it.until("from the right: two")
        await it.press("u")
        assert "There is nothing to undo." in it.text
        gone = it.file.session.panes.left.set_aside[0].turns[0]
        assert [entry.action for entry in gone.response.marks] == ["add"]


async def test_a_context_that_cannot_hold_it_says_so_and_nothing_is_lost(arena) -> None:
    profiles = (
        Profile(name="one", preset="./one", template="chatml", context=24),
        Profile(name="two", preset="./two", template="chatml"),
    )
    async with arena(engine=ScriptedEngine(), profiles=profiles) as it:
        await it.press("f2")
        await it.answer(right="word " * 40)
        await it.press("f2", "escape", "t", "enter")
        await it.until("from the right: two")
        await it.press("i", "f4")
        await it.answer(prompt="and now")
        assert "The prompt has" in it.text
        assert (it.attempt("left").error or "").endswith("more than the context of 24 holds.")
        await it.press("escape", "t")
        await it.type("back", "enter")
        await it.until(lambda: not it.file.session.panes.left.turns)


async def test_the_scenario_goes_on_from_where_the_other_side_was(arena) -> None:
    scenario = Scenario(name="s", steps=tuple(Step(prompt=f"step {n}") for n in (1, 2, 3)))
    session = new_session(systems=("", ""), scenario="s")
    async with arena(scenario=scenario, session=session) as it:
        await it.press("f3", "f12")
        it.engine.finish()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await it.press("f3", "escape", "tab", "t", "enter")
        await it.until("from the left: one")
        assert "next: step 2 of 3" in it.rows[0]
