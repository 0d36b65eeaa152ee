"""The keys of the screen of error patterns: a table of its own."""

from __future__ import annotations

from tui_arena.command import Command
from tui_arena.keymap.figures import FIGURES, leaving, pages

PAGES = ("models", "regions", "apart", "groups", "picks", "votes", "map")
"""The pages, in the order of their keys."""

_PAGES: tuple[tuple[str, str], ...] = (
    ("models", "Shows how often each model fails, and whether failures lie together."),
    ("regions", "Shows prompts that are alike and failed at more than by chance."),
    ("apart", "Shows the prompts at which one model fails and the other does not."),
    ("groups", "Shows wrong responses that belong together."),
    ("picks", "Shows the failures that are most worth training on."),
    ("votes", "Shows which of two models wins votes, by type of question."),
    ("map", "Shows where prompts lie: alike ones beside each other."),
)

PATTERNS: tuple[Command, ...] = (
    *pages(_PAGES),
    *FIGURES,
    Command(
        id="name", keys=("e",), shown="e", words="name it", when="commanding", footer=(0, 6),
        help="Gives the chosen region or group of errors a name; an empty one takes it away.",
        action="name", group="Names",
    ),
    Command(
        id="undo", keys=("u",), shown="u", words="undo", when="commanding", footer=(0, 7),
        help="Takes back the last name that was given here.", action="undo", group="Names",
    ),
    Command(
        id="write", keys=("x",), shown="x", words="write", when="commanding", footer=(0, 6),
        help="Writes what a model would learn most from into a file: pairs of answers, or dialogs.",
        action="write", group="Look",
    ),
    Command(
        id="choose-models", keys=("m",), shown="m", words="models", when="commanding",
        footer=(0, 9),
        help="Chooses which two models are held against each other, or one to look at alone.",
        action="choose_models", group="Look",
    ),
    Command(
        id="again", keys=("r",), shown="r", words="look again", when="commanding", footer=(0, 8),
        help="Reads everything anew and looks for patterns again.", action="again", group="Look",
    ),
    *leaving("the patterns"),
)  # fmt: skip
