"""Every command of the arena and its keys, in one table.

Bindings, footer, help screen and documentation are all made from it, so they cannot disagree.
"""

from __future__ import annotations

from tui_arena.command import Command
from tui_arena.keymap.anywhere import ANYWHERE
from tui_arena.keymap.judging import BLIND, SUGGESTED, marks, votes
from tui_arena.keymap.leaving import LEAVING
from tui_arena.keymap.playing import PLAYING
from tui_arena.keymap.reading import READING
from tui_arena.keymap.second_chances import SECOND_CHANCES
from tui_arena.keymap.sessions import SESSIONS
from tui_arena.keymap.steering import WRITING_AND_STEERING

COMMANDS: tuple[Command, ...] = (
    *WRITING_AND_STEERING,
    *SECOND_CHANCES,
    *READING,
    *ANYWHERE,
    *PLAYING,
    *marks(),
    *SUGGESTED,
    *votes(),
    BLIND,
    *SESSIONS,
    *LEAVING,
)

BY_ID = {command.id: command for command in COMMANDS}
