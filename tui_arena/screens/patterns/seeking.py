"""Commands of the screen of error patterns alone: names, models, picks as a file."""

from __future__ import annotations

from itertools import combinations

from tui_arena.patterns.names import NamesError
from tui_arena.screens.choose import Choice, Choose, Way
from tui_arena.screens.patterns.pattern_pages import PatternPages
from tui_arena.screens.patterns.writing import ask_what_to_write
from tui_arena.screens.revise import Revise
from tui_arena.screens.scores.browsing import Browsing

_HOW = (
    "What is found is that of tui-arena patterns; docs/patterns.md says how, and when not to "
    "believe it. A prompt counts once for a model, however often it was asked.",
    "Behind a row are its responses, the wrong ones first, with what every rater gave them. A "
    "click chooses a row, another one opens it.",
    "A name is kept in patterns.toml beside the sessions, with members of its group, and is found "
    "again when sessions are added.",
    "Looking takes long, so nothing is looked for anew by itself while a session goes on.",
)


class Seeking(Browsing):
    """Each method is the action of a command."""

    def __init__(self, screen: PatternPages) -> None:
        super().__init__(screen, _HOW)
        self._patterns = screen

    def again(self) -> None:
        """Look for patterns anew."""
        self._patterns.again()

    def choose_models(self) -> None:
        """Ask which models to look at."""
        screen = self._patterns
        known = screen.known()
        if len(known) < 2:
            screen.tell("It takes two models with judged responses to choose between.")
            return
        choices: list[Choice[tuple[str, ...]]] = [
            Choice((), "all", "compares the two with most prompts in common")
        ]
        choices += [
            Choice((one, other), f"{one} and {other}") for one, other in combinations(known, 2)
        ]
        choices += [Choice((one,), f"{one} alone") for one in known]
        at = next((n for n, each in enumerate(choices) if each.value == screen.models), 0)
        screen.app.push_screen(
            Choose(
                title=lambda: "Which models?",
                choices=choices,
                ways={"enter": Way("Enter", "look", screen.look_at)},
                signs=screen.showing.signs,
                at=at,
            )
        )

    def name(self) -> None:
        """Ask for the name of the chosen region or group of errors."""
        screen = self._patterns
        cell = screen.sheet.chosen
        group = screen.group(cell.of) if cell is not None else None
        if group is None:
            screen.tell("Only regions and groups of errors have names; choose one of these.")
            return
        signs = screen.showing.signs
        words = f" ({group.label})" if group.label else ""
        page = Revise(
            title=signs.one_line(f"A name for {group.id}{words}"),
            text=group.name,
            original=group.name,
            does="keep",
        )
        id = group.id

        def given(name: str | None) -> None:
            if name is not None:
                self._give(id, name)

        screen.app.push_screen(page, given)

    def write(self) -> None:
        """Write what a model would learn most from."""
        ask_what_to_write(self._patterns)

    def undo(self) -> None:
        """Take back the name that was given last."""
        screen = self._patterns
        if screen.figures is None or screen.figures.patterns is None:
            return
        try:
            screen.naming.undo(screen.figures.patterns)
        except NamesError as problem:
            screen.tell(str(problem))
        else:
            screen.tell_of_change("The last name is taken back.")

    def _give(self, id: str, name: str) -> None:
        screen = self._patterns
        if screen.figures is None or screen.figures.patterns is None:
            return
        try:
            screen.naming.give(screen.figures.patterns, id, name)
        except NamesError as problem:
            screen.tell(str(problem))
        else:
            called = " ".join(name.split())
            screen.tell_of_change(
                f"{id} is called {called} now." if called else f"{id} has no name now."
            )
