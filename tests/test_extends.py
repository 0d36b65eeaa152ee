"""Profiles that extend another one."""

from pathlib import Path

import pytest

from tui_arena.catalog import read_catalog
from tui_arena.engine.profile import ProfileError, find_profile, read_profile

BASE = """
title = "The base"
preset = "./model.gguf"
template = "chatml"
system = "Be brief."
[sampler]
temperature = 0.5
seed = 3
"""


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "own", tmp_path / "shipped"]
    for folder in made:
        folder.mkdir()
    (made[1] / "base.toml").write_text(BASE)
    return made


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


def test_what_is_left_out_comes_from_the_base(folders: list[Path]) -> None:
    write(folders[0], "mine", 'extends = "base"\nmax_tokens = 9\n[sampler]\nseed = 4\n')
    base, mine = (find_profile(name, folders) for name in ("base", "mine"))
    assert (mine.name, mine.title, mine.extends) == ("mine", "mine", "base")
    assert mine.preset == base.preset == str(folders[1] / "model.gguf")
    assert mine.weights_key == base.weights_key
    assert (mine.system, mine.max_tokens) == ("Be brief.", 9)
    assert (mine.sampler.temperature, mine.sampler.seed) == (0.5, 4)


def test_over_several_steps_and_beside_a_file_of_any_folder(
    folders: list[Path], tmp_path: Path
) -> None:
    write(folders[0], "mine", 'extends = "base"\nmax_tokens = 9\n')
    third = write(tmp_path, "third", 'extends = "near"\nsystem = "Rhyme."\n')
    write(tmp_path, "near", 'extends = "mine"\ncontext = 64\n')
    read = read_profile(third, folders)
    assert (read.system, read.context, read.max_tokens) == ("Rhyme.", 64, 9)
    assert find_profile(str(third), folders) == read


def test_ones_own_profile_may_extend_the_shipped_one_of_its_name(folders: list[Path]) -> None:
    write(folders[0], "base", 'extends = "base"\nsystem = "Mine."\n')
    found = find_profile("base", folders)
    assert (found.system, found.sampler.seed) == ("Mine.", 3)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a": 'extends = "a"\n'}, "“a” extends this profile; break the ring"),
        ({"a": 'extends = "b"\n', "b": 'extends = "a"\n'}, "“a” extends this profile; break"),
        ({"a": 'extends = "none"\n'}, "there is no profile “none”; there are: a, base."),
        ({"a": 'extends = "../shipped/base"\n'}, "there is no profile “../shipped/base”"),
        ({"a": "extends = 3\n"}, "key `extends`: expected `str`"),
        ({"a": 'extends = "b"\n', "b": 'template = "chatml"\n'}, "b.toml: the key `preset` is"),
        ({"a": 'extends = "base"\nsampler = 3\n'}, "key `sampler`: expected `object`"),
        ({"a": 'extends = "base"\nseed = 3\n'}, "a.toml: unknown key `seed`"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    folders: list[Path], files: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        write(folders[0], name, text)
    with pytest.raises(ProfileError) as refused:
        find_profile("a", folders)
    assert said in str(refused.value)
    _, problems = read_catalog(folders)
    assert str(refused.value) in map(str, problems)
