"""Everything is found by a few letters; themes are seen before they are taken; the first run."""

from textual.events import Key

from tui_arena.first_run import is_first_run
from tui_arena.keymap import COMMANDS


async def test_every_command_stands_in_the_palette_with_its_keys(arena) -> None:
    async with arena(size=(120, 140)) as it:
        await it.press("ctrl+p")
        await it.until("Every command")
        by_action = {command.action: command for command in reversed(COMMANDS) if command.action}
        for command in by_action.values():
            assert command.help in it.text
        assert "F1 ?" in it.row("Shows this help")
        assert "q ^Q" in it.row("Ends the arena")
        assert it.text.count("Shows this help.") == 1


async def test_a_few_letters_find_a_command_and_enter_carries_it_out(arena) -> None:
    async with arena(size=(80, 24)) as it:
        await it.type("half a prompt", "ctrl+p")
        await it.type("pause rig", "enter")
        await it.until(lambda: it.state("right") == "paused")
        assert it.prompt == "half a prompt"
        assert "writing" in it.text
        await it.press("escape", "colon")
        await it.type("swap", "enter")
        await it.until("The sides have swapped their models.")
        await it.press("ctrl+p")
        await it.type("help", "enter")
        await it.until("While you command")
        await it.press("escape", "ctrl+p", *"zzz")
        assert "No command is called so." in it.text
        await it.press("enter", "ctrl+u")
        assert "type to find" in it.text
        await it.press("ctrl+p")
        await it.until("commanding left")


async def test_keys_that_arrive_at_once_find_in_their_order(arena) -> None:
    async with arena() as it:
        await it.press("ctrl+p")
        for key in ("x", "ctrl+u", "q", "u", "i", "t", "escape"):
            it.app.post_message(Key(key, key if len(key) == 1 else None))
        await it.until("writing")
        assert it.app.is_running


async def test_the_mouse_and_pastes_work_in_the_palette(arena) -> None:
    async with arena() as it:
        await it.press("ctrl+p", "down", "down", "up")
        assert "▸" in it.row("Goes back to the writing line")
        await it.pilot.click(".lines", offset=(5, 0))
        await it.press("enter")
        await it.until("commanding")


async def test_themes_are_seen_and_given_back_or_taken(arena) -> None:
    async with arena() as it:
        await it.press("escape", "T")
        await it.until("Themes")
        await it.type("nord")
        assert it.app.theme == "nord"
        await it.press("escape")
        assert it.app.theme == "arena-night"
        await it.press("i", "alt+shift+t", "down", "enter")
        await it.until("put theme = ")
        assert it.app.theme == "arena-paper"


async def test_until_the_first_prompt_was_sent_a_line_says_how_to_begin(arena) -> None:
    async with arena(size=(80, 24), first_run=True) as it:
        assert is_first_run()
        assert "New here? Write; Enter sends it to both. F1 explains" in it.text
        assert "^P finds everything." in it.text
        await it.answer()
        assert "New here?" not in it.text
        assert not is_first_run()


async def test_a_state_folder_that_refuses_is_no_fault(arena, tmp_path) -> None:
    (tmp_path / "state").write_text("a file")
    async with arena(first_run=True) as it:
        await it.answer(left="said")
        assert "said" in it.text
        assert is_first_run()
