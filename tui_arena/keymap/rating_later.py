"""Keys of the screen on which saved responses are rated: its own, and the arena's for the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tui_arena.command import Command
from tui_arena.key_names import written_key

OWN: tuple[Command, ...] = (
    Command(
        id="next", keys=("enter", "space", "right"), shown="Enter", words="next",
        when="commanding", footer=(0, 1),
        help="Goes on to the next responses.", action="rating.go(1)", group="Go",
    ),
    Command(
        id="before", keys=("backspace", "left"), shown="Backspace", words="back",
        when="commanding", footer=(0, 4),
        help="Goes back to those before.", action="rating.go(-1)", group="Go",
    ),
    Command(
        id="scroll-up", keys=("up", "k"), shown="↑ ↓", words="scroll", when="commanding",
        footer=(0, 10),
        help="Scrolls the chosen side up: what its model saw stands above the response.",
        action="rating.line(-1)", group="Look",
    ),
    Command(
        id="scroll-down", keys=("down", "j"), shown="↓", words="scroll", when="commanding",
        help="Scrolls the chosen side down.", action="rating.line(1)", group="Look",
    ),
)  # fmt: skip

_SHARED: dict[str, tuple[int, str, str]] = {
    "unrated": (3, "Go", "Goes to the next responses of which one has no mark of yours."),
    "unrated-before": (0, "Go", "Goes to those before of which one has no mark of yours."),
    "undo": (6, "Rate", ""),
    "side": (8, "Look", "Chooses the other side, for F-keys and scrolling."),
    "expected": (5, "Look", "Shows what the response of the chosen side should be."),
    "difference": (9, "Look", "Shows word by word how the two responses differ."),
    "raw": (0, "Look", "Shows answers as they came, or as Markdown."),
    "top": (0, "Look", "Shows all that the models saw before, from its beginning."),
    "page-up": (0, "Look", ""),
    "page-down": (0, "Look", ""),
    "help": (0, "Look", ""),
    "help-too": (11, "Look", ""),
    "quit": (2, "Leave", "Ends; what you rated is saved."),
    "quit-anywhere": (0, "Leave", "The same."),
    "interrupt": (0, "Leave", "Says how to quit; copies where text is selected."),
}
"""Commands of the arena that mean the same here, by their ids: their rank in the footer, the
heading that they stand under, and their help where it is another one."""

_VOTE = "vote-"
_REVEALS = "; blind, a vote reveals"
"""What a vote does in the arena and not here."""


def rating_commands(
    commands: Sequence[Command], own: Sequence[Command] = OWN
) -> tuple[Command, ...]:
    """Return the commands of the rating screen; `commands` are the arena's, with their keys.

    A key that a person gave to one of the arena's is not this screen's own any more.
    """
    shared = shared_commands(commands)
    taken = {key for command in shared for key in command.keys}
    return (*(_without(command, taken) for command in own), *shared)


def _without(command: Command, taken: Collection[str]) -> Command:
    """Return a command without keys that mean something else; it is shown with one that is left."""
    left = tuple(key for key in command.keys if key not in taken)
    if left[:1] == command.keys[:1]:
        return replace(command, keys=left)
    return replace(command, keys=left, shown=written_key(left[0]) if left else "")


def shared_commands(commands: Sequence[Command]) -> list[Command]:
    """Return those of the arena's commands that the rating screen has too, as they are there."""
    shared = []
    votes = " ".join(command.shown for command in commands if command.id.startswith(_VOTE))
    for command in commands:
        if command.id in _SHARED:
            rank, group, says = _SHARED[command.id]
            help_ = says or command.help
            shared.append(replace(command, footer=(0, rank), group=group, help=help_))
        elif command.group.startswith("Rate"):
            shared.append(replace(command, group="Rate"))
        elif command.id.startswith(_VOTE):
            made = replace(command, help=command.help.replace(_REVEALS, ""))
            if command.id == "vote-left":  # stands for all four in the footer
                made = replace(made, shown=votes, words="vote", footer=(0, 7))
            shared.append(made)
    return shared
