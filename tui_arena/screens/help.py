"""The help page, made from the key map."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from tui_arena.keymap import groups, written
from tui_arena.screens.page import Page
from tui_arena.widgets.signs import Signs

_INTRODUCTION = (
    "Two models, one prompt. What you write goes to the sides named above the writing line.",
    "While you write, letters and digits are text. Press Esc, and they are commands for the chosen "
    "side; Enter goes back to writing.",
    "A paused side gets no prompt: pause one side to ask only the other to mend a mistake.",
)
_KEYS = 8
"""Cells of the column of keys."""


def help_page(signs: Signs) -> Page:
    """Return the page that explains every key."""
    return Page(title="Help", write=lambda width: _write(signs, width))


def _write(signs: Signs, width: int) -> Content:
    lines: list[Content] = [Content(line) for text in _INTRODUCTION for line in wrap(text, width)]
    for group, commands in groups():
        lines += [Content(""), Content.styled(group, "bold $primary")]
        for command in commands:
            first, *more = wrap(command.help, max(20, width - _KEYS - 2)) or [""]
            keys = Content.styled(
                f"{written(command, ascii_only=signs.ascii_only):<{_KEYS}}  ", "bold"
            )
            lines.append(Content.assemble(keys, first))
            lines += [Content(" " * (_KEYS + 2) + line) for line in more]
    return Content("\n").join(lines)
