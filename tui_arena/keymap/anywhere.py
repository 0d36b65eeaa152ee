"""Keys that do in the middle of a sentence what letters do while commanding."""

from __future__ import annotations

from tui_arena.command import Command

ANYWHERE: tuple[Command, ...] = (
    Command(
        id="pause-left", keys=("f2",), shown="F2", words="pause left", when="always",
        footer=(4, 11),
        help="Pauses or resumes the left side, in the middle of a sentence too.",
        action="steering.pause('left')", group="Steer",
    ),
    Command(
        id="pause-right", keys=("f3",), shown="F3", words="pause right", when="always",
        footer=(5, 12),
        help="Pauses or resumes the right side, in the middle of a sentence too.",
        action="steering.pause('right')", group="Steer",
    ),
    Command(
        id="route", keys=("f4",), shown="F4", words="to", when="always",
        footer=(6, 13),
        help="Sends the next prompts to both sides, to the left one or to the right one.",
        action="steering.route", group="Steer",
    ),
    Command(
        id="redraw", keys=("ctrl+l",), shown="^L", words="draw again", when="always",
        help="Draws the whole screen again, where another program wrote on it; on every page.",
        action="viewing.redraw", group="Look",
    ),
)  # fmt: skip
