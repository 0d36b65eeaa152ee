"""The help page, made from the key map: first what the keys do where one is."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from textual.content import Content

from tui_arena.command import Command, groups, holds, written_keys
from tui_arena.screens.page import Page
from tui_arena.widgets.signs import Signs

_KEYS = 14
"""Cells of the column of keys."""
_OPENS = ("help", "help-too")


def help_page(
    commands: Sequence[Command], signs: Signs, *, writing: bool, how: Sequence[str] = ()
) -> Page:
    """Return the page that explains every key, those of the state that the keys are in first.

    `how` says how it all works where that is not as in the arena, and nothing is written.
    """
    return Page(
        title="Help",
        write=lambda width: _write(commands, signs, width, how, writing=writing),
        closed_by=[key for command in commands if command.id in _OPENS for key in command.keys],
    )


def _write(
    commands: Sequence[Command], signs: Signs, width: int, how: Sequence[str], *, writing: bool
) -> Content:
    now = [command for command in commands if holds(command.when, writing=writing)]
    then = [command for command in commands if command not in now]
    heads = ("While you write", "While you command")
    lines: list[Content] = []
    for head, part in zip(heads if writing else heads[::-1], (now, then), strict=True):
        if not how:
            lines.append(Content.styled(head, "bold reverse"))
        for group, members in groups(part):
            lines.append(Content.styled(group, "bold $primary"))
            for command in members:
                lines += _line(command, signs, width)
            lines.append(Content(""))
    shown = {command.id: command.shown for command in commands}
    lines.append(Content.styled("How this works" if how else "How the arena works", "bold reverse"))
    lines += [Content(line) for text in how or _how(shown) for line in wrap(text, width)]
    return Content("\n").join(lines)


def _line(command: Command, signs: Signs, width: int) -> list[Content]:
    keys = written_keys(command, ascii_only=signs.ascii_only)
    margin = " " * (_KEYS + 2)
    helps = wrap(command.help, max(18, width - len(margin))) or [""]
    head = Content.styled(f"{keys:<{_KEYS}}  ", "bold")
    if len(keys) > _KEYS:
        return [head, *(Content(margin + line) for line in helps)]
    first, *more = helps
    return [Content.assemble(head, first), *(Content(margin + line) for line in more)]


def _how(shown: dict[str, str]) -> tuple[str, ...]:
    return (
        "Two models, one prompt. What you write goes to the sides named above the writing line.",
        f"While you write, letters and digits are text. Press {shown['command']}, and they are "
        f"commands for the chosen side; {shown['write']} goes back to writing.",
        "A paused side gets no prompt: pause one side to ask only the other to mend a mistake.",
    )
