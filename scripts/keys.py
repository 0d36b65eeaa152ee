"""Write the table of keys of the documentation from the key map: `make keys`."""

from __future__ import annotations

from pathlib import Path

from tui_arena.command import Command, When, groups
from tui_arena.key_names import written_key
from tui_arena.keymap import COMMANDS
from tui_arena.keymap.pages import PAGES

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"

WHEN: dict[When, str] = {"writing": "writing", "commanding": "commanding", "always": "both"}

HEAD = """# Keys

Written by `make keys` from the table in `tui_arena/keymap/`.

You are either **writing** (the prompt has the keys: letters and digits are text) or
**commanding** (Esc; letters and digits act on the chosen side; Enter goes back). The bottom line
shows what matters now, F1 the keys for where you are, and Ctrl+P finds every command by a few
letters.

Any command can have other keys: name it by its id under `[keys]` in your settings, for example
`pause = ["p", "f11"]`. Pages have [keys of their own](#keys-of-pages). `tui-arena config` shows
what is in force. Keys that tmux, screen, SSH or the terminal may keep for themselves (Ctrl with A,
B, H, I, M, Q, S, Z) are never the only way to a command.
"""

PAGES_HEAD = """
# Keys of pages

They can be others as well: under `[keys]` the id of such a command begins with its page, for
example `replay.play = "x"`. Esc leaves a page of the arena in any case.
"""

TITLES = {
    "session-list": (
        "The list of saved sessions",
        "Letters find a session there, arrows choose one.",
    ),
    "replay": ("A replay", "In the arena Esc goes back as well."),
    "rating": ("Rating saved responses", "Marks, votes and all else have the keys of the arena."),
    "score-screen": ("Scores", ""),
    "pattern-screen": ("Where models fail", ""),
    "responses": ("The responses behind a figure", ""),
}
"""What pages are called in headings, and what else there is to say of their keys."""


def document() -> str:
    """Return the page: a table of keys for each heading of the help."""
    arena = "".join(_section(title, commands) for title, commands in groups(COMMANDS))
    return HEAD + arena + PAGES_HEAD + "".join(map(_page, PAGES))


def _section(title: str, commands: list[Command]) -> str:
    rows = "".join(f"| {_keys(c)} | {c.help} | {WHEN[c.when]} | `{c.id}` |\n" for c in commands)
    return f"\n## {title}\n\n| Key | Does | While | Id |\n|---|---|---|---|\n{rows}"


def _page(page: str) -> str:
    title, says = TITLES[page]
    rows = "".join(f"| {_keys(c)} | {c.help} | `{page}.{c.id}` |\n" for c in PAGES[page])
    says = f"{says}\n\n" if says else ""
    return f"\n## {title}\n\n{says}| Key | Does | Id |\n|---|---|---|\n{rows}"


def _keys(command: Command) -> str:
    return " ".join(f"`{_written(key)}`" for key in command.keys)


def _written(key: str) -> str:
    shown = written_key(key)
    return f"Ctrl+{shown[1:]}" if key.startswith("ctrl+") and shown.startswith("^") else shown


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
