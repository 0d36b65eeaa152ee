"""Keys that give an answer, a turn or a side another chance."""

from __future__ import annotations

from tui_arena.command import Command

SECOND_CHANCES: tuple[Command, ...] = (
    Command(
        id="retry", keys=("r",), shown="r", words="retry", when="commanding",
        footer=(0, 10),
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
)  # fmt: skip
