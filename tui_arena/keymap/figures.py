"""The keys that all screens of figures share: pages, the cursor, and what is behind a figure."""

from __future__ import annotations

from collections.abc import Iterable

from tui_arena.command import Command


def pages(named: Iterable[tuple[str, str]]) -> tuple[Command, ...]:
    """Return the commands that open pages; each has a name and a sentence of help."""
    return tuple(
        Command(
            id=f"page-{name}", keys=(str(number),), shown=str(number), words=name,
            when="commanding", help=says, action=f"turn_to({number - 1})", group="Pages",
        )
        for number, (name, says) in enumerate(named, 1)
    )  # fmt: skip


def leaving(what: str) -> tuple[Command, ...]:
    """Return the commands that leave a screen, which is called so."""
    return (
        Command(
            id="leave", keys=("escape", "q"), shown="Esc", words="leave", when="commanding",
            footer=(0, 2),
            help=f"Leaves {what}.", action="leave", group="Leave",
        ),
        Command(
            id="interrupt", keys=("ctrl+c",), shown="^C", words="", when="commanding",
            help="Copies where text is selected; otherwise leaves.", action="interrupt",
            group="Leave",
        ),
    )  # fmt: skip


FIGURES: tuple[Command, ...] = (
    Command(
        id="next-page", keys=("tab",), shown="Tab", words="next", when="commanding",
        footer=(0, 4),
        help="Turns to the next page.", action="turn(1)", group="Pages",
    ),
    Command(
        id="page-before", keys=("shift+tab",), shown="Shift+Tab", words="before",
        when="commanding",
        help="Turns to the page before.", action="turn(-1)", group="Pages",
    ),
    Command(
        id="scope", keys=("a",), shown="a", words="all sessions", when="commanding",
        footer=(0, 3),
        help="Counts all saved sessions, or the one that is open alone.",
        action="scope", group="Pages",
    ),
    Command(
        id="open", keys=("enter", "o"), shown="Enter", words="responses", when="commanding",
        footer=(0, 1),
        help="Shows the responses behind the chosen figure.", action="open", group="Go",
    ),
    Command(
        id="up", keys=("up", "k"), shown="↑", words="up", when="commanding",
        help="Goes to the figure above.", action="step(-1)", group="Go",
    ),
    Command(
        id="down", keys=("down", "j"), shown="↓", words="down", when="commanding",
        help="Goes to the figure below.", action="step(1)", group="Go",
    ),
    Command(
        id="left", keys=("left", "h"), shown="←", words="left", when="commanding",
        help="Goes to the figure on the left.", action="sideways(-1)", group="Go",
    ),
    Command(
        id="right", keys=("right", "l"), shown="→", words="right", when="commanding",
        help="Goes to the figure on the right.", action="sideways(1)", group="Go",
    ),
    Command(
        id="screen-up", keys=("pageup", "b"), shown="PgUp", words="screen up", when="commanding",
        help="Goes a screen up.", action="page(-1)", group="Go",
    ),
    Command(
        id="screen-down", keys=("pagedown", "f", "space"), shown="PgDn", words="screen down",
        when="commanding",
        help="Goes a screen down.", action="page(1)", group="Go",
    ),
    Command(
        id="first", keys=("home", "g"), shown="Home", words="first", when="commanding",
        help="Goes to the first figure.", action="first", group="Go",
    ),
    Command(
        id="last", keys=("end", "G"), shown="End", words="last", when="commanding",
        help="Goes to the last figure.", action="last", group="Go",
    ),
    Command(
        id="find", keys=("slash",), shown="/", words="find", when="commanding", footer=(0, 10),
        help="Finds a text: a model, a prompt, what a response says.", action="find", group="Find",
    ),
    Command(
        id="find-next", keys=("n", "J"), shown="n", words="next match", when="commanding",
        footer=(0, 11),
        help="Goes to the next figure that holds it.", action="find_step(1)", group="Find",
    ),
    Command(
        id="find-before", keys=("N", "K"), shown="N", words="before", when="commanding",
        help="Goes to the figure before that holds it.", action="find_step(-1)", group="Find",
    ),
    Command(
        id="help", keys=("question_mark", "f1"), shown="?", words="help", when="commanding",
        footer=(0, 5),
        help="Shows this help.", action="help", group="Look",
    ),
)  # fmt: skip
