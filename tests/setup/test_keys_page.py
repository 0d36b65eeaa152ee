"""The page of keys is what the key map says."""

import runpy
from pathlib import Path

from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import PAGES

ROOT = Path(__file__).parents[2]


def test_the_committed_page_is_what_the_key_map_generates() -> None:
    committed = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert committed == runpy.run_path(str(ROOT / "scripts" / "keys.py"))["document"](), (
        "run `make keys`"
    )
    rows = [line for line in committed.splitlines() if line.startswith("| `")]
    on_pages = sum(len(commands) for commands in PAGES.values())
    assert len(rows) == len(COMMANDS) + on_pages
    assert all(row.count("|") == 5 for row in rows[: len(COMMANDS)])
    assert all(row.count("|") == 4 for row in rows[len(COMMANDS) :])
