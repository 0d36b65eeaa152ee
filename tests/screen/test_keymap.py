"""The key map is one table without clashes, and no key is one that terminals swallow."""

from collections import Counter
from pathlib import Path

import pytest
from textual import events
from textual.actions import parse

from tui_arena.command import footer, groups, holds
from tui_arena.key_names import key_named, written_key
from tui_arena.keyboard import SWALLOWED, bindings, remapped, remapped_pages
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import PAGES
from tui_arena.keymap.rating_later import rating_commands
from tui_arena.manner import Manner
from tui_arena.scenario import Scenario, Step
from tui_arena.score_app import ScoreApp
from tui_arena.screens.scores.showing import ScoreShowing
from tui_arena.settings import SettingsError
from tui_arena.widgets.signs import signs


def test_a_key_means_one_thing_in_each_state() -> None:
    for writing in (True, False):
        keys = Counter(k for c in COMMANDS if holds(c.when, writing=writing) for k in c.keys)
        assert [key for key, count in keys.items() if count > 1] == []


async def test_ids_are_unique_and_every_action_exists(arena) -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    async with arena() as it:
        found = it.app.arena.commands
        for command in bindings_of_the_screen():
            group, name, _ = parse(command.action)
            assert callable(getattr(found[group], name)), command.id
        assert {parse(command.action)[0] for command in bindings_of_the_screen()} == set(found)


def test_nothing_depends_on_keys_that_terminals_and_multiplexers_take() -> None:
    by_action: dict[str, set[str]] = {}
    for command in COMMANDS:
        by_action.setdefault(command.action, set()).update(command.keys)
    for action, keys in by_action.items():
        assert keys - SWALLOWED, action


def test_letters_and_digits_act_only_while_commanding() -> None:
    for command in COMMANDS:
        if any(len(key) == 1 for key in command.keys):
            assert command.when == "commanding", command.id


def test_bindings_footer_and_help_come_from_the_table() -> None:
    shown = [command.id for command in bindings_of_the_screen()]
    made = [str(binding.id) for binding in bindings()]
    assert [name for name in made if not name.endswith("-alt")] == shown
    assert {command.id for command in COMMANDS} - set(shown) == {"send", "newline"}
    assert next(c.id for c in footer(COMMANDS, writing=True)) == "send"
    assert "quit" in [c.id for c in footer(COMMANDS, writing=False)]
    assert sum(len(commands) for _, commands in groups(COMMANDS)) == len(COMMANDS)


def bindings_of_the_screen():
    return [command for command in COMMANDS if command.action]


def test_keys_have_one_name_however_they_are_written() -> None:
    for written, key, shown in (
        ("F6", "f6", "F6"),
        ("?", "question_mark", "?"),
        ("+", "plus", "+"),
        ("P", "P", "P"),
        ("shift+Ctrl+Left", "ctrl+shift+left", "Ctrl+Shift+←"),
        ("ctrl+x", "ctrl+x", "^X"),
        ("pageup", "pageup", "PgUp"),
        ("alt++", "alt+plus", "Alt++"),
    ):
        assert key_named(written) == key
        assert written_key(key) == shown
    for wrong in ("", " ", "f99", "ctrl+", "hello", "strg+x", "\x1b"):
        assert key_named(wrong) is None
    assert all(key_named(key) == key for command in COMMANDS for key in command.keys)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"dance": ["f2"]}, "`keys.dance`: there is no such command; there are: send, newline"),
        ({"pause": ["hyperspace"]}, "`keys.pause`: “hyperspace” is no key"),
        ({"pause": []}, "`keys.pause`: has no key"),
        ({"pause": ["f5"]}, "F5 is the key of `mark-ok` already"),
        ({"pause": ["s"]}, "s is the key of `stop` already"),
        ({"pause": ["f14", "F14"]}, "F14 is there twice"),
        ({"pause-left": ["x"]}, "x is needed for writing"),
        ({"send": ["?"]}, "? is needed for writing"),
        ({"route": ["up"]}, "↑ is needed for writing"),
        ({"pause": ["ctrl+a", "ctrl+b"]}, "may keep ^A for itself"),
        ({"stop": ["p"], "pause": ["s", "o"], "undo": ["o"]}, "o is the key of `undo` already"),
    ],
)
def test_keys_that_cannot_be_are_refused_by_name(keys: dict[str, list[str]], said: str) -> None:
    with pytest.raises(SettingsError, match=r"^config\.toml: key ") as refused:
        remapped(keys, Path("config.toml"))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"dance.play": ["x"]}, "`keys.dance.play`: there is no such page; there are: session-li"),
        ({"replay.dance": ["x"]}, "`keys.replay.dance`: there is no such command; there are: rep"),
        ({"replay.play": ["hyperspace"]}, "“hyperspace” is no key"),
        ({"replay.play": []}, "`keys.replay.play`: has no key"),
        ({"replay.play": ["m"]}, "m is the key of `replay.mark-after` already"),
        ({"replay.play": ["escape"]}, "Esc is needed on that page; take another key."),
        ({"replay.play": ["ctrl+l"]}, "^L is the key of `redraw` there; take another."),
        ({"replay.play": ["f11"], "quit-anywhere": ["f11"]}, "F11 is the key of `quit-anywhere`"),
        ({"rating.next": ["1"]}, "1 is the key of `mark-left-ok` there"),
        ({"rating.next": ["v"], "mark-left-ok": ["v"]}, "v is the key of `mark-left-ok` there"),
        ({"session-list.replay": ["p"]}, "p is needed for writing"),
        ({"session-list.replay": ["pagedown"]}, "PgDn is needed on that page"),
        ({"session-list.replay": ["f8"]}, "F8 is the key of `session-list.delete` already"),
        ({"score-screen.open": ["ctrl+a"]}, "may keep ^A for itself"),
    ],
)
def test_keys_of_pages_that_cannot_be_are_refused_by_name(
    keys: dict[str, list[str]], said: str
) -> None:
    file = Path("config.toml")
    with pytest.raises(SettingsError, match=r"^config\.toml: key ") as refused:
        remapped_pages(keys, file, remapped(keys, file))
    assert said in str(refused.value)


