"""Write the table of keys of the documentation from the key map: `make keys`."""

from __future__ import annotations

from pathlib import Path

from tui_arena.command import Command, When, groups
from tui_arena.key_names import written_key
from tui_arena.keymap import COMMANDS

PAGE = Path(__file__).parent.parent / "docs" / "keys.md"

WHEN: dict[When, str] = {"writing": "writing", "commanding": "commanding", "always": "both"}

HEAD = """# Keys

Written by `make keys` from the table in `tui_arena/keymap/`.

You are either **writing** (the prompt has the keys: letters and digits are text) or
**commanding** (Esc; letters and digits act on the chosen side; Enter goes back). The bottom line
shows what matters now, F1 the keys for where you are, and Ctrl+P finds every command by a few
letters.

Any command can have other keys: name it by its id under `[keys]` in your settings, for example
`pause = ["p", "f11"]`. `tui-arena config` shows what is in force. Keys that tmux, screen, SSH or
the terminal may keep for themselves (Ctrl with A, B, H, I, M, Q, S, Z) are never the only way to
a command.
"""


def document() -> str:
    """Return the page: a table of keys for each heading of the help."""
    return HEAD + "".join(_section(title, commands) for title, commands in groups(COMMANDS))


def _section(title: str, commands: list[Command]) -> str:
    rows = "".join(f"| {_keys(c)} | {c.help} | {WHEN[c.when]} | `{c.id}` |\n" for c in commands)
    return f"\n## {title}\n\n| Key | Does | While | Id |\n|---|---|---|---|\n{rows}"


def _keys(command: Command) -> str:
    return " ".join(f"`{_written(key)}`" for key in command.keys)


def _written(key: str) -> str:
    shown = written_key(key)
    return f"Ctrl+{shown[1:]}" if key.startswith("ctrl+") and shown.startswith("^") else shown


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
