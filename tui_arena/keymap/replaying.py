"""The keys of a replay: a table of its own, in the form of the arena's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_arena.command import Command

REPLAYING: tuple[Command, ...] = (
    Command(
        id="play", keys=("space", "p"), shown="Space", words="play", when="commanding",
        footer=(0, 1),
        help="Pauses the replay or plays it on; at its end it begins again.",
        action="play", group="Play",
    ),
    Command(
        id="slower", keys=("left_square_bracket", "minus"), shown="[", words="slower",
        when="commanding", footer=(0, 8),
        help="Plays half as fast, down to a quarter of the true speed.",
        action="speed(-1)", group="Play",
    ),
    Command(
        id="faster", keys=("right_square_bracket", "plus", "equals_sign"), shown="]",
        words="faster", when="commanding", footer=(0, 7),
        help="Plays twice as fast, up to 64 times the true speed.",
        action="speed(1)", group="Play",
    ),
    Command(
        id="true-speed", keys=("backspace", "1"), shown="Backspace", words="true speed",
        when="commanding",
        help="Plays as fast as it was.", action="true_speed", group="Play",
    ),
    Command(
        id="back", keys=("left", "h"), shown="←", words="back", when="commanding",
        footer=(0, 5),
        help="Goes 5 seconds back.", action="seek(-5)", group="Go",
    ),
    Command(
        id="forward", keys=("right", "l"), shown="→", words="forward", when="commanding",
        footer=(0, 4),
        help="Goes 5 seconds forward.", action="seek(5)", group="Go",
    ),
    Command(
        id="far-back", keys=("shift+left", "H"), shown="H", words="minute back",
        when="commanding",
        help="Goes a minute back.", action="seek(-60)", group="Go",
    ),
    Command(
        id="far-forward", keys=("shift+right", "L"), shown="L", words="minute on",
        when="commanding",
        help="Goes a minute forward.", action="seek(60)", group="Go",
    ),
    Command(
        id="token-before", keys=("comma",), shown=",", words="token", when="commanding",
        help="Pauses, and goes one piece of text back.", action="token(-1)", group="Go",
    ),
    Command(
        id="token-after", keys=("full_stop",), shown=".", words="token", when="commanding",
        footer=(0, 10),
        help="Pauses, and goes to the next piece of text.", action="token(1)", group="Go",
    ),
    Command(
        id="turn-before", keys=("left_curly_bracket", "N"), shown="{", words="turn before",
        when="commanding",
        help="Goes to the prompt before.", action="turn(-1)", group="Go",
    ),
    Command(
        id="turn-after", keys=("right_curly_bracket", "n"), shown="}", words="turn",
        when="commanding", footer=(0, 6),
        help="Goes to the next prompt.", action="turn(1)", group="Go",
    ),
    Command(
        id="mark-after", keys=("m",), shown="m", words="mark", when="commanding",
        footer=(0, 9),
        help="Pauses at the next mark or vote.", action="mark(1)", group="Go",
    ),
    Command(
        id="mark-before", keys=("M",), shown="M", words="mark before", when="commanding",
        help="Pauses at the mark or vote before.", action="mark(-1)", group="Go",
    ),
    Command(
        id="beginning", keys=("home", "g", "0"), shown="Home", words="beginning",
        when="commanding",
        help="Goes to the beginning.", action="beginning", group="Go",
    ),
    Command(
        id="end", keys=("end", "G"), shown="End", words="end", when="commanding",
        help="Goes to the end.", action="end", group="Go",
    ),
    Command(
        id="other-side", keys=("tab",), shown="Tab", words="side", when="commanding",
        footer=(0, 11),
        help="Chooses the other side, to scroll it.", action="other_side", group="Look",
    ),
    Command(
        id="zoom", keys=("z",), shown="z", words="zoom", when="commanding",
        help="Shows only the chosen side, or both again.", action="zoom", group="Look",
    ),
    Command(
        id="page-up", keys=("pageup", "b"), shown="PgUp", words="scroll", when="commanding",
        help="Scrolls the chosen side up.", action="scroll(-1)", group="Look",
    ),
    Command(
        id="page-down", keys=("pagedown", "f"), shown="PgDn", words="scroll", when="commanding",
        help="Scrolls the chosen side down.", action="scroll(1)", group="Look",
    ),
    Command(
        id="line-up", keys=("up", "k"), shown="↑", words="scroll", when="commanding",
        help="Scrolls the chosen side a line up.", action="line(-1)", group="Look",
    ),
    Command(
        id="line-down", keys=("down", "j"), shown="↓", words="scroll", when="commanding",
        help="Scrolls the chosen side a line down.", action="line(1)", group="Look",
    ),
    Command(
        id="help", keys=("question_mark", "f1"), shown="?", words="help", when="commanding",
        footer=(0, 3),
        help="Shows this help.", action="help", group="Look",
    ),
    Command(
        id="quit", keys=("q", "ctrl+q"), shown="q", words="quit", when="commanding",
        footer=(0, 2),
        help="Ends the replay.", action="leave", group="Leave",
    ),
    Command(
        id="interrupt", keys=("ctrl+c",), shown="^C", words="", when="commanding",
        help="Copies where text is selected; otherwise ends the replay.",
        action="interrupt", group="Leave",
    ),
)  # fmt: skip

_GOES_BACK = {
    "quit": "Ends the replay and goes back.",
    "interrupt": "Copies where text is selected; otherwise says how to go back.",
}
"""The help of commands that end a replay, where a page of the arena opened it."""


def going_back(commands: Sequence[Command] = REPLAYING) -> tuple[Command, ...]:
    """Return the commands of a replay that a page of the arena opened, where Esc goes back too."""
    made = []
    for each in commands:
        if each.id == "quit":
            own = (key for key in each.keys if key != "ctrl+q")  # that one quits the arena
            each = replace(each, keys=("escape", *own), shown="Esc", words="back")
        made.append(replace(each, help=_GOES_BACK.get(each.id, each.help)))
    return tuple(made)
