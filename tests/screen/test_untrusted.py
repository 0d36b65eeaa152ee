"""Text from outside is only ever shown: wherever it can reach, it neither acts nor crashes."""

import re
from pathlib import Path

import pytest
from textual import events

from tui_arena.engine.profile import Profile
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.scenario import Scenario, Step
from tui_arena.session import SessionError

NASTY = "a [/b] [@click=app.quit]q[/] [red]r \x1b]52;c;eA==\x07 \x9b2J \u202etxet"
SHOWN = "a [/b] [@click=app.quit]q[/] [red]r ␛]52;c;eA==␇ <U+009B>2J <U+202E>txet"
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@pytest.mark.parametrize("width", [200, 80])
async def test_nothing_from_outside_acts_or_crashes_wherever_it_is_shown(
    arena, tmp_path, width: int, monkeypatch
) -> None:
    profile = Profile(name=NASTY, title=NASTY, preset="./x", template="chatml")
    scenario = Scenario(name=NASTY, title=NASTY, steps=(Step(prompt="x"),))
    engine = ScriptedEngine(hold_loads=True)
    async with arena(
        engine=engine, profiles=(profile, profile), scenario=scenario, ready=False, size=(width, 50)
    ) as it:

        async def looks_safe() -> None:
            await it.pilot.pause()
            assert not HARMFUL.search(it.text)
            assert it.app.is_running

        await it.until("getting weights")
        engine.report_load(NASTY, 0.3)
        await it.until("a [/b] [@click=app.quit]q[/]")
        it.app.post_message(events.Paste(NASTY))
        await looks_safe()
        assert SHOWN in it.text or width == 80
        await it.press("enter")
        await looks_safe()  # a prompt that waits
        engine.fail_load(NASTY)
        await it.until("try again")
        await looks_safe()
        await it.press("escape", "r", "tab", "r")
        engine.finish_load()
        await it.until(lambda: len(engine.requests) == 2)
        engine.finish()
        await it.until(lambda: it.state("left") == "ready")
        await looks_safe()

        await it.press("i")
        engine.enqueue(list(NASTY), side="left")
        engine.enqueue("# **x** " + NASTY + "\n- [x](javascript:alert) `" + NASTY, side="right")
        await it.type("x", "enter")
        engine.release(10)
        await looks_safe()
        engine.finish()
        await it.until(lambda: not any(live.busy for live in it.app.arena.sides.values()))
        await looks_safe()
        assert it.attempt("left").text == NASTY  # what is saved stays raw

        engine.enqueue([], side="left", stop="error", error=NASTY)
        await it.type("x", "enter")
        engine.finish()
        await it.until(lambda: it.state("left") == "failed")
        await looks_safe()

        def refuse(*_: object) -> None:
            it.file.problem = NASTY
            raise SessionError(NASTY)

        monkeypatch.setattr(it.file, "_write", refuse)
        await it.press("f5")
        await it.until("not saved")
        await looks_safe()
        for key in ("f1", "escape", "escape", "l"):
            await it.press(key)
            await looks_safe()


async def test_a_link_in_an_answer_cannot_be_followed(arena, monkeypatch) -> None:
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda *how, **more: opened.append(how))
    async with arena() as it:
        await it.answer(left="[click](http://x.example) http://y.example **b**")
        at = next(n for n, row in enumerate(it.rows) if "click" in row)
        await it.pilot.click(offset=(it.rows[at].index("click") + 1, at))
        await it.pilot.pause()
        assert opened == []
        assert it.app.is_running


def test_no_widget_reads_markup() -> None:
    """Text reaches widgets as content or through `Plain`; whatever reads markup is not used."""
    package = Path(__file__).parents[2] / "tui_arena"
    forbidden = re.compile(
        r"\b(?:Static|Label|Button|OptionList|DataTable|RichLog|Collapsible|RadioButton)\(|"
        r"\.notify\((?!.*markup=False\))|border_(?:sub)?title|from_markup|markup=True"
    )
    for path in [package / "app.py", *package.glob("screens/*.py"), *package.glob("widgets/*.py")]:
        found = forbidden.findall(path.read_text().replace("class Plain(Static)", ""))
        assert not found, f"{path.name}: {found}"


@pytest.mark.parametrize(
    "coded",
    [
        "<http://a/%1b]52;c;ZXZpbA==%1b%5C>",
        "&#x202e;txet &#27;]0;title&#7; &#x9b;2J",
        "![a&#x202e;b](x 't&#x1b;') [l&#x2028;k](<%1b[2J>)",
        "| a&#x202e;b |\n|---|\n| &#x1b;[2J |",
        "```x&#27;y\n\x1b[2J &#27;\n```",
    ],
)
async def test_what_markdown_decodes_cannot_act_either(arena, coded: str) -> None:
    async with arena() as it:
        await it.answer(left=f"**bold** {coded}")
        await it.until("bold")
        assert "**bold**" not in it.text
        assert not HARMFUL.search(it.text)
