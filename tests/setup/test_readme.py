"""The README says what is so: its profile can be read, its options and keys exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

from tui_arena.cli import cli
from tui_arena.engine.profile import Profile, Sampler, read_profile
from tui_arena.keymap import COMMANDS
from tui_arena.manner import manner_of
from tui_arena.settings import Settings, settings_file, settings_in_force

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)


def test_the_example_of_a_profile_can_be_read_and_shows_every_key(tmp_path: Path) -> None:
    example = EXAMPLES[0]
    path = tmp_path / "small-and-bold.toml"
    path.write_text(example, encoding="utf-8")
    assert read_profile(path).name == "small-and-bold"
    keys = set(re.findall(r"^(\w+) =", example, flags=re.MULTILINE))
    fields = {field.name for kind in (Profile, Sampler) for field in msgspec.structs.fields(kind)}
    assert keys == fields - {"name", "sampler"}


def test_the_example_of_settings_can_be_read_and_shows_every_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(EXAMPLES[1], encoding="utf-8")
    found = settings_in_force()
    assert manner_of(found).commands
    said = {name for name, source in found.sources.items() if source == "config.toml"}
    assert said == {field.name for field in msgspec.structs.fields(Settings)}


def _commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _commands(inner)


def test_every_option_in_the_readme_exists() -> None:
    known = {
        option
        for command in _commands(cli)
        for parameter in command.params
        for option in parameter.opts
    }
    others = {"--no-deps"}  # pip's
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert "--left" in used
    assert used - others <= known


def test_every_key_in_the_readme_does_something() -> None:
    table = README.partition("| Key | Does |")[2].partition("\n\n")[0]
    keys = " ".join(row.split("|")[1] for row in table.splitlines()[2:])
    shown = {part for command in COMMANDS for part in command.shown.split()}
    named = set(keys.replace("Ctrl+", "^").replace(",", " ").replace("`", " ").split()) - {"to"}
    assert len(named) > 20
    assert named <= shown
