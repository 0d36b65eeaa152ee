"""Commands of rating saved responses: go on, mark, vote, undo, look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_arena.errors import ArenaError
from tui_arena.keymap.judging import VERDICT_WORDS
from tui_arena.screens.compare_page import ComparePage, Pair
from tui_arena.screens.expected import expected_page
from tui_arena.screens.help import help_page
from tui_arena.session import SIDES, Mark, Side, Verdict

if TYPE_CHECKING:
    from tui_arena.screens.rate_screen import RateScreen

_HOW = (
    "Responses are shown one after the other, side by side where both sides answered the same "
    "prompt. What the model saw stands above each. Marks are those of the arena, and a mark given "
    "again is taken back; what others gave is not shown. What a checker suggests counts only once "
    "you take it over.",
    "All is saved as you go. Who quits goes on later with the responses that have no mark yet.",
)


class RateCommands:
    """Acts on the round, and has the screen show what came of it."""

    def __init__(self, screen: RateScreen) -> None:
        self._screen = screen

    # go

    def go(self, step: int) -> None:
        """Go on to the next page (1) or back to the one before (-1)."""
        screen = self._screen
        if screen.round.go(step):
            screen.open_page()
        elif step < 0:
            screen.notice = "These are the first ones."
        else:
            screen.notice = f"These were the last ones; {self._rest}"

    @property
    def _rest(self) -> str:
        screen, count = self._screen, self._screen.round.unrated
        if not count:
            return f"all are rated, {screen.key('quit')} quits."
        still = "one of them has" if count == 1 else f"{count} have"
        return f"{still} no mark of yours yet, {screen.key('unrated')} goes there."

    def unrated(self, step: int) -> None:
        """Go to the next page (1) or the one before (-1) without a mark of this rater."""
        screen = self._screen
        if screen.round.go_to_unrated(step):
            screen.open_page()
        elif screen.round.unrated:
            screen.notice = "Only these have no mark of yours yet."
        else:
            screen.notice = f"All are rated; {screen.key('quit')} quits."

    # judge

    def mark(self, side: Side, mark: Mark) -> None:
        """Give a mark or take it back; where only one side answered, both rows of keys mark it."""
        screen = self._screen
        there = screen.round.page.responses
        screen.round.toggle(side if side in there else next(iter(there)), mark)
        screen.changed()

    def mark_here(self, mark: Mark) -> None:
        """Give the chosen side's response a mark or take it back."""
        self.mark(self._screen.chosen, mark)

    def take_over(self, side: Side) -> None:
        """Give a response what is suggested for it; where only one side answered, that one."""
        there = self._screen.round.page.responses
        self._take_over([side if side in there else next(iter(there))])

    def take_over_both(self) -> None:
        """Give the responses what is suggested for them."""
        self._take_over(list(self._screen.round.page.responses))

    def _take_over(self, sides: Sequence[Side]) -> None:
        screen = self._screen
        found = {side: screen.suggestion(side) for side in sides}
        marks = {side: each.marks for side, each in found.items() if each is not None}
        if marks:
            screen.round.take_over(marks)
            screen.changed()
        else:
            these = "this response" if len(sides) == 1 else "these responses"
            screen.notice = f"Nothing is suggested for {these}."

    def vote(self, verdict: Verdict) -> None:
        """Say which response is better; given again the vote is taken back."""
        screen = self._screen
        try:
            vote = screen.round.vote(verdict)
        except ArenaError as problem:
            screen.notice = str(problem)
            return
        screen.changed()
        given = vote.action == "add"
        screen.notice = f"Vote: {VERDICT_WORDS[verdict]}." if given else "The vote is taken back."

    def undo(self) -> None:
        """Take back the last mark or vote, wherever it was given."""
        screen = self._screen
        before = screen.round.page
        undone = screen.round.undo()
        if not undone:
            screen.notice = "There is no mark or vote to undo."
            return
        if screen.round.page is not before:
            screen.open_page()
        screen.changed()
        screen.notice = f"Undone: {undone}."

    # look

    def expected(self) -> None:
        """Show what the response of the chosen side should be."""
        screen, side = self._screen, self._screen.chosen
        page = screen.round.page
        script, response = screen.script(page.file), page.responses[side]
        name = page.file.session.scenario
        played = script.last_sent(side, response.turn)
        step = script.step(played.prompt.step) if played is not None else None
        if name is None:
            screen.notice = "No scenario was played here."
        elif script.scenario is None:
            screen.notice = f"The scenario {name} is not among yours."
        elif step is None or played is None:
            screen.notice = "This prompt is no step of the scenario."
        else:
            screen.app.push_screen(
                expected_page(
                    number=played.prompt.step or 0,
                    step=step,
                    said=response.attempt.text,
                    kinds=screen.kinds(side),
                    side=side,
                    signs=screen.signs,
                    keys=screen.keys("expected"),
                )
            )

    def compare(self) -> None:
        """Show where both responses differ, or a response and what is expected of it."""
        screen, pairs = self._screen, list(self._pairs())
        if pairs:
            keys, shown = screen.keys("difference"), screen.key("difference")
            screen.app.push_screen(ComparePage(pairs, screen.signs, keys=keys, shown=shown))
        else:
            screen.notice = "There is nothing to compare this response with."

    def _pairs(self) -> Iterator[Pair]:
        page = self._screen.round.page
        texts = {side: each.attempt.text for side, each in page.responses.items()}
        if len(texts) == len(SIDES):
            yield Pair("left", texts["left"], "right", texts["right"])
        script = self._screen.script(page.file)
        for side, response in page.responses.items():
            played = script.last_sent(side, response.turn)
            step = script.step(played.prompt.step) if played is not None else None
            if step is not None and step.right is not None:
                yield Pair("the expected answer", step.right, side, texts[side])

    def raw(self) -> None:
        """Show answers as they came, or as Markdown."""
        screen = self._screen
        raw = not screen.pane("left").look.raw
        for side in SIDES:
            pane = screen.pane(side)
            pane.set_look(replace(pane.look, raw=raw))
        screen.notice = "Answers are shown as they came." if raw else "Markdown is shown."

    def other_side(self) -> None:
        """Choose the other side, where both answered."""
        screen = self._screen
        if len(screen.round.page.responses) > 1:
            screen.chosen = "right" if screen.chosen == "left" else "left"
            screen.set_focus(screen.pane(screen.chosen).transcript)
        else:
            screen.notice = "Only one side answered this prompt."

    def scroll(self, step: int) -> None:
        """Scroll the chosen side by a page."""
        self._screen.settling = False
        self._screen.pane(self._screen.chosen).scroll_page(step)

    def line(self, step: int) -> None:
        """Scroll the chosen side by a line."""
        self._screen.settling = False
        transcript = self._screen.pane(self._screen.chosen).transcript
        transcript.scroll_relative(y=step, animate=False)

    def top(self) -> None:
        """Show all that the models saw, from its beginning."""
        self._screen.open_page(whole=True)

    def help(self) -> None:
        """Show the help."""
        screen = self._screen
        screen.app.push_screen(help_page(screen.commands, screen.signs, writing=False, how=_HOW))

    # leave

    def interrupt(self) -> None:
        """Copy what is selected; otherwise say how to quit."""
        screen = self._screen
        selected = screen.get_selected_text()
        if selected:
            screen.app.copy_to_clipboard(selected)
        else:
            screen.notice = f"{screen.key('quit')} quits; what you rated is saved."

    def leave(self) -> None:
        """End."""
        self._screen.app.exit()
