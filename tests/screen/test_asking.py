"""What a side is asked with: its system text and sampler, set by a person; and how often."""

import pytest
from textual.events import Paste

from tui_arena.engine.profile import Profile, Sampler
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.scenario import Scenario, Step
from tui_arena.session import new_session
from tui_arena.store import load_session

SAID = Profile(
    name="said", title="Zulu nine", preset="./zulu", template="chatml", system="You are Zulu.",
    sampler=Sampler(temperature=0.7, top_k=50, seed=42), max_tokens=77,
)  # fmt: skip
PLAIN = Profile(name="plain", title="Yankee three", preset="./yankee", template="chatml")


def pair(*profiles: Profile) -> dict[str, object]:
    """A new session of two profiles, as the command line begins it."""
    left, right = profiles
    session = new_session(systems=(left.system, right.system))
    return {"profiles": (left, right), "session": session}


async def paste(it, text: str) -> None:
    it.app.post_message(Paste(text))
    await it.pilot.pause()


def last(it, side: str):
    return next(r for r in reversed(it.engine.requests) if r.conversation == side)


async def test_a_side_is_asked_with_its_own_system_text_and_sampler(arena) -> None:
    async with arena(size=(80, 24), **pair(SAID, SAID)) as it:
        await it.answer(prompt="first")
        await it.press("escape", "a")
        assert "What the left is asked with  ·  Zulu nine" in it.text
        assert "System text: the profile's" in it.text
        assert "You are Zulu." in it.text
        text = "Speak as an oracle does.\nBe kind.\n" + "word " * 2000
        await it.press("ctrl+u")
        await paste(it, text)
        assert "System text: yours" in it.text
        await it.type("", "tab")
        await it.type("0.9", "down", "down", "down")
        await it.type("7", "tab")
        await it.type("200", "enter")
        assert "The left is asked so; u undoes it." in it.text
        assert "t 0.9, own system, seed 7, max 200" in it.row("Zulu nine")
        assert it.text.count("came after another system text") == 1
        await it.press("i")
        await it.answer(prompt="second")
        asked, other = last(it, "left"), last(it, "right")
        assert asked.messages[0].text == text
        assert asked.sampler == Sampler(temperature=0.9, top_k=50, seed=7)
        assert asked.max_tokens == 200
        assert other.messages[0].text == "You are Zulu."
        assert (other.sampler, other.max_tokens) == (SAID.sampler, 77)
        it.file.save()
        session = load_session(it.file.path)
    assert session.panes.left.sampler == Sampler(temperature=0.9, top_k=50, seed=7)
    assert (session.panes.left.max_tokens, session.panes.right.sampler) == (200, None)
    async with arena(size=(80, 24), profiles=(SAID, SAID), session=session) as it:
        assert "t 0.9, own system, seed 7, max 200" in it.row("Zulu nine")
        assert it.text.count("came after another system text") == 1
        await it.answer(prompt="third")
        assert last(it, "left").messages[0].text == text
        assert (last(it, "left").sampler.seed, last(it, "left").max_tokens) == (7, 200)
        await it.press("escape", "a", "ctrl+r")
        assert "System text: the profile's" in it.text
        await it.press("enter")
        assert "t 0.9" not in it.text
        pane = it.file.session.panes.left
        assert (pane.system, pane.sampler, pane.max_tokens) == ("You are Zulu.", None, None)
        await it.press("u")
        assert "Undone: the left is asked as before." in it.text
        assert (pane.system, pane.max_tokens) == (text, 200)


async def test_both_sides_are_asked_alike_and_the_rest_is_as_each_profile_says(arena) -> None:
    async with arena(**pair(SAID, PLAIN)) as it:
        await it.press("escape", "tab", "a")
        assert "What the right is asked with" in it.text
        await it.type("Be brief.", "f4", "tab")
        assert "What both sides are asked with" in it.text
        assert "as each one's profile says" in it.text
        await it.type("1.5", "enter")
        assert "Both sides are asked so" in it.text
        assert it.text.count("t 1.5, own system") == 2
        await it.press("i")
        await it.answer()
        left, right = last(it, "left"), last(it, "right")
        assert left.messages[0] == right.messages[0]
        assert left.sampler == Sampler(temperature=1.5, top_k=50, seed=42)
        assert right.sampler == Sampler(temperature=1.5)
        assert left.max_tokens == 77
        await it.press("escape", "u")
        assert "Undone: both sides are asked as before." in it.text
        assert it.app.arena.sides["left"].conversation.settings.sampler is None


