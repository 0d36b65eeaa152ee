"""Keys that write and send, and steer a side while it answers."""

from __future__ import annotations

from tui_arena.command import Command

WRITING_AND_STEERING: tuple[Command, ...] = (
    Command(
        id="send", keys=("enter",), shown="Enter", words="send", when="writing",
        footer=(1, 0),
        help="Sends what you wrote to the sides that can take it.", action="", group="Write",
    ),
    Command(
        id="newline", keys=("ctrl+j", "shift+enter"), shown="^J", words="newline", when="writing",
        footer=(7, 0),
        help="Makes a new line; not every terminal sends Shift+Enter.",
        action="", group="Write",
    ),
    Command(
        id="command", keys=("escape",), shown="Esc", words="commands", when="writing",
        footer=(2, 0),
        help="Leaves the writing line: from now on letters and digits are commands.",
        action="writing.leave_line", group="Write",
    ),
    Command(
        id="write", keys=("enter", "i"), shown="Enter", words="write", when="commanding",
        footer=(0, 1),
        help="Goes back to the writing line.", action="writing.write", group="Command",
    ),
    Command(
        id="editor", keys=("ctrl+g",), shown="^G", words="editor", when="always",
        help="Opens what you write in your editor ($VISUAL or $EDITOR).",
        action="programs.write_in_editor", group="Write",
    ),
    Command(
        id="side", keys=("tab", "shift+tab"), shown="Tab", words="side", when="always",
        footer=(8, 4),
        help="Chooses the other side; commands act on the chosen side.",
        action="steering.other_side", group="Command",
    ),
    Command(
        id="pause", keys=("p",), shown="p", words="pause", when="commanding",
        footer=(0, 3),
        help="Pauses or resumes the chosen side; a paused side gets no prompt.",
        action="steering.pause_here", group="Command",
    ),
    Command(
        id="stop", keys=("s",), shown="s", words="stop", when="commanding",
        footer=(0, 5),
        help="Ends the chosen side's answer here and keeps what came.",
        action="steering.stop", group="Command",
    ),
    Command(
        id="settings", keys=("a",), shown="a", words="ask with", when="commanding",
        footer=(0, 17),
        help="Changes system text and sampler of the chosen side, or of both.",
        action="asking.settings", group="Command",
    ),
    Command(
        id="attempts", keys=("A",), shown="A", words="attempts", when="commanding",
        footer=(0, 18),
        help="Asks the next prompts several times at once: A and then a number, 1 to 16.",
        action="asking.attempts", group="Command",
    ),
    Command(
        id="undo", keys=("u",), shown="u", words="undo", when="commanding",
        footer=(0, 8),
        help="Takes back what you did last to a mark, a vote or settings, or a waiting prompt.",
        action="marking.undo", group="Command",
    ),
    Command(
        id="up", keys=("up", "k"), shown="↑ ↓", words="select", when="commanding",
        footer=(0, 9),
        help="Selects the response above.",
        action="looking.select(-1)", group="Command",
    ),
    Command(
        id="down", keys=("down", "j"), shown="↓", words="select", when="commanding",
        help="Selects the response below.",
        action="looking.select(1)", group="Command",
    ),
    Command(
        id="latest", keys=("escape",), shown="Esc", words="latest", when="commanding",
        help="Ends finding; otherwise goes back to the latest response.",
        action="searching.leave", group="Command",
    ),
)  # fmt: skip
