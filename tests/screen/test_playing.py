"""A scenario in the arena: its steps, each side's own place, and what is expected."""

from pathlib import Path

import pytest
from textual.events import Key

from tui_arena.scenario import Scenario, Step, find_scenario
from tui_arena.session import new_session

THREE = Scenario(
    name="three",
    title="Three steps",
    system="Count.",
    steps=(
        Step(prompt="One?", expected="EXPECTED 1", expected_in_dialog="IN DIALOG 1"),
        Step(prompt="No, two.", kind="correction", expected="EXPECTED 2"),
        Step(prompt="Three?"),
    ),
)


def systems() -> dict[str, object]:
    return {"session": new_session(systems=("Count.", "Count."), scenario="three")}


async def steps(it, count: int = 1) -> None:
    """Send the next step so often, each answered to its end."""
    for _ in range(count):
        await it.press("f12")
        it.engine.finish()
        await it.until(lambda: not any(s.busy for s in it.app.arena.sides.values()))


async def test_f12_sends_step_after_step_while_the_writing_line_keeps_its_text(arena) -> None:
    async with arena(size=(80, 24), scenario=THREE, **systems()) as it:
        assert "Three steps  next: step 1 of 3" in it.rows[0]
        await it.type("half a thought")
        await steps(it, 2)
        assert "next: step 3 of 3" in it.rows[0]
        await steps(it)
        assert "all 3 steps played" in it.rows[0]
        assert it.asked("left") == it.asked("right") == ["One?", "No, two.", "Three?"]
        assert it.prompt == "half a thought"
        turns = it.file.session.panes.left.turns
        assert [turn.prompt.step for turn in turns] == [1, 2, 3]
        assert [turn.prompt.kind for turn in turns] == ["script", "correction", "script"]
        await it.press("f12")
        assert "All 3 steps were sent; < goes back a step." in it.text
        assert len(it.engine.requests) == 6


async def test_no_request_ever_holds_what_is_expected(arena) -> None:
    calendar = find_scenario("calendar")
    expected = {text for s in calendar.steps for text in (s.expected, s.expected_in_dialog) if text}
    async with arena(scenario=calendar, **systems()) as it:
        for number, step in enumerate(calendar.steps, 1):
            await steps(it)
            await it.press("escape", "x")
            assert f"Step {number}: what is expected" in it.text
            assert (step.expected or "")[:30] in it.text
            await it.press("escape", "i")
        said = [m.text for request in it.engine.requests for m in request.messages]
        asked = {step.prompt for step in calendar.steps}
        assert {m.text for r in it.engine.requests for m in r.messages if m.role == "user"} == asked
        assert len(said) > 40
        assert not [text for text in said if any(answer in text for answer in expected)]


async def test_each_side_keeps_its_own_place(arena) -> None:
    async with arena(size=(80, 24), scenario=THREE, **systems()) as it:
        await it.press("f4")
        await steps(it)
        assert "next of 3 steps: left 2, right 1" in it.rows[0]
        assert "Step 1 to the left." in it.text
        await it.press("f4", "f4")
        await steps(it)
        assert it.asked("left") == ["One?", "No, two."]
        assert it.asked("right") == ["One?"]
        assert "Step 2 to the left, step 1 to the right." in it.text
        await steps(it)
        assert "left done, right 3" in it.rows[0]
        await steps(it, 1)
        assert "all 3 steps played" in it.rows[0]
        assert it.asked("left") == it.asked("right")


