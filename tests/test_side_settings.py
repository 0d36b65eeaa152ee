"""What people write for a side: numbers that can be, and one sentence for each that cannot."""

import pytest

from tui_arena.engine.profile import Profile, Sampler
from tui_arena.side_settings import (
    NAMES,
    SettingError,
    SideSettings,
    differences,
    read_written,
)

PROFILE = Profile(
    name="tiny", preset="/tiny", template="chatml", sampler=Sampler(temperature=0.5, seed=3)
)
NOTHING = dict.fromkeys(NAMES, "")


def test_what_is_not_written_is_left_to_the_profile() -> None:
    written = read_written(None, NOTHING, whole=True)
    assert written.settings(PROFILE) == SideSettings()
    some = read_written("", NOTHING | {"top_k": " 40 ", "max_tokens": "7"}, whole=False)
    assert some.settings(PROFILE) == SideSettings(
        system="", sampler=Sampler(temperature=0.5, top_k=40, seed=3), max_tokens=7
    )


def test_numbers_may_be_written_as_people_write_them() -> None:
    numbers = {"temperature": "-0", "top_k": "0", "top_p": "1", "seed": "4294967295"}
    sampler = read_written(None, NOTHING | numbers, whole=True).settings(PROFILE).sampler
    assert sampler == Sampler(seed=(1 << 32) - 1)
    assert str(sampler.temperature) == "0.0"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("temperature", "warm", "a number from 0 to 100"),
        ("temperature", "-0.1", "a number from 0 to 100"),
        ("temperature", "nan", "a number from 0 to 100"),
        ("temperature", "1e999", "a number from 0 to 100"),
        ("top_k", "1.5", "a whole number from 0 on"),
        ("top_k", "1_0", "a whole number from 0 on"),
        ("top_p", "0", "a number above 0 and up to 1"),
        ("top_p", "1.01", "a number above 0 and up to 1"),
        ("seed", "4294967296", "a whole number from 0 to 4294967295"),
        ("seed", "9" * 5000, "a whole number from 0 to 4294967295"),
        ("max_tokens", "0", "a whole number from 1 to 4194304"),
    ],
)
def test_a_number_that_cannot_be_is_named_in_one_sentence(name, text, expected) -> None:
    with pytest.raises(SettingError) as refused:
        read_written(None, NOTHING | {name: text}, whole=False)
    assert refused.value.name == name
    said = str(refused.value)
    assert said.startswith(f"{name}: “{text[:20]}")
    assert f"cannot be; write {expected}" in said
    assert len(said) < 110


def test_a_sampler_that_no_profile_may_fill_up_is_whole() -> None:
    with pytest.raises(SettingError, match=r"^top_k: write all four or none"):
        read_written(None, NOTHING | {"temperature": "1", "seed": "2"}, whole=True)


def test_differences_are_said_in_a_few_words() -> None:
    sampler = Sampler(temperature=0.9, top_k=40, seed=3)
    settings = SideSettings(system="", sampler=sampler, max_tokens=200)
    assert differences(settings, PROFILE) == "t 0.9, own system, top_k 40, max 200"
    assert differences(SideSettings(sampler=PROFILE.sampler, max_tokens=1024), PROFILE) == ""
    assert differences(SideSettings(), None) == ""
    without = differences(SideSettings(sampler=PROFILE.sampler), None)
    assert without == "t 0.5, top_k 0, top_p 1, seed 3"
