"""Settings: what holds and from where, and what cannot be."""

import json
from pathlib import Path

import pytest
from command_line import TINY_PROFILE, Command

from tui_arena.settings import Settings, SettingsError, settings_file, settings_in_force


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of settings, not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    path = settings_file()
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def command(tmp_path: Path, file: Path) -> Command:
    return Command(tmp_path)


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    found = settings_in_force()
    assert found.settings == Settings()
    assert set(found.sources.values()) == {"default"}


def test_the_command_line_comes_before_the_environment_the_file_and_defaults(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('theme = "nord"\nright = "gemma-2b"\ncolour = true\nascii = true\n')
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TEXTUAL_THEME", "dracula")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    found = settings_in_force({"theme": "gruvbox", "slow_link": True, "rater": "ada"})
    held = found.settings
    assert (held.theme, held.colour, held.right, held.left) == (
        "gruvbox", False, "gemma-2b", "smollm2-135m",
    )  # fmt: skip
    assert found.sources["theme"] == "--theme"
    assert found.sources["slow_link"] == "--slow-link"
    assert found.sources["rater"] == "--as"
    assert found.sources["colour"] == "NO_COLOR"
    assert found.sources["reduced_motion"] == "TEXTUAL_ANIMATIONS"
    assert found.sources["right"] == found.sources["ascii"] == "config.toml"
    assert settings_in_force().sources["theme"] == "TEXTUAL_THEME"


def test_paths_in_the_file_count_from_its_folder(file: Path) -> None:
    file.write_text(
        'left = "./mine.toml"\nsessions = "kept"\nprofiles = "own"\nscenario = "~/s.toml"\n'
    )
    held = settings_in_force().settings
    assert held.profiles == str(file.parent / "own")
    assert held.left == str(file.parent / "mine.toml")
    assert held.sessions == str(file.parent / "kept")
    assert held.scenario == str(Path.home() / "s.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colur = false", "unknown key `colur`; the keys here are left, right, scenario"),
        ('ascii = "yes"', "key `ascii`: expected `bool`, got `str`."),
        ("left = ", "is not valid TOML"),
        ('left = ""', "key `left`: is empty"),
        ('memory = "12 apples"', "key `memory`: “12 apples” is no size of memory; write it as"),
        ("memory = 12", "key `memory`: expected `str`, got `int`."),
        ("blind = 1", "key `blind`: expected `bool`, got `int`."),
        ("[keys]\npause = 6", "key `keys.pause`: expected a key or a list of keys."),
        ("[keys]\npause = ['p', 6]", "key `keys.pause`: expected a key or a list of keys."),
        ("[keys]\nreplay.play = 6", "key `keys.replay.play`: expected a key or a list of keys."),
        ("[keys.replay.play]\nx = 'y'", "key `keys.replay.play`: expected a key or a list of"),
        ("keys = 'p'", "key `keys`: expected `object`"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        settings_in_force()
    assert str(refused.value).startswith(f"{file}: ")
    assert said in str(refused.value)


def test_a_file_that_cannot_be_read_is_said(file: Path) -> None:
    file.symlink_to("nowhere")
    with pytest.raises(SettingsError, match="cannot be read: No such file or directory"):
        settings_in_force()


def test_the_arena_does_not_open_on_settings_that_are_wrong(command: Command, file: Path) -> None:
    for text, said in (
        ("fast = true", "unknown key `fast`"),
        ('theme = "pink"', "config.toml: key `theme`: there is no theme “pink”; there are: arena-"),
        ('[keys]\ndance = "d"', "config.toml: key `keys.dance`: there is no such command"),
        ('[keys]\nreplay.play = "m"', "`keys.replay.play`: m is the key of `replay.mark-after`"),
    ):
        file.write_text(text)
        assert said in command.refused()
        assert said in command.refused("config")
    assert "unknown key" not in command.refused()
    file.write_text("")
    assert command.refused("--theme", "pink").startswith("--theme: there is no theme “pink”")
    assert command.refused(TEXTUAL_THEME="pink").startswith("TEXTUAL_THEME: there is no theme")


def test_the_models_of_the_file_are_taken_unless_others_are_named(
    command: Command, file: Path, tmp_path: Path
) -> None:
    file.write_text('left = "nope"\nright = "nope-too"\nscenario = "nowhere"\n')
    assert "no profile “nope”" in command.refused("run", "calendar")
    left = ("--left", "smollm2-135m")
    assert "no profile “nope-too”" in command.refused("run", "calendar", *left)
    assert "no scenario “nowhere”" in command.refused()
    assert "no profile “nope”" in command.refused("--scenario", "")


def test_profiles_of_the_folder_in_the_file_are_found_by_name_and_listed(
    command: Command, file: Path
) -> None:
    own = file.parent / "own"
    file.write_text('profiles = "own"\nleft = "mine"\nright = "mine"\n')
    assert f"There is no folder {own}" in command.refused()
    own.mkdir()
    (own / "mine.toml").write_text(TINY_PROFILE)
    assert "needs a terminal" in command.refused()
    assert "mine " in command("profiles").stdout
    other = file.parent / "other"
    other.mkdir()
    assert "no profile “mine”" in command.refused("--profiles", str(other))
    assert "mine " not in command("profiles", "--profiles", str(other)).stdout


def test_memory_of_the_file_is_heeded_by_the_arena_and_by_runs(
    command: Command, file: Path
) -> None:
    file.write_text('memory = "lots"\n')
    said = "config.toml: key `memory`: “lots” is no size of memory; write it as 16GB or 15.75GiB."
    assert said in command.refused()
    assert said in command.refused("run", "calendar")
    file.write_text('memory = "12GB"\nblind = true\n')
    rows = {line.split()[0]: line.split()[1:] for line in command("config").stdout.splitlines()
            if line}  # fmt: skip
    assert rows["memory"] == ["12GB", "config.toml"]
    assert rows["blind"] == ["true", "config.toml"]
    assert rows["profiles"] == ["none", "default"]


def test_config_shows_what_holds_and_from_where(command: Command, file: Path) -> None:
    file.write_text('theme = "nord"\nrater = "ada\\u009b"\n[keys]\npause = ["f14", "$"]\n'
                    'help-too = "h"\n[keys.replay]\nplay = "x"\n')  # fmt: skip
    rows = {line.split()[0]: line.split()[1:] for line in command("config").stdout.splitlines()
            if line}  # fmt: skip
    assert rows["theme"] == ["nord", "config.toml"]
    assert rows["ascii"] == ["false", "default"]
    assert rows["keys.pause"] == ["f14", "dollar_sign", "config.toml"]
    assert rows["keys.pause-left"] == ["f2", "default"]
    assert rows["keys.replay.play"] == ["x", "config.toml"]
    assert rows["keys.session-list.replay"] == ["f3", "default"]
    assert rows["rater"][0] == "ada<U+009B>"
    found = json.loads(command("config", "--json").stdout)
    assert found["path"] == str(file)
    assert found["settings"]["rater"] == {"value": "ada\x9b", "from": "config.toml"}
    assert found["settings"]["keys.pause"]["value"] == ["f14", "dollar_sign"]
    assert command("config", "--path").stdout == f"{file}\n"


def test_a_profile_of_the_file_is_found_beside_it(command: Command, file: Path) -> None:
    (file.parent / "mine.toml").write_text(TINY_PROFILE)
    file.write_text('left = "./mine.toml"\nright = "./mine.toml"\n')
    assert "needs a terminal" in command.refused()