async def test_a_step_waits_for_an_answer_and_undo_goes_back_to_it(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await it.press("f12")
        it.engine.release()
        await it.press("f12", "f12")
        assert it.text.count("(waiting)") == 4
        assert "all 3 steps played" in it.rows[0]
        await it.press("escape", "u")
        assert it.text.count("(waiting)") == 2
        assert "next: step 3 of 3" in it.rows[0]
        it.engine.finish()
        await it.until(lambda: it.asked("left") == it.asked("right") == ["One?", "No, two."])
        [_, second] = it.file.session.panes.left.turns
        assert second.prompt.corrects.turn == it.file.session.panes.left.turns[0].id


async def test_a_paused_side_keeps_its_place(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await it.press("f3")
        await steps(it)
        assert "left 2, right 1" in it.rows[0]
        await it.press("f2", "f12")
        assert "No step was sent: both are paused." in it.text


async def test_free_corrections_come_between_and_belong_to_the_step_before(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await steps(it)
        await it.answer(left="mended", right="not mended", prompt="just the call")
        assert "next: step 2 of 3" in it.rows[0]
        assert it.file.session.panes.left.turns[1].prompt.step is None
        await it.press("escape", "x")
        assert "EXPECTED 1" in it.text
        assert "IN DIALOG 1" in it.text
        assert "The left side said" in it.text
        assert "mended" in it.text
        await it.press("x", "space")
        assert it.asked("left") == ["One?", "just the call", "No, two."]


async def test_back_on_and_choosing_a_step(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await it.press("escape", "less_than_sign")
        assert "next: step 1 of 3" in it.rows[0]
        await it.press("greater_than_sign", "greater_than_sign", "greater_than_sign")
        await it.press("greater_than_sign")
        assert "all 3 steps played" in it.rows[0]
        await it.press("less_than_sign")
        assert "next: step 3 of 3" in it.rows[0]
        await it.press("number_sign")
        assert "The next step for left and right" in it.text
        assert "correction" in it.row("No, two.")
        await it.type("two", "enter")
        assert "next: step 2 of 3" in it.rows[0]
        await it.press("space")
        assert it.asked("right") == ["No, two."]


async def test_without_a_scenario_each_command_says_so(arena) -> None:
    async with arena() as it:
        await it.press("f12")
        assert "No scenario is played: S chooses one." in it.text
        await it.press("escape")
        for key in ("x", "less_than_sign", "number_sign"):
            await it.press(key)
            assert "No scenario is played: S chooses one." in it.text
        assert it.engine.requests == []


async def test_nothing_is_expected_before_a_step_was_sent(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await it.press("escape", "x")
        assert "No step was sent to the left yet." in it.text


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own scenarios: a good one and a bad one."""
    monkeypatch.setattr("tui_arena.scenario.config_folder", lambda: tmp_path / "config")
    folder = tmp_path / "config" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(
        'title = "My own"\nsystem = "Be mine."\n[[steps]]\nprompt = "Mine?"\n'
    )
    (folder / "bad.toml").write_text('[[steps]]\nprompt = "x"\nexpcted = "y"\n')
    return folder


async def test_a_scenario_is_opened_in_the_arena(arena, own) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("escape", "S")
        assert "6 steps" in it.row("(calendar)")
        assert "unknown key `steps[0].expcted`" in " ".join(it.text.split())
        await it.type("my own", "enter")
        assert "My own: F12 sends the next step." in it.text
        assert "next: step 1 of 1" in it.rows[0]
        await it.press("f12")
        assert it.asked("left") == ["Mine?"]
        assert [m.text for m in it.engine.requests[0].messages] == ["Be mine.", "Mine?"]
        assert it.file.session.scenario == "mine"
        it.engine.finish()
        await it.press("S")
        await it.type("cal", "enter")
        assert "This session plays mine; play calendar in a new one." in it.text
        await it.press("escape")
        assert it.file.session.scenario == "mine"


async def test_a_resumed_session_goes_on_after_its_last_step(arena) -> None:
    session = new_session(systems=("Count.", "Count."), scenario="three")
    async with arena(scenario=THREE, session=session) as it:
        await steps(it, 2)
    async with arena(scenario=THREE, session=session) as it:
        assert "next: step 3 of 3" in it.rows[0]


async def test_esc_and_a_key_that_arrive_as_one_leave_a_page_and_act(arena) -> None:
    async with arena(scenario=THREE, **systems()) as it:
        await it.press("escape", "number_sign")
        assert "The next step for" in it.text
        it.app.post_message(Key("alt+S", "S"))
        await it.until("A scenario to play")
        it.app.post_message(Key("alt+i", "i"))
        await it.until("writing")
        await it.type("hi", "enter")
        assert it.asked("left") == ["hi"]


async def test_the_system_text_of_a_scenario_goes_with_it(arena, own) -> None:
    (own / "plain.toml").write_text('[[steps]]\nprompt = "Plain?"\n')
    async with arena() as it:
        for name, system in (("mine", "Be mine."), ("plain", ""), ("mine", "Be mine.")):
            await it.press("escape", "S")
            await it.type(name, "enter")
            await it.until(lambda: "A scenario to play" not in it.text)
            assert it.file.session.scenario == name
            assert {it.file.session.panes[side].system for side in it.app.arena.sides} == {system}
            await it.press("i")
