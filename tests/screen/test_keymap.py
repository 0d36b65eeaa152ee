"""The key map is one table without clashes, and no key is one that terminals swallow."""

from collections import Counter

from textual.actions import parse

from tui_arena.keymap import COMMANDS, bindings, footer, groups, holds

SWALLOWED = {f"ctrl+{letter}" for letter in "abhimsz"}


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
    assert by_action["leaving.leave"] - {"ctrl+q"}


def test_letters_and_digits_act_only_while_commanding() -> None:
    for command in COMMANDS:
        if any(len(key) == 1 for key in command.keys):
            assert command.when == "commanding", command.id


def test_bindings_footer_and_help_come_from_the_table() -> None:
    shown = [command.id for command in bindings_of_the_screen()]
    made = [str(binding.id) for binding in bindings()]
    assert [name for name in made if not name.endswith("-alt")] == shown
    assert {command.id for command in COMMANDS} - set(shown) == {"send", "newline"}
    assert next(c.id for c in footer(writing=True)) == "send"
    assert "quit" in [c.id for c in footer(writing=False)]
    assert sum(len(commands) for _, commands in groups()) == len(COMMANDS)


def bindings_of_the_screen():
    return [command for command in COMMANDS if command.action]
