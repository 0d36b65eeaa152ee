"""Keys that leave."""

from __future__ import annotations

from tui_arena.command import Command

LEAVING: tuple[Command, ...] = (
    Command(
        id="quit", keys=("q",), shown="q", words="quit", when="commanding",
        footer=(0, 2),
        help="Ends the arena; the session is saved. Asks only while an answer is under way.",
        action="leaving.leave", group="Leave",
    ),
    Command(
        id="quit-anywhere", keys=("ctrl+q",), shown="^Q", words="quit", when="always",
        footer=(9, 0),
        help="Ends the arena from anywhere; asks only while an answer is under way.",
        action="leaving.leave", group="Leave",
    ),
    Command(
        id="interrupt", keys=("ctrl+c",), shown="^C", words="", when="always",
        help="Says how to quit; copies where text is selected.",
        action="leaving.interrupt", group="Leave",
    ),
)  # fmt: skip
