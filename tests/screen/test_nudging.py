"""Corrections: the palette, a prompt that is meant as one, and what they leave in the record."""

from pathlib import Path

import pytest

from tui_arena.nudges import BUILT_IN
from tui_arena.scenario import find_scenario
from tui_arena.session import Corrects


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's configuration folder."""
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setattr("tui_arena.nudges.config_folder", lambda: folder)
    return folder


def prompt(it, side: str = "left"):
    return it.file.session.panes[side].turns[-1].prompt


async def test_a_nudge_goes_to_the_chosen_side_and_names_what_it_corrects(arena, config) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="call(2023)", right="call(2024)", prompt="add a meeting")
        await it.press("escape", "2", "n")
        assert "A correction to left" in it.text
        await it.type("just api", "enter")
        assert it.asked("left") == ["add a meeting", "Just the API call please."]
        assert it.asked("right") == ["add a meeting"]
        turn = it.file.session.panes.left.turns[0]
        assert prompt(it).kind == "correction"
        assert prompt(it).corrects == Corrects(
            turn=turn.id, attempt=turn.response.id, mark="mistake"
        )
        assert "Sent to the left." in it.text
        assert "(correction)" in it.text


async def test_a_mark_taken_back_or_a_good_one_is_not_answered(arena, config) -> None:
    async with arena() as it:
        await it.answer()
        await it.press("escape", "3", "4", "6", "6", "n", "enter")
        it.engine.finish()
        assert prompt(it).corrects.mark == "garbage"
        await it.press("1", "2", "2", "n", "enter")
        assert prompt(it).corrects.mark is None


async def test_a_selected_response_is_the_one_that_is_corrected(arena, config) -> None:
    async with arena() as it:
        await it.answer(prompt="first")
        await it.answer(prompt="second")
        await it.press("escape", "up", "5", "n", "enter")
        first = it.file.session.panes.left.turns[0]
        assert prompt(it).corrects == Corrects(
            turn=first.id, attempt=first.response.id, mark="many"
        )


async def test_f4_turns_the_nudge_to_other_sides(arena, config) -> None:
    async with arena() as it:
        await it.press("ctrl+n")
        assert "A correction to left" in it.text
        await it.press("f4")
        assert "A correction to right" in it.text
        await it.press("f4", "enter")
        assert it.asked("left") == it.asked("right") == [BUILT_IN[0]]
        assert prompt(it).corrects is None


async def test_tab_puts_the_nudge_on_the_line_as_a_correction(arena, config) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer()
        await it.press("escape", "n")
        await it.type("wrong time", "tab")
        await it.until("writing a correction")
        assert it.prompt == "The time is wrong."
        assert "It goes to both; F4 changes that." in it.text
        await it.type(" It is 5PM.", "enter")
        assert it.asked("right")[-1] == "The time is wrong. It is 5PM."
        assert [prompt(it, side).kind for side in ("left", "right")] == ["correction"] * 2
        assert "writing a correction" not in it.text


async def test_ctrl_t_makes_the_next_prompt_a_correction_and_only_that(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer()
        await it.press("ctrl+t")
        assert "writing a correction" in it.text
        await it.press("ctrl+t")
        assert "writing a correction" not in it.text
        await it.press("ctrl+t")
        await it.type("no", "enter")
        assert prompt(it).kind == "correction"
        assert prompt(it).corrects.turn == it.file.session.panes.left.turns[0].id
        it.engine.finish()
        await it.type("go on", "enter")
        assert (prompt(it).kind, prompt(it).corrects) == ("free", None)


async def test_a_correction_that_nobody_can_take_stays_on_the_page(arena, config) -> None:
    async with arena() as it:
        await it.press("f2", "ctrl+n", "enter")
        assert "Not sent: left is paused." in it.text
        await it.press("escape")
        assert it.engine.requests == []


async def test_own_nudges_come_first_then_those_of_the_scenario(arena, config) -> None:
    (config / "nudges.toml").write_text('nudges = ["Be brief!", "Wrong API call."]\n')
    async with arena(scenario=find_scenario("calendar")) as it:
        await it.press("escape", "n")
        at = [
            it.text.index(text)
            for text in ("Be brief!", "Wrong API call.", "The current year is 2024.", BUILT_IN[1])
        ]
        assert at == sorted(at)
        assert "yours" in it.row("Be brief!")
        assert "scenario" in it.row("The current year is 2024.")
        assert it.text.count("Wrong API call.") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nudges = [", "is not valid TOML"),
        ('nudge = ["x"]', "unknown key `nudge`; the keys here are nudges"),
        ("nudges = [3]", "key `nudges[0]`"),
        ('nudges = ["x", " "]', "one of the nudges is empty"),
    ],
)
async def test_a_bad_file_is_one_sentence_and_the_others_stay(arena, config, text, says) -> None:
    (config / "nudges.toml").write_text(text)
    async with arena() as it:
        await it.press("escape", "n")
        assert says in " ".join(it.text.split())
        assert BUILT_IN[0] in it.text


async def test_a_nudge_from_a_file_cannot_act_on_the_terminal(arena, config) -> None:
    (config / "nudges.toml").write_text('nudges = ["a\\u001b[2Jb [bold]c"]\n')
    async with arena() as it:
        await it.press("escape", "n")
        assert "a␛[2Jb [bold]c" in it.text
