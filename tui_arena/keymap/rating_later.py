"""Keys of the screen on which saved responses are rated: its own, and the arena's for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_arena.command import Command

OWN: tuple[Command, ...] = (
    Command(
        id="rate-next", keys=("enter", "space", "right"), shown="Enter", words="next",
        when="commanding", footer=(0, 1),
        help="Goes on to the next responses.", action="rating.go(1)", group="Go",
    ),
    Command(
        id="rate-before", keys=("backspace", "left"), shown="Backspace", words="back",
        when="commanding", footer=(0, 4),
        help="Goes back to those before.", action="rating.go(-1)", group="Go",
    ),
    Command(
        id="scroll-up", keys=("up", "k"), shown="↑ ↓", words="scroll", when="commanding",
        footer=(0, 9),
        help="Scrolls the chosen side up: what its model saw stands above the response.",
        action="rating.line(-1)", group="Look",
    ),
    Command(
        id="scroll-down", keys=("down", "j"), shown="↓", words="scroll", when="commanding",
        help="Scrolls the chosen side down.", action="rating.line(1)", group="Look",
    ),
)  # fmt: skip

_SHARED: dict[str, tuple[int, str]] = {
    "unrated": (3, "Goes to the next responses of which one has no mark of yours."),
    "unrated-before": (0, "Goes to those before of which one has no mark of yours."),
    "undo": (6, ""),
    "side": (7, "Chooses the other side, for F-keys and scrolling."),
    "expected": (5, "Shows what the response of the chosen side should be."),
    "difference": (8, "Shows word by word how the two responses differ."),
    "raw": (0, "Shows answers as they came, or as Markdown."),
    "page-up": (0, ""),
    "page-down": (0, ""),
    "help": (0, ""),
    "help-too": (10, ""),
    "quit": (2, "Ends; what you rated is saved."),
    "quit-anywhere": (0, "Ends; what you rated is saved."),
    "interrupt": (0, "Says how to quit; copies where text is selected."),
}
"""Commands of the arena that mean the same here, by their ids: their rank in the footer, and their
help where it is another one."""


def rating_commands(commands: Sequence[Command]) -> tuple[Command, ...]:
    """Return the commands of the rating screen; `commands` are the arena's, with their keys.

    A key that a person gave to one of the arena's is not this screen's own any more.
    """
    shared = []
    for command in commands:
        if command.id in _SHARED:
            rank, says = _SHARED[command.id]
            shared.append(replace(command, footer=(0, rank), help=says or command.help))
        elif command.group.startswith("Rate"):
            shared.append(replace(command, group="Rate"))
        elif command.id.startswith("vote-"):
            shared.append(
                replace(command, help=command.help.replace("; blind, a vote reveals", ""))
            )
    taken = {key for command in shared for key in command.keys}
    own = []
    for command in OWN:
        keys = tuple(key for key in command.keys if key not in taken)
        own.append(replace(command, keys=keys))
    return (*own, *shared)