async def test_a_number_that_cannot_be_is_one_sentence_and_nothing_is_lost(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("escape", "a")
        await it.type("Be brief.", "tab", "tab", "tab")
        await it.type("2", "enter")
        assert "top_p: “2” cannot be; write a number above 0 and up to 1" in it.text
        assert "Be brief." in it.text
        await it.press("escape")
        assert "Not applied yet: Enter applies it, Esc again drops it." in it.text
        await it.press("backspace", "0", ".", "9", "enter")
        assert "top_p 0.9, own system" in it.row("model-one")
        assert it.file.session.panes.left.system == "Be brief."
        await it.press("a", "x", "escape", "escape")
        assert "Nothing was changed." in it.text
        assert it.file.session.panes.left.system == "Be brief."


async def test_no_system_text_at_all_is_another_thing_than_the_profiles(arena) -> None:
    async with arena(**pair(SAID, PLAIN)) as it:
        await it.press("escape", "a", "ctrl+u")
        assert "System text: none at all" in it.text
        assert "No system text." in it.text
        await it.press("enter", "M")
        await it.until("The sides have swapped their models.")
        pane = it.file.session.panes
        assert (pane.left.system, pane.right.system) == ("", "You are Zulu.")
        await it.press("M")
        assert (pane.left.system, pane.right.system) == ("", "")


async def test_what_changes_while_an_answer_streams_holds_from_the_next_one_on(arena) -> None:
    async with arena() as it:
        it.engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        it.engine.release()
        await it.until(lambda: it.state("left") == "streaming")
        await it.type("next", "enter", "escape")
        await it.press("a")
        assert (
            "An answer under way goes on as it was asked; all this holds from the next" in it.text
        )
        await it.type("Be brief.", "enter")
        assert "The left is asked so, from the next answer on; u undoes it." in it.text
        it.engine.finish()
        await it.until(lambda: it.asked("left") == ["count", "next"])
        first, second = (turn.response for turn in it.file.session.panes.left.turns)
        assert (first.text, first.system, second.system) == ("one two three", "", "Be brief.")


async def test_blind_the_page_and_the_screen_are_the_same_whichever_model_it_is(
    arena, monkeypatch, tmp_path
) -> None:
    seen: list[list[str]] = []
    for swapped in (False, True):
        monkeypatch.setattr("tui_arena.screens.blindness.toss", lambda to=swapped: to)
        looks = []
        more = pair(SAID, PLAIN)
        more["session"].id = "always-the-same"
        (tmp_path / "always-the-same.json").unlink(missing_ok=True)
        async with arena(blind=True, **more) as it:
            await it.answer(left="one", right="two")
            await it.press("escape", "r")
            looks.append(it.text)
            it.engine.finish()
            await it.press("a")
            looks.append(it.text)
            assert "System text: the profile's, hidden" in it.text
            assert "Zulu" not in it.text
            await it.press("tab")
            await it.type("0.9", "enter")
            assert "top_k: write all four or none" in it.text
            await it.type("5", "tab")
            await it.type("1", "tab")
            await it.type("3", "enter")
            looks.append(it.text)
            assert "t 0.9, top_k 5, top_p 1, seed 3" in it.row("a hidden model")
            await it.press("a")
            looks.append(it.text)
            await it.type("Be brief.", "enter")
            await it.press("A", "3", "i")
            await it.answer(left="one", right="two")
            await it.press("escape", "a", "ctrl+u", "enter", "r")
            looks.append(it.text)
            await it.press("b")
            await it.until("Revealed")
        seen.append(looks)
    for kept, other in zip(*seen, strict=True):
        assert kept == other


async def test_a_scenarios_own_system_text_is_usual_and_comes_back(arena) -> None:
    three = Scenario(name="s", title="S", system="Count.", steps=(Step(prompt="One?"),))
    session = new_session(systems=("Count.", "Count."), scenario="s")
    async with arena(profiles=(SAID, PLAIN), scenario=three, session=session) as it:
        assert "own system" not in it.text
        await it.press("escape", "a")
        assert "System text: the scenario's" in it.text
        await it.press("x", "enter")
        assert session.panes.left.system == "Count.x"
        assert "own system" in it.row("Zulu nine")
        await it.press("a", "ctrl+r", "enter")
        assert session.panes.left.system == "Count."
        assert "own system" not in it.text


async def test_a_terminal_of_the_least_size_has_the_page_too(arena) -> None:
    async with arena(size=(40, 10), ascii_only=True) as it:
        await it.press("escape", "a", "tab", "down", "down", "down", "down")
        assert "max_tokens" in it.text
        await it.type("x", "enter")
        assert "max_tokens:" in it.text
        assert it.text.isascii() or "“x”" in it.text
        await it.press("backspace", "9", "enter")
        assert it.file.session.panes.left.max_tokens == 9


# how often


async def test_a_prompt_is_asked_several_times_from_its_start_until_that_is_changed(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("escape", "A", "5")
        assert "─ 5 attempts ─" in it.text
        assert "Greedy sides are sampled at 0.7." in it.text
        await it.press("i")
        await it.answer(prompt="reliable?")
        for side in ("left", "right"):
            assert last(it, side).attempts == 5
            [turn] = it.file.session.panes[side].turns
            assert [a.sampler.seed for a in turn.attempts] == [0, 1, 2, 3, 4]
            assert {a.sampler.temperature for a in turn.attempts} == {0.7}
            assert turn.selected == 0
        assert it.text.count("attempt 1 of 5") == 2
        await it.answer(prompt="again?")
        assert last(it, "left").attempts == 5
        await it.press("escape", "A", "1", "enter")
        assert "One answer to each prompt again." in it.text
        assert "attempts ─" not in it.text
        await it.press("i")
        await it.answer(prompt="once")
        assert last(it, "left").attempts == 1


@pytest.mark.parametrize("key", ["f12", "n"])
async def test_steps_and_corrections_are_asked_as_often(arena, key) -> None:
    scenario = Scenario(name="s", steps=(Step(prompt="One?"),))
    async with arena(scenario=scenario) as it:
        await it.press("escape", "A", "1", "0")
        await it.press(key)
        if key == "n":
            await it.press("enter")
        assert last(it, "left").attempts == 10
        assert len(it.file.session.panes.left.turns[0].attempts) == 10


async def test_what_waits_says_how_often_it_will_be_asked(arena) -> None:
    engine = ScriptedEngine(hold_loads=True)
    async with arena(engine=engine, ready=False) as it:
        await it.press("escape", "A", "2", "i")
        await it.type("hello", "enter")
        assert it.text.count("(waiting, 2 attempts)") == 2
        engine.finish_load("one")
        await it.until(lambda: it.asked("left") == ["hello"])
        assert last(it, "left").attempts == 2
