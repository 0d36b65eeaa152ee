"""Every command of the arena and its keys, in one table.

Bindings, footer, help screen and documentation are all made from it, so they cannot disagree.
"""

from __future__ import annotations

from tui_arena.command import Command
from tui_arena.judging_keys import marks, votes

COMMANDS: tuple[Command, ...] = (
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
        id="undo", keys=("u",), shown="u", words="undo", when="commanding",
        footer=(0, 8),
        help="Takes back the last thing you did to a mark or a vote.",
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
    Command(
        id="retry", keys=("r",), shown="r", words="retry", when="commanding",
        footer=(0, 14),
        help="Asks the latest prompt again, all attempts stay; or loads a model that failed.",
        action="again.retry", group="Second chances",
    ),
    Command(
        id="several", keys=("R",), shown="R", words="many attempts", when="commanding",
        help="Asks the latest prompt again several times at once: R and then a number, 2 to 16.",
        action="again.several", group="Second chances",
    ),
    Command(
        id="attempt-before", keys=("left_square_bracket",), shown="[", words="attempts",
        when="commanding",
        help="Shows the attempt before; the attempt that is shown is the one in the context.",
        action="again.walk(-1)", group="Second chances",
    ),
    Command(
        id="attempt-after", keys=("right_square_bracket",), shown="]", words="attempts",
        when="commanding",
        help="Shows the next attempt.", action="again.walk(1)", group="Second chances",
    ),
    Command(
        id="go-on", keys=("plus",), shown="+", words="continue", when="commanding",
        help="Lets the latest answer go on where it was cut, stopped, or failed.",
        action="again.go_on", group="Second chances",
    ),
    Command(
        id="undo-turn", keys=("U",), shown="U", words="undo turn", when="commanding",
        help="Sets the latest turn aside: it stays in the file, but no model sees it.",
        action="revising.undo_turn", group="Second chances",
    ),
    Command(
        id="bring-back", keys=("B",), shown="B", words="bring back", when="commanding",
        help="Brings the turn back that was set aside last, or the selected one.",
        action="revising.bring_back", group="Second chances",
    ),
    Command(
        id="edit-prompt", keys=("e",), shown="e", words="edit", when="commanding",
        help="Edits the selected prompt and sends it; its turn and the later ones are set aside.",
        action="revising.edit_prompt", group="Second chances",
    ),
    Command(
        id="edit-answer", keys=("E",), shown="E", words="edit answer", when="commanding",
        help="Puts your words in the place of the selected answer; the model's stay in the file.",
        action="revising.edit_answer", group="Second chances",
    ),
    Command(
        id="model", keys=("m",), shown="m", words="model", when="commanding",
        footer=(0, 6),
        help="Chooses another model for this side; the conversation goes along.",
        action="models.pick", group="Models",
    ),
    Command(
        id="swap", keys=("M",), shown="M", words="swap models", when="commanding",
        help="Swaps the models of both sides; the conversations stay where they are.",
        action="models.swap", group="Models",
    ),
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
        footer=(0, 10),
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
    Command(
        id="pause-left", keys=("f2",), shown="F2", words="pause left", when="always",
        footer=(4, 11),
        help="Pauses or resumes the left side, in the middle of a sentence too.",
        action="steering.pause('left')", group="Steer",
    ),
    Command(
        id="pause-right", keys=("f3",), shown="F3", words="pause right", when="always",
        footer=(5, 12),
        help="Pauses or resumes the right side, in the middle of a sentence too.",
        action="steering.pause('right')", group="Steer",
    ),
    Command(
        id="route", keys=("f4",), shown="F4", words="to", when="always",
        footer=(6, 13),
        help="Sends the next prompts to both sides, to the left one or to the right one.",
        action="steering.route", group="Steer",
    ),
    Command(
        id="next-step", keys=("f12",), shown="F12", words="next step", when="always",
        footer=(11, 0),
        help="Sends the scenario's next step to the sides named at the prompt; each has its own.",
        action="playing.send_next", group="Play a scenario",
    ),
    Command(
        id="next-step-too", keys=("space",), shown="Space", words="next step", when="commanding",
        footer=(0, 14),
        help="Sends the scenario's next step.",
        action="playing.send_next", group="Play a scenario",
    ),
    Command(
        id="step-back", keys=("less_than_sign",), shown="<", words="step back", when="commanding",
        help="Makes the step before the next one; what was sent stays.",
        action="playing.move(-1)", group="Play a scenario",
    ),
    Command(
        id="step-on", keys=("greater_than_sign",), shown=">", words="skip", when="commanding",
        help="Leaves a step out.", action="playing.move(1)", group="Play a scenario",
    ),
    Command(
        id="choose-step", keys=("number_sign",), shown="#", words="choose step", when="commanding",
        help="Chooses which step is the next one.",
        action="playing.choose_step", group="Play a scenario",
    ),
    Command(
        id="expected", keys=("x",), shown="x", words="expected", when="commanding",
        help="Shows what the selected response should be; no model ever sees it.",
        action="playing.expected", group="Play a scenario",
    ),
    Command(
        id="open-scenario", keys=("S",), shown="S", words="scenario", when="commanding",
        help="Chooses a scenario to play in this session.",
        action="playing.choose_scenario", group="Play a scenario",
    ),
    Command(
        id="nudge", keys=("n",), shown="n", words="nudge", when="commanding",
        footer=(0, 15),
        help="Chooses a short correction for the chosen side; Enter sends it, Tab edits it first.",
        action="nudging.open", group="Correct",
    ),
    Command(
        id="nudge-anywhere", keys=("ctrl+n",), shown="^N", words="nudge", when="always",
        footer=(10, 0),
        help="The same, also while you write.", action="nudging.open", group="Correct",
    ),
    Command(
        id="correction", keys=("ctrl+t",), shown="^T", words="correction", when="writing",
        help="Says that what you write is a correction; again takes it back.",
        action="nudging.toggle", group="Correct",
    ),
    Command(
        id="transplant", keys=("t",), shown="t", words="transplant", when="commanding",
        footer=(0, 16),
        help="Lets this side go on from what the other one said, up to its selected response.",
        action="transplanting.open", group="Correct",
    ),
    Command(
        id="fork", keys=("Y",), shown="Y", words="fork", when="commanding",
        help="Saves a second session with both conversations up to the selected response.",
        action="forking.fork", group="Correct",
    ),
    *marks(),
    *votes(),
    Command(
        id="blind", keys=("b",), shown="b", words="blind", when="commanding",
        footer=(0, 15),
        help="Hides which model is which and shuffles the sides; again reveals them.",
        action="judging.toggle", group="Vote",
    ),
    Command(
        id="quit", keys=("q",), shown="q", words="quit", when="commanding",
        footer=(0, 2),
        help="Ends the arena; the session is saved. Asks only while an answer is under way.",
        action="leaving.leave", group="Leave",
    ),
    Command(
        id="quit-anywhere", keys=("ctrl+q",), shown="^Q", words="quit", when="always",
        footer=(9, 0),
        help="The same, also while you write.", action="leaving.leave", group="Leave",
    ),
    Command(
        id="interrupt", keys=("ctrl+c",), shown="^C", words="", when="always",
        help="Says how to quit; copies where text is selected.",
        action="leaving.interrupt", group="Leave",
    ),
)  # fmt: skip


BY_ID = {command.id: command for command in COMMANDS}
