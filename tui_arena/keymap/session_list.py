"""The keys of the list of saved sessions: a table of its own; letters are text there."""

from __future__ import annotations

from tui_arena.command import Command

SESSION_LIST: tuple[Command, ...] = (
    Command(
        id="open", keys=("enter",), shown="Enter", words="open", when="always",
        help="Goes on with the chosen session in place of the present one, which is saved.",
        action="open", group="Go",
    ),
    Command(
        id="title", keys=("f2",), shown="F2", words="title", when="always",
        help="Gives the chosen session a title.", action="rename", group="Keep",
    ),
    Command(
        id="replay", keys=("f3",), shown="F3", words="replay", when="always",
        help="Replays the chosen session.", action="replay", group="Go",
    ),
    Command(
        id="tags", keys=("f4",), shown="F4", words="tags", when="always",
        help="Puts tags on the chosen session.", action="retag", group="Keep",
    ),
    Command(
        id="fork", keys=("f6",), shown="F6", words="fork", when="always",
        help="Forks the chosen session after its last turn.", action="fork", group="Keep",
    ),
    Command(
        id="delete", keys=("f8",), shown="F8", words="delete", when="always",
        help="Moves the chosen session into the trash.", action="delete", group="Keep",
    ),
    Command(
        id="undo", keys=("f9",), shown="F9", words="undo", when="always",
        help="Takes back what was done last to a session.", action="undo", group="Keep",
    ),
)  # fmt: skip
