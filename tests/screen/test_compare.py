"""The page that compares: which texts, in signs as well as colour, and how to leave it."""

import pytest

from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.scenario import Scenario, Step

SCENARIO = Scenario(
    name="short",
    title="Short",
    steps=(
        Step(prompt="hi", expected="call(2023)", expected_in_dialog="call(2024)"),
        Step(prompt="more", kind="correction"),
    ),
)


async def play(it, **answers: str) -> None:
    """Send the next step and let both answers come to their end."""
    for side, text in answers.items():
        it.engine.enqueue(text, side=side)
    await it.press("f12")
    it.engine.finish()
    await it.until(lambda: not any(live.busy for live in it.app.arena.sides.values()))
    await it.pilot.pause()


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_it_shows_how_the_answers_of_both_sides_differ(arena, ascii_only) -> None:
    async with arena(size=(80, 24), ascii_only=ascii_only) as it:
        await it.answer(left="the year is 2023, café", right="the year is 2024, café")
        await it.press("escape", "d")
        assert "Compare: left answer 1 with right answer 1" in it.text
        cafe = "cafe" if ascii_only else "café"
        assert f"the year is [-2023-]{{+2024+}}, {cafe}" in it.text
        assert "[-only in left answer 1-] 1 word" in it.text
        assert "in both 4 words" in " ".join(it.text.split())
        assert all(len(row) <= 80 for row in it.rows)
        await it.press("escape")
        assert "Compare" not in it.text
        await it.press("d", "q")
        assert it.app.screen is it.app.arena


async def test_its_key_turns_to_what_the_scenario_expects_and_to_the_answer_before(arena) -> None:
    async with arena(scenario=SCENARIO) as it:
        await play(it, left="call(2023)", right="no")
        await it.press("escape", "d", "d")
        assert "Compare 2 of 3: the expected answer with left answer 1" in it.text
        assert "Both are the same, word for word (2 words)." in it.text
        await it.press("d")
        assert "Compare 3 of 3: the answer expected in the dialog" in it.text
        assert "call([-2024-]{+2023+})" in it.text
        await it.press("d")
        assert "Compare 1 of 3" in it.text
        await it.press("left")
        assert "Compare 3 of 3" in it.text
        await it.press("escape", "enter")
        await play(it, left="call(2025)")
        await it.press("escape", "d", "d")
        assert "Compare 2 of 2: left answer 1 with left answer 2" in it.text
        assert "call([-2023-]{+2025+})" in it.text


async def test_it_compares_the_selected_answers(arena) -> None:
    async with arena() as it:
        await it.answer(left="first", right="same")
        await it.answer(left="second", right="same")
        await it.press("escape", "up", "d")
        assert "left answer 1 with right answer 2" in it.text
        assert "[-first-]{+same+}" in it.text


async def test_other_attempts_and_the_words_of_the_model_are_compared_too(arena) -> None:
    async with arena() as it:
        await it.answer(left="the first", right="same")
        it.engine.enqueue("the second", side="left")
        await it.press("escape", "r")
        it.engine.finish()
        await it.until(lambda: not it.app.arena.sides["left"].busy)
        await it.press("E", "ctrl+a", "!")
        await it.until("!")
        await it.press("enter")
        await it.until("edited by ann")
        words = it.attempt("left").said
        assert words != "the second"
        await it.press("d")
        assert "1 of 3: left answer 1 with right answer 1" in it.text
        await it.press("d")
        assert "2 of 3: the model's own words with left answer 1" in it.text
        await it.press("d")
        assert "3 of 3: its attempt 1 with left answer 1" in it.text
        await it.press("escape", "c")
        assert it.app.clipboard == words


async def test_without_two_answers_one_line_says_so(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("escape", "d")
        assert "Nothing to compare yet: it takes two answers." in it.text


async def test_an_answer_under_way_is_compared_as_far_as_it_came(arena) -> None:
    engine = ScriptedEngine()
    async with arena(engine=engine) as it:
        engine.enqueue("one two three", side="left")
        await it.type("count", "enter")
        engine.release()
        await it.until("one")
        await it.press("escape", "d")
        assert "left answer 1 so far with right answer 1 so far" in it.text


async def test_what_models_wrote_cannot_act_there_either(arena) -> None:
    async with arena() as it:
        await it.answer(left="[b]x[/b]\x1b]0;t\x07", right="[b]x[/b]\x1b[2J")
        await it.press("escape", "d")
        assert "\x1b" not in it.text
        assert "[b]x[/b]␛[-]0;t␇-]{+[2J+}" in it.text


async def test_a_long_difference_scrolls(arena) -> None:
    async with arena(size=(80, 24)) as it:
        lines = "\n".join(f"line {n}" for n in range(60))
        await it.answer(left=lines, right=lines.replace("line 59", "the last"))
        await it.press("escape", "d")
        assert "[-line 59-]" not in it.text
        await it.press("end")
        assert "[-line 59-]{+the last+}" in it.text
