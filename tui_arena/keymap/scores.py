"""The keys of the score screen, and of the responses behind its figures: tables of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_arena.command import Command
from tui_arena.keymap.figures import FIGURES, leaving, pages
from tui_arena.keymap.judging import MARK_MEANINGS
from tui_arena.session import MARKS

PAGES = ("recap", "first", "dialogs", "fixing", "habits", "pairs", "raters")
"""The pages, in the order of their keys."""

_PAGES: tuple[tuple[str, str], ...] = (
    ("recap", "Shows all symbols of each model, and its rank."),
    ("first", "Shows attempts at first prompts, which nobody helped with."),
    ("dialogs", "Shows both conversations of each session beside each other."),
    ("fixing", "Shows attempts at putting mistakes right, several at each."),
    ("habits", "Shows how models take corrections, and how long they last."),
    ("pairs", "Shows models held against each other, prompt by prompt."),
    ("raters", "Shows who rated, how far raters agree, and what cannot be read."),
)

SCORES: tuple[Command, ...] = (
    *pages(_PAGES),
    *FIGURES,
    Command(
        id="check", keys=("c",), shown="c", words="check", when="commanding", footer=(0, 12),
        help="Holds marks against what the checker suggests, on the page of raters; again leaves "
        "it out.",
        action="check", group="Pages",
    ),
    *leaving("the scores"),
)  # fmt: skip

_MARK = "mark-"

BEHIND: tuple[Command, ...] = (
    Command(
        id="next", keys=("n", "right", "l", "tab"), shown="n", words="next", when="commanding",
        footer=(0, 2),
        help="Shows the next response.", action="go(1)", group="Responses",
    ),
    Command(
        id="before", keys=("p", "left", "h", "shift+tab"), shown="p", words="before",
        when="commanding", footer=(0, 3),
        help="Shows the response before.", action="go(-1)", group="Responses",
    ),
    Command(
        id="first", keys=("less_than_sign",), shown="<", words="first", when="commanding",
        help="Shows the first response.", action="first", group="Responses",
    ),
    Command(
        id="last", keys=("greater_than_sign",), shown=">", words="last", when="commanding",
        help="Shows the last response.", action="last", group="Responses",
    ),
    *(
        Command(
            id=f"{_MARK}{mark}", keys=(str(number), f"f{number + 4}"),
            shown=str(number), words="mark", when="commanding",
            footer=(0, 4 if number == 1 else 0),
            help=f"Marks the response: {MARK_MEANINGS[mark]}. Again takes it back.",
            action=f"mark('{mark}')", group="Rate, where the session is open",
        )
        for number, mark in enumerate(MARKS, 1)
    ),
    Command(
        id="context", keys=("w",), shown="w", words="what it saw", when="commanding",
        footer=(0, 5),
        help="Shows all that the model saw before, or the prompt alone.",
        action="context", group="Look",
    ),
    Command(
        id="line-up", keys=("up", "k"), shown="↑", words="up", when="commanding",
        help="Scrolls a line up.", action="line(-1)", group="Look",
    ),
    Command(
        id="line-down", keys=("down", "j"), shown="↓", words="down", when="commanding",
        help="Scrolls a line down.", action="line(1)", group="Look",
    ),
    Command(
        id="page-up", keys=("pageup", "b"), shown="PgUp", words="up", when="commanding",
        help="Scrolls a screen up.", action="page(-1)", group="Look",
    ),
    Command(
        id="page-down", keys=("pagedown", "f", "space"), shown="PgDn", words="down",
        when="commanding",
        help="Scrolls a screen down.", action="page(1)", group="Look",
    ),
    Command(
        id="top", keys=("home", "g"), shown="Home", words="top", when="commanding",
        help="Goes to the beginning of the response.", action="top", group="Look",
    ),
    Command(
        id="bottom", keys=("end", "G"), shown="End", words="end", when="commanding",
        help="Goes to the end of the response.", action="bottom", group="Look",
    ),
    Command(
        id="find", keys=("slash",), shown="/", words="find", when="commanding", footer=(0, 8),
        help="Finds a text in these responses, their prompts and models.", action="search",
        group="Find",
    ),
    Command(
        id="find-next", keys=("J",), shown="J", words="next match", when="commanding",
        footer=(0, 9),
        help="Shows the next response that holds it.", action="search_step(1)", group="Find",
    ),
    Command(
        id="find-before", keys=("K",), shown="K", words="before", when="commanding",
        help="Shows the response before that holds it.", action="search_step(-1)", group="Find",
    ),
    Command(
        id="jump", keys=("enter", "o"), shown="Enter", words="to its turn", when="commanding",
        footer=(0, 6),
        help="Goes to the turn in the arena, where its session is open.",
        action="jump", group="Go",
    ),
    Command(
        id="help", keys=("question_mark", "f1"), shown="?", words="help", when="commanding",
        footer=(0, 7),
        help="Shows this help.", action="help", group="Look",
    ),
    Command(
        id="leave", keys=("escape", "q", "backspace"), shown="Esc", words="back",
        when="commanding", footer=(0, 1),
        help="Goes back to the figures.", action="leave", group="Leave",
    ),
    Command(
        id="interrupt", keys=("ctrl+c",), shown="^C", words="", when="commanding",
        help="Copies where text is selected; otherwise goes back.",
        action="interrupt", group="Leave",
    ),
)  # fmt: skip


def in_short(commands: Sequence[Command]) -> list[Command]:
    """Return the commands of responses for the footer, where the first mark stands for all."""
    keys = [command.shown for command in commands if command.id.startswith(_MARK)]
    usual = keys == [str(number) for number in range(1, len(keys) + 1)]
    shown = f"1 to {len(keys)}" if usual else " ".join(keys)
    first = f"{_MARK}{MARKS[0]}"
    return [replace(each, shown=shown) if each.id == first else each for each in commands]