def test_every_page_may_have_the_keys_that_it_has() -> None:
    keys = {f"{page}.{c.id}": c.keys for page, commands in PAGES.items() for c in commands}
    found = remapped_pages(keys, Path("config.toml"), COMMANDS)
    assert {f"{page}.{c.id}": c.keys for page, made in found.items() for c in made} == keys
    assert remapped(keys, Path("config.toml")) == COMMANDS
    assert not {name.partition(".")[0] for name in keys} & {command.id for command in COMMANDS}
    for page, commands in PAGES.items():
        assert len({command.id for command in commands}) == len(commands), page


async def test_other_keys_of_pages_act_and_are_shown_there(arena) -> None:
    keys = {
        "session-list.replay": ["f11"], "session-list.undo": ["ctrl+o"], "replay.other-side": ["x"],
        "replay.quit": ["Q"], "score-screen.leave": ["x"], "score-screen.open": ["v"],
        "score-screen.page-pairs": ["P"], "score-screen.find": ["ctrl+o"],
        "responses.mark-ok": ["v"], "responses.leave": ["x"], "scores": ["a"], "settings": ["D"],
    }  # fmt: skip
    file = Path("config.toml")
    commands = remapped(keys, file)
    manner = Manner(commands=commands, pages=remapped_pages(keys, file, commands))
    async with arena(manner=manner, size=(120, 36)) as it:
        await it.answer(left="one", right="two")
        await it.press("f5", "escape", "O")
        await it.until("F11 replay")
        assert "^O undo" in it.rows[-1]
        await it.press("f3")
        assert "Saved:" in it.text
        await it.press("f11")
        await it.until("x side")
        assert "▸ one" in it.rows[1]
        await it.press("x", "q", "tab")
        await it.until("▸ two")
        assert "Esc back" in it.rows[-1]
        await it.press("Q")
        await it.until("F11 replay")
        await it.press("f11")
        await it.until("x side")
        for page in ("F11 replay", "commanding"):
            await it.press("escape")
            await it.until(page)
        await it.press("a")  # opens the scores; on their page it means something else
        await it.until("Scores of this session")
        await it.until("v responses")
        await it.press("a")
        await it.until("Scores of all sessions")
        await it.press("a")
        await it.until("Scores of this session, live")
        await it.until("v responses")
        assert "5 habits    P pairs    7 raters" in it.rows[1]
        await it.press("n")
        await it.until("Press ^O first, and write what to find.")
        await it.press("v")
        await it.until("1 of ")
        assert "v 2 3 4 5 6 mark" in it.rows[-1]
        assert it.marks("left") == {"ok"}
        await it.press("v")
        assert it.marks("left") == set()
        await it.press("v", "x")
        await it.until("v responses")
        await it.press("v")
        await it.until("1 of ")
        for page in ("Scores of this session", "commanding"):
            await it.press("escape")  # always there
            await it.until(page)


