"""Every size, no colour, no emoji: the same arena."""

import pytest

from tui_arena.engine.profile import Profile
from tui_arena.scenario import Scenario, Step
from tui_arena.session import MARKS


async def test_wide_panes_stand_side_by_side_and_narrow_ones_are_stacked(arena) -> None:
    async with arena(size=(100, 30)) as it:
        assert "model-two" in it.row("model-one")
        await it.pilot.resize_terminal(99, 30)
        await it.until(lambda: "model-two" not in it.row("model-one"))


async def test_80_by_24_shows_everything(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="The capital of France is Paris.", right="Paris.")
        assert len(it.rows) == 24
        for part in ("model-one", "model-two", "is Paris.", "writing", "to: both", "saved"):
            assert part in it.text
        assert it.text.count("› hi") == 2
        assert it.text.count("garbage  ") == 2
        assert it.text.count("/8192") == 2
        for part in ("Enter send", "Esc commands", "F1 help", "F2 pause left", "F4 to: both"):
            assert part in it.rows[-1]
        await it.press("escape")
        for part in ("Enter write", "Tab side", "p pause", "s stop", "m model", "? help", "q quit"):
            assert part in it.rows[-1]


@pytest.mark.parametrize("width", [40, 46, 60, 100, 104, 110])
async def test_mark_bars_have_all_six_marks_at_any_width(arena, width: int) -> None:
    async with arena(size=(width, 24)) as it:
        for keys in ("", "escape"):
            if keys:
                await it.press(keys)
            bars = [row for row in it.rows if "mistake" in row]
            words = ["ok", "mistake", "fixed", "garbage", "many", "again"]
            assert sum(row.count(word) for row in bars for word in words) == 12


async def test_a_terminal_too_small_says_so_and_loses_nothing(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.answer(left="first answer")
        await it.type("not sent yet")
        for size in ((39, 24), (20, 5), (80, 9), (5, 2), (1, 1)):
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
            if size[0] >= 20:
                assert "The terminal is too" in it.text
            assert "model-one" not in it.text
        await it.pilot.resize_terminal(40, 10)
        await it.until("not sent yet")
        assert "too small" not in it.text
        await it.pilot.resize_terminal(80, 24)
        await it.until("first answer")
        await it.press("!", "enter")
        assert it.asked("left")[-1] == "not sent yet!"


async def test_resizing_while_it_streams_is_harmless(arena) -> None:
    async with arena(size=(120, 36)) as it:
        it.engine.enqueue([f"line {n}\n" for n in range(80)], side="left")
        await it.type("x", "enter")
        for n, size in enumerate([(80, 24), (39, 8), (160, 45), (99, 12), (100, 30)]):
            it.engine.release(10)
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause(0.15)
            assert it.app.is_running, n
        await it.until("line 49")


async def test_ascii_shows_words_and_nothing_but_ascii(arena) -> None:
    async with arena(ascii_only=True, size=(160, 45)) as it:
        await it.answer(left="naïve – “quoted” ✔ 🍄", right="- **list**")
        await it.press("escape", *"123456")
        assert "OK  MISTAKE  FIXED  GARBAGE  MANY  AGAIN" in it.text
        assert it.marks("left") == set(MARKS)
        assert it.text.isascii()
        await it.press("f1")
        assert "Help" in it.text
        assert it.text.isascii()
        await it.press("escape", "l")
        assert it.text.isascii()


async def test_without_colour_no_colour_is_written(arena, monkeypatch) -> None:
    async with arena() as it:
        await it.answer()
        assert any(segment.style and segment.style.color for segment in drawn(it))
    monkeypatch.setenv("NO_COLOR", "1")
    from tui_arena.app import ArenaApp

    app = ArenaApp(
        engine=it.engine, profiles=(it.app.arena.sides["left"].conversation.profile,) * 2,
        file=it.file, rater="ann",
    )  # fmt: skip
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        colours = {
            colour.name
            for strip in app.screen._compositor.render_strips()
            for segment in strip.apply_filter(app._filters[-1], app.screen.background_colors[1])
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None
        }
        assert colours <= {"default"}


def drawn(it):
    return [segment for strip in it.app.screen._compositor.render_strips() for segment in strip]


async def test_the_title_names_the_scenario(arena) -> None:
    scenario = Scenario(name="calendar", title="The calendar", steps=(Step(prompt="hi"),))
    async with arena(scenario=scenario) as it:
        assert "The calendar" in it.rows[0]


async def test_a_long_name_gives_way_to_the_state(arena) -> None:
    long = Profile(name="x", title="a-model-with-a-very-" * 5, preset="./x", template="chatml")
    async with arena(profiles=(long, long), size=(60, 24)) as it:
        assert "ready" in it.row("a-model-with")


async def test_help_lists_every_command(arena) -> None:
    from tui_arena.keymap import COMMANDS

    async with arena(size=(120, 170)) as it:
        await it.press("f1")
        for command in COMMANDS:
            assert command.help in it.text
        await it.press("escape")
        assert "writing" in it.text
        await it.press("escape", "question_mark")
        assert "Two models, one prompt." in it.text
        await it.press("q")
        assert it.app.is_running
        assert "commanding left" in it.text


async def test_the_log_screen_shows_the_end_of_the_log(arena, tmp_path) -> None:
    log = tmp_path / "state" / "tui_arena" / "arena.log"
    async with arena() as it:
        await it.press("escape", "l")
        assert "Nothing was logged yet." in it.text
        await it.press("l")
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("old\n" * 20_000 + "W0000 [/b] a warning of \x1b[31mXLA\n")
        await it.press("l")
        await it.until("W0000 [/b] a warning of ␛[31mXLA")
