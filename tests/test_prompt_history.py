"""Prompts of earlier sittings: walked through, private, bounded, and safe from other arenas."""

import json
import stat
import threading
from pathlib import Path

import pytest

from tui_arena import prompt_history as module
from tui_arena.prompt_history import PromptHistory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "prompts.jsonl"


def read(path: Path) -> list[str]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_one_walks_to_older_prompts_and_back_to_the_empty_line(path: Path) -> None:
    for prompt in ("one", "two\nlines", "three"):
        PromptHistory(path).keep(prompt)
    history = PromptHistory(path)
    assert history.step(1, "") is None
    assert history.step(-1, "") == "three"
    assert history.step(-1, "three") == "two\nlines"
    assert history.step(-1, "two\nlines") == "one"
    assert history.step(-1, "one") is None
    assert history.step(1, "one") == "two\nlines"
    assert history.step(1, "two\nlines") == "three"
    assert history.step(1, "three") == ""
    assert history.step(-1, "") == "three"


def test_what_is_being_written_is_never_replaced(path: Path) -> None:
    history = PromptHistory(path)
    history.add("one")
    assert history.step(-1, "something new") is None
    assert history.step(-1, "") == "one"
    assert history.step(-1, "one, changed") is None
    assert history.step(1, "one, changed") is None
    assert history.step(-1, "") == "one"


def test_what_was_just_sent_comes_first_and_only_once(path: Path) -> None:
    history = PromptHistory(path)
    for prompt in ("one", "two", "two"):
        history.add(prompt)
    assert history.step(-1, "") == "two"
    assert history.step(-1, "two") == "one"


def test_the_file_is_private(path: Path) -> None:
    PromptHistory(path).keep("secret ✔")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert read(path) == ["secret ✔"]


def test_a_damaged_file_is_passed_over_line_by_line(path: Path) -> None:
    path.parent.mkdir()
    damaged = b'"one"\n{"a": 1}\nnot json\n\xff\xfe\n12\n""\n' + b"[" * 100_000 + b'\n"two"\n"th'
    path.write_bytes(damaged)
    history = PromptHistory(path)
    assert history.step(-1, "") == "two"
    assert history.step(-1, "two") == "one"
    path.unlink()
    path.mkdir()
    assert PromptHistory(path).step(-1, "") is None


def test_two_arenas_lose_no_prompt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 1000)

    def write(name: str) -> None:
        history = PromptHistory(path)
        for n in range(40):
            history.keep(f"{name} {n}")

    both = [threading.Thread(target=write, args=(name,)) for name in ("left", "right")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    kept = read(path)
    for name in ("left", "right"):
        mine = [prompt for prompt in kept if prompt.startswith(name)]
        assert mine == [f"{name} {n}" for n in range(40 - len(mine), 40)]
        assert mine
    assert len(kept) > 50
    assert sorted(p.name for p in path.parent.iterdir()) == ["prompts.jsonl", "prompts.lock"]


def test_the_file_stays_small(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 500)
    history = PromptHistory(path)
    for n in range(200):
        history.keep(f"prompt {n}")
        assert path.stat().st_size <= 1000
    assert read(path)[-1] == "prompt 199"
    history.keep("x" * 50_001)
    assert read(path)[-1] == "prompt 199"
