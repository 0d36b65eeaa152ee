"""Compiled steps are made once and found again at the next start, whole and by the same model."""

import asyncio
import stat

import pytest
import tiny

from tui_arena.engine.loading import load_model
from tui_arena.engine.model import CHUNKS, ROWS, WARM
from tui_arena.engine.programs import Programs
from tui_arena.folders import cache_folder


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """The folder of programs, an empty one of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder() / "programs"


@pytest.fixture
def traced(monkeypatch):
    """The names of all steps traced."""
    names = []
    make = Programs.__init__

    def recorded(self, lower, **settings):
        make(self, lambda name: (names.append(name), lower(name))[1], **settings)

    monkeypatch.setattr(Programs, "__init__", recorded)
    return names


def load(preset, **settings):
    return load_model(tiny.profile(preset, **settings), lambda event: None)


def answer(model):
    model.reset_cache()
    cached = model.book.open("left", [3, 4, 5])
    token = model.read(cached, [3, 4, 5], tiny.Sampler(), chunk=CHUNKS[0])
    return int(token[0])


def test_a_second_start_traces_and_compiles_nothing(preset, programs, traced):
    first = load(preset)
    assert sorted(traced) == sorted(WARM)
    assert first.compilations == len(WARM)
    traced.clear()
    second = load(preset)
    assert (traced, second.compilations) == ([], 0)
    assert answer(first) == answer(second)


def test_only_their_owner_can_reach_them(preset, programs, traced):
    load(preset)
    assert stat.S_IMODE(programs.stat().st_mode) == 0o700
    assert len(list(programs.iterdir())) == len(WARM)


def test_a_damaged_program_is_made_anew(preset, programs, traced):
    expected = answer(load(preset))
    for path in programs.iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    traced.clear()
    model = load(preset)
    assert sorted(traced) == sorted(WARM)
    assert answer(model) == expected


def test_another_context_or_model_has_programs_of_its_own(preset, programs, traced, tmp_path):
    load(preset)
    traced.clear()
    load(preset, context=512)
    other = tiny.save(tiny.backbone(kv_heads=4), tmp_path / "other")
    load(other)
    assert sorted(traced) == sorted(WARM * 2)


def test_where_nothing_can_be_kept_they_are_compiled(preset, programs, traced, caplog):
    programs.parent.mkdir(parents=True)
    programs.write_text("a file where the folder should be")
    model = load(preset)
    assert model.compilations == len(WARM)
    assert "not kept" in caplog.text


async def test_wide_steps_come_later_and_narrow_ones_do_until_then(preset, programs, until):
    model = load(preset)
    assert [model.padded_rows(count) for count in (1, 2, 5)] == [1, 2, 2]
    model.widen()
    await until(lambda: model.padded_rows(8) == 8)
    assert model.compilations == len(WARM) + len(ROWS[2:])


async def test_a_stopped_model_compiles_nothing_more(preset, programs):
    model = load(preset)
    model.stop()
    model.widen()
    await asyncio.sleep(0.2)
    assert model.padded_rows(5) == 2
