"""The README says what is so: its profile can be read, its options and keys exist."""

import re
from pathlib import Path

import msgspec

from tui_arena.cli import cli
from tui_arena.engine.profile import Profile, Sampler, read_profile
from tui_arena.keymap import COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_example_of_a_profile_can_be_read_and_shows_every_key(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    path = tmp_path / "small-and-bold.toml"
    path.write_text(example, encoding="utf-8")
    assert read_profile(path).name == "small-and-bold"
    keys = set(re.findall(r"^(\w+) =", example, flags=re.MULTILINE))
    fields = {field.name for kind in (Profile, Sampler) for field in msgspec.structs.fields(kind)}
    assert keys == fields - {"name", "sampler"}


def test_every_option_in_the_readme_exists() -> None:
    known = {
        option
        for command in (cli, *cli.commands.values())
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
