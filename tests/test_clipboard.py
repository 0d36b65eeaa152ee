"""Copies: what is written to the terminal, what tmux is given, and the file beside it."""

import base64
import stat
from pathlib import Path

import pytest

from tui_arena import clipboard
from tui_arena.clipboard import MOST_BYTES, fits, hand_over, keep_copy

FAKE = """#!/bin/sh
echo "$@" >> {folder}/calls
cat > {folder}/given
exit {status}
"""


def osc(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a program in tmux's place; it notes what it is given."""

    def make(status: str) -> Path:
        program = tmp_path / "tmux"
        program.write_text(FAKE.format(folder=tmp_path, status=status))
        program.chmod(0o700)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        return tmp_path

    return make


async def written(text: str, **environ: str) -> list[str]:
    found: list[str] = []
    await hand_over(text, write=found.append, environ=environ)
    return found


async def test_a_terminal_gets_the_whole_text_or_nothing() -> None:
    assert await written("schön") == [osc("schön")]
    assert await written("x" * MOST_BYTES) == [osc("x" * MOST_BYTES)]
    assert await written("x" * (MOST_BYTES + 1)) == []
    assert not fits("é" * (MOST_BYTES // 2 + 1))
    assert await written("\ud800") == [osc("?")]


async def test_tmux_is_given_the_text_by_its_own_command(tmux) -> None:
    folder = tmux("0")
    assert await written("a\nb", TMUX="/tmp/x,1,0") == []
    assert (folder / "given").read_text() == "a\nb"
    assert (folder / "calls").read_text() == "load-buffer -w -\n"


async def test_what_is_too_long_for_terminals_goes_only_into_the_buffer_of_tmux(tmux) -> None:
    folder = tmux("0")
    long = "y" * (MOST_BYTES + 1)
    assert await written(long, TMUX="x") == []
    assert (folder / "given").read_text() == long
    assert (folder / "calls").read_text() == "load-buffer -\n"


async def test_an_old_tmux_gets_its_buffer_and_passes_a_wrapped_sequence_on(tmux) -> None:
    folder = tmux("$([ $2 = -w ] && echo 1 || echo 0)")
    wrapped = f"\x1bPtmux;\x1b{osc('old')}\x1b\\"
    assert await written("old", TMUX="x") == [wrapped]
    assert (folder / "calls").read_text() == "load-buffer -w -\nload-buffer -\n"
    assert (folder / "given").read_text() == "old"


async def test_where_tmux_cannot_be_run_the_sequence_is_wrapped(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await written("no", TMUX="x") == [f"\x1bPtmux;\x1b{osc('no')}\x1b\\"]


async def test_a_tmux_that_hangs_is_not_waited_for(tmux, monkeypatch) -> None:
    tmux("$(exec sleep 5)")
    monkeypatch.setattr(clipboard, "_PATIENCE", 0.05)
    assert await written("hangs", TMUX="x") == [f"\x1bPtmux;\x1b{osc('hangs')}\x1b\\"]


def test_the_file_is_private_and_holds_the_last_copy(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    first = keep_copy("first")
    assert keep_copy("zweiter Text ✔") == first
    assert first.read_text(encoding="utf-8") == "zweiter Text ✔"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert [path.name for path in first.parent.iterdir()] == ["copy.txt"]