def test_a_key_of_the_arena_is_shown_for_nothing_else_where_responses_are_rated() -> None:
    file = Path("config.toml")
    keys = {"undo": ["backspace"], "mark-left-ok": ["enter", "up"], "write": ["i"], "up": ["k"]}
    arena = remapped(keys, file)
    shown = {
        command.id: (command.keys, command.shown)
        for command in rating_commands(arena, remapped_pages(keys, file, arena)["rating"])
    }
    assert shown["before"] == (("left",), "←")
    assert shown["next"] == (("space", "right"), "Space")
    assert shown["scroll-up"] == (("k",), "k")
    assert shown["scroll-down"] == (("down", "j"), "↓")
    keys |= {"undo": ["backspace", "left"], "scroll-left": ["f20"]}
    arena = remapped(keys, file)
    with pytest.raises(SettingsError, match=r"keys\.rating\.before.*give it one"):
        remapped_pages(keys, file, arena)
    keys["rating.before"] = ["ctrl+b", "w"]
    assert remapped_pages(keys, file, arena)["rating"][1].keys == ("ctrl+b", "w")


async def test_programs_that_show_what_is_saved_quit_and_draw_again_by_the_same_keys(
    tmp_path: Path,
) -> None:
    keys = {"quit-anywhere": ["f11"], "redraw": ["ctrl+r"], "score-screen.check": ["ctrl+l"]}
    file = Path("config.toml")
    commands = remapped(keys, file)
    pages = remapped_pages(keys, file, commands)
    showing = ScoreShowing(
        signs=signs(ascii_only=False), pages=pages, paths=lambda: [tmp_path], how_to_rate="Rate."
    )
    app = ScoreApp(showing=showing, manner=Manner(commands=commands, pages=pages))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+l")
        assert app.scores.says == "There is no checker here."
        await pilot.press("f11")
        assert not app.is_running


async def test_other_keys_act_and_are_shown_everywhere(arena) -> None:
    keys = {
        "pause": ["f14", "Z"], "stop": ["p"], "mark-left-ok": ["ctrl+a", "v"], "help": ["f11"],
        "command": ["f8"], "mark-garbage": ["ctrl+o"], "send": ["ctrl+x"], "newline": ["enter"],
    }  # fmt: skip
    manner = Manner(commands=remapped(keys, Path("config.toml")))
    async with arena(manner=manner, size=(120, 60)) as it:
        assert "^X send" in it.rows[-1]
        assert "Write here; F11 helps." in it.text
        assert "^O garbage" in it.text
        await it.type("one", "enter")
        await it.type("two", "ctrl+x")
        it.engine.finish()
        await it.until(lambda: it.asked("left") == ["one\ntwo"])
        await it.until(lambda: it.state("left") == "ready")
        await it.press("escape")
        assert it.app.arena.writing  # Esc means nothing more here
        await it.press("f8", "v")
        assert it.marks("left") == {"ok"}
        assert "^A ok" in it.text
        await it.press("1", "i", "alt+v")
        assert it.marks("left") == set()
        for key in ("f14", "Z"):
            await it.press(key)
            assert (it.state("left") == "paused") == (key == "f14")
        assert "p stop" in it.rows[-1]
        await it.press("f11")
        assert "F14 Z" in it.row("Pauses or resumes the chosen side")
        await it.press("f11")
        assert "commanding" in it.text


async def test_help_begins_with_the_keys_for_where_you_are(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.press("f1")
        assert "While you write" in it.rows[2]
        assert "Enter" in it.row("Sends what you wrote")
        await it.press("f1", "escape", "question_mark")
        assert "While you command" in it.rows[2]
        assert "Goes back to the writing line." in it.text


async def test_the_footer_offers_the_next_step_only_where_a_scenario_is_played(arena) -> None:
    step = Scenario(name="s", title="S", steps=(Step(prompt="hi"),))
    for scenario, offered in ((None, False), (step, True)):
        async with arena(size=(200, 30), scenario=scenario) as it:
            assert ("F12 next step" in it.rows[-1]) is offered
            await it.press("escape")
            assert ("Space next step" in it.rows[-1]) is offered
            assert "Enter goes back to writing; ? helps." in it.text


async def test_a_capital_that_arrives_as_one_with_esc_leaves_a_page_and_acts(arena) -> None:
    async with arena() as it:
        await it.press("escape", "f1")
        it.app.post_message(events.Key("alt+shift+t", "T"))
        await it.until("arena-paper")
        assert "Help" not in it.rows[0]
        await it.press("escape", "question_mark")
        it.app.post_message(events.Key("alt+n", "n"))
        await it.until("A correction to")
