"""Keys that find, look, compare and copy."""

from __future__ import annotations

from tui_arena.command import Command

READING: tuple[Command, ...] = (
    Command(
        id="turn-before", keys=("left_curly_bracket",), shown="{", words="turn", when="commanding",
        help="Selects the response above, and puts its prompt at the top.",
        action="looking.turn(-1)", group="Find",
    ),
    Command(
        id="turn-after", keys=("right_curly_bracket",), shown="}", words="turn", when="commanding",
        help="Selects the response below, and puts its prompt at the top.",
        action="looking.turn(1)", group="Find",
    ),
    Command(
        id="unrated", keys=("full_stop",), shown=".", words="unrated", when="commanding",
        help="Selects the next response that you gave no mark.",
        action="looking.unrated(1)", group="Find",
    ),
    Command(
        id="unrated-before", keys=("comma",), shown=",", words="unrated", when="commanding",
        help="Selects the response before that you gave no mark.",
        action="looking.unrated(-1)", group="Find",
    ),
    Command(
        id="find", keys=("slash",), shown="/", words="find", when="commanding",
        help="Finds a text in prompts and answers; answers that hold it are shown as they came.",
        action="searching.find", group="Find",
    ),
    Command(
        id="find-next", keys=("J",), shown="J", words="next", when="commanding",
        help="Goes to the next match on the chosen side.", action="searching.step(1)", group="Find",
    ),
    Command(
        id="find-before", keys=("K",), shown="K", words="before", when="commanding",
        help="Goes to the match before.", action="searching.step(-1)", group="Find",
    ),
    Command(
        id="zoom", keys=("z",), shown="z", words="zoom", when="commanding",
        help="Shows only the chosen side, or both again.", action="viewing.zoom", group="Look",
    ),
    Command(
        id="fold", keys=("f",), shown="f", words="fold", when="commanding",
        help="Shows only the beginning of the selected answer, or all of it.",
        action="viewing.fold", group="Look",
    ),
    Command(
        id="fold-all", keys=("F",), shown="F", words="fold all", when="commanding",
        help="Does the same with all answers of the chosen side.",
        action="viewing.fold_all", group="Look",
    ),
    Command(
        id="raw", keys=("o",), shown="o", words="original", when="commanding",
        help="Shows the answers of the chosen side as they came, or as Markdown.",
        action="viewing.raw", group="Look",
    ),
    Command(
        id="wrap", keys=("w",), shown="w", words="wrap", when="commanding",
        help="Wraps the long lines of the chosen side, or lets them run on.",
        action="viewing.wrap", group="Look",
    ),
    Command(
        id="scroll-left", keys=("left",), shown="Left", words="scroll", when="commanding",
        help="Scrolls to the left where lines run on.",
        action="viewing.sideways(-1)", group="Look",
    ),
    Command(
        id="scroll-right", keys=("right",), shown="Right", words="scroll", when="commanding",
        help="Scrolls to the right where lines run on.",
        action="viewing.sideways(1)", group="Look",
    ),
    Command(
        id="difference", keys=("d",), shown="d", words="difference", when="commanding",
        help="Shows word by word how two answers differ, or an answer and the expected one.",
        action="comparing.compare", group="Compare and copy",
    ),
    Command(
        id="copy", keys=("c",), shown="c", words="copy", when="commanding",
        help="Copies the selected answer, or a code block of it, over SSH too; and into a file.",
        action="copying.answer", group="Compare and copy",
    ),
    Command(
        id="copy-side", keys=("C",), shown="C", words="copy side", when="commanding",
        help="Copies all prompts and answers of the chosen side in the same way.",
        action="copying.side", group="Compare and copy",
    ),
    Command(
        id="pager", keys=("L",), shown="L", words="pager", when="commanding",
        help="Shows the selected answer in your pager ($PAGER).",
        action="programs.page", group="Compare and copy",
    ),
    Command(
        id="read-in-editor", keys=("V",), shown="V", words="editor", when="commanding",
        help="Shows the selected answer in your editor; changes there are dropped.",
        action="programs.read_in_editor", group="Compare and copy",
    ),
    Command(
        id="log", keys=("l",), shown="l", words="log", when="commanding",
        footer=(0, 17),
        help="Shows what the libraries wrote into the log file.",
        action="looking.log", group="Look",
    ),
    Command(
        id="help", keys=("f1",), shown="F1", words="help", when="always",
        footer=(3, 0),
        help="Shows this help.", action="looking.help", group="Look",
    ),
    Command(
        id="help-too", keys=("question_mark",), shown="?", words="help", when="commanding",
        footer=(0, 7),
        help="Shows this help.", action="looking.help", group="Look",
    ),
    Command(
        id="palette", keys=("ctrl+p",), shown="^P", words="find", when="always",
        footer=(10, 0),
        help="Finds every command by a few letters, and carries it out.",
        action="finding.command", group="Look",
    ),
    Command(
        id="palette-too", keys=("colon",), shown=":", words="find", when="commanding",
        footer=(0, 14),
        help="Finds every command by a few letters, and carries it out.",
        action="finding.command", group="Look",
    ),
    Command(
        id="theme", keys=("T",), shown="T", words="theme", when="commanding",
        help="Shows the themes, and takes one until you quit.",
        action="finding.theme", group="Look",
    ),
    Command(
        id="page-up", keys=("pageup",), shown="PgUp", words="scroll", when="always",
        help="Scrolls the chosen side up.", action="looking.scroll(-1)", group="Look",
    ),
    Command(
        id="page-down", keys=("pagedown",), shown="PgDn", words="scroll", when="always",
        help="Scrolls the chosen side down.", action="looking.scroll(1)", group="Look",
    ),
    Command(
        id="top", keys=("home", "g"), shown="g", words="top", when="commanding",
        help="Goes to the beginning of the chosen side.",
        action="looking.top", group="Look",
    ),
    Command(
        id="bottom", keys=("ctrl+end",), shown="^End", words="follow", when="always",
        help="Goes to the end of the chosen side and follows it again.",
        action="looking.follow", group="Look",
    ),
    Command(
        id="bottom-too", keys=("end", "G"), shown="End", words="follow", when="commanding",
        help="Goes to the end of the chosen side and follows it again.",
        action="looking.follow", group="Look",
    ),
)  # fmt: skip
