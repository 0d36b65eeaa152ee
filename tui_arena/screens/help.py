"""The help page, made from the key map."""

from __future__ import annotations

from textual.content import Content

from tui_arena.keymap import groups
from tui_arena.screens.page import Page
from tui_arena.widgets.signs import Signs

_INTRODUCTION = (
    "Two models, one prompt. What you write goes to the sides named above the writing line.\n"
    "While you write, letters and digits are text. Press Esc, and they are commands for the\n"
    "chosen side; Enter goes back to writing. A paused side gets no prompt: pause one side to\n"
    "ask only the other to mend a mistake.\n"
)


def help_page(signs: Signs) -> Page:
    """Return the page that explains every key."""
    parts: list[Content | str] = [_INTRODUCTION]
    for group, commands in groups():
        parts.append(Content.styled(f"\n{group}\n", "bold $primary"))
        for command in commands:
            keys = signs.text(command.shown)
            parts.append(Content.styled(f"  {keys:<8}", "bold"))
            parts.append(f"{command.help}\n")
    return Page(title="Help", content=Content.assemble(*parts))
