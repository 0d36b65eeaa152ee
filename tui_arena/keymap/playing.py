"""Keys that play a scenario and correct answers."""

from __future__ import annotations

from tui_arena.command import Command

PLAYING: tuple[Command, ...] = (
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
        help="Chooses a short correction for the chosen side, also while you write.",
        action="nudging.open", group="Correct",
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
)  # fmt: skip
