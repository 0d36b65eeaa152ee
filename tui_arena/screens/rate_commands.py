"""Commands of rating saved responses: go on, mark, vote, undo, look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tui_arena.errors import ArenaError
from tui_arena.keymap.judging import VERDICT_WORDS
from tui_arena.screens.compare_page import ComparePage, Pair
from tui_arena.screens.expected import expected_page
from tui_arena.screens.help import help_page
from tui_arena.screens.rate_stage import RateStage
from tui_arena.session import SIDES, Mark, Side, Verdict

_HOW = (
    "Responses are shown one after the other, side by side where both sides answered the same "
    "prompt. What the model saw stands above each. Marks are those of the arena, and a mark given "
    "again is taken back; what others gave is not shown. What a checker suggests counts only once "
    "you take it over.",
    "All is saved as you go. Who quits goes on later with the responses that have no mark yet.",
)


class RateCommands:
    """Acts on the round, and has the stage show what came of it."""

    def __init__(self, stage: RateStage) -> None:
        self._stage = stage

    # go

    def go(self, step: int) -> None:
        """Go on to the next page (1) or back to the one before (-1)."""
        stage = self._stage
        if stage.round.go(step):
            stage.open_page()
        elif step < 0:
            stage.notice = "These are the first ones."
        else:
            stage.notice = f"These were the last ones; {self._rest}"

    @property
    def _rest(self) -> str:
        stage, count = self._stage, self._stage.round.unrated
        if not count:
            return f"all are rated, {stage.key('quit')} quits."
        still = "one of them has" if count == 1 else f"{count} have"
        return f"{still} no mark of yours yet, {stage.key('unrated')} goes there."

    def unrated(self, step: int) -> None:
        """Go to the next page (1) or the one before (-1) without a mark of this rater."""
        stage = self._stage
        if stage.round.go_to_unrated(step):
            stage.open_page()
        elif stage.round.unrated:
            stage.notice = "Only these have no mark of yours yet."
        else:
            stage.notice = f"All are rated; {stage.key('quit')} quits."

    # judge

    def mark(self, side: Side, mark: Mark) -> None:
        """Give a mark or take it back; where only one side answered, both rows of keys mark it."""
        stage = self._stage
        there = stage.round.page.responses
        stage.round.toggle(side if side in there else next(iter(there)), mark)
        stage.changed()

    def mark_here(self, mark: Mark) -> None:
        """Give the chosen side's response a mark or take it back."""
        self.mark(self._stage.chosen, mark)

    def take_over(self, side: Side) -> None:
        """Give a response what is suggested for it; where only one side answered, that one."""
        there = self._stage.round.page.responses
        self._take_over([side if side in there else next(iter(there))])

    def take_over_both(self) -> None:
        """Give the responses what is suggested for them."""
        self._take_over(list(self._stage.round.page.responses))

    def _take_over(self, sides: Sequence[Side]) -> None:
        stage = self._stage
        found = {side: stage.suggestion(side) for side in sides}
        marks = {side: each.marks for side, each in found.items() if each is not None}
        if marks:
            stage.round.take_over(marks)
            stage.changed()
        else:
            these = "this response" if len(sides) == 1 else "these responses"
            stage.notice = f"Nothing is suggested for {these}."

    def vote(self, verdict: Verdict) -> None:
        """Say which response is better; given again the vote is taken back."""
        stage = self._stage
        try:
            vote = stage.round.vote(verdict)
        except ArenaError as problem:
            stage.notice = str(problem)
            return
        stage.changed()
        given = vote.action == "add"
        stage.notice = f"Vote: {VERDICT_WORDS[verdict]}." if given else "The vote is taken back."

    def undo(self) -> None:
        """Take back the last mark or vote, wherever it was given."""
        stage = self._stage
        before = stage.round.page
        undone = stage.round.undo()
        if not undone:
            stage.notice = "There is no mark or vote to undo."
            return
        if stage.round.page is not before:
            stage.open_page()
        stage.changed()
        stage.notice = f"Undone: {undone}."

    # look

    def expected(self) -> None:
        """Show what the response of the chosen side should be."""
        stage, side = self._stage, self._stage.chosen
        page = stage.round.page
        script, response = stage.script(page.file), page.responses[side]
        name = page.file.session.scenario
        played = script.last_sent(side, response.turn)
        step = script.step(played.prompt.step) if played is not None else None
        if name is None:
            stage.notice = "No scenario was played here."
        elif script.scenario is None:
            stage.notice = f"The scenario {name} is not among yours."
        elif step is None or played is None:
            stage.notice = "This prompt is no step of the scenario."
        else:
            stage.app.push_screen(
                expected_page(
                    number=played.prompt.step or 0,
                    step=step,
                    said=response.attempt.text,
                    kinds=stage.kinds(side),
                    side=side,
                    signs=stage.signs,
                    keys=stage.keys("expected"),
                )
            )

    def compare(self) -> None:
        """Show where both responses differ, or a response and what is expected of it."""
        stage, pairs = self._stage, list(self._pairs())
        if pairs:
            keys, shown = stage.keys("difference"), stage.key("difference")
            stage.app.push_screen(ComparePage(pairs, stage.signs, keys=keys, shown=shown))
        else:
            stage.notice = "There is nothing to compare this response with."

    def _pairs(self) -> Iterator[Pair]:
        page = self._stage.round.page
        texts = {side: each.attempt.text for side, each in page.responses.items()}
        if len(texts) == len(SIDES):
            yield Pair("left", texts["left"], "right", texts["right"])
        script = self._stage.script(page.file)
        for side, response in page.responses.items():
            played = script.last_sent(side, response.turn)
            step = script.step(played.prompt.step) if played is not None else None
            if step is not None and step.right is not None:
                yield Pair("the expected answer", step.right, side, texts[side])

    def raw(self) -> None:
        """Show answers as they came, or as Markdown."""
        stage = self._stage
        raw = not stage.pane("left").look.raw
        for side in SIDES:
            pane = stage.pane(side)
            pane.set_look(replace(pane.look, raw=raw))
        stage.notice = "Answers are shown as they came." if raw else "Markdown is shown."

    def other_side(self) -> None:
        """Choose the other side, where both answered."""
        stage = self._stage
        if len(stage.round.page.responses) > 1:
            stage.chosen = "right" if stage.chosen == "left" else "left"
            stage.set_focus(stage.pane(stage.chosen).transcript)
        else:
            stage.notice = "Only one side answered this prompt."

    def scroll(self, step: int) -> None:
        """Scroll the chosen side by a page."""
        self._stage.settling = False
        self._stage.pane(self._stage.chosen).scroll_page(step)

    def line(self, step: int) -> None:
        """Scroll the chosen side by a line."""
        self._stage.settling = False
        transcript = self._stage.pane(self._stage.chosen).transcript
        transcript.scroll_relative(y=step, animate=False)

    def top(self) -> None:
        """Show all that the models saw, from its beginning."""
        self._stage.open_page(whole=True)

    def help(self) -> None:
        """Show the help."""
        stage = self._stage
        stage.app.push_screen(help_page(stage.commands, stage.signs, writing=False, how=_HOW))

    # leave

    def interrupt(self) -> None:
        """Copy what is selected; otherwise say how to quit."""
        stage = self._stage
        selected = stage.get_selected_text()
        if selected:
            stage.app.copy_to_clipboard(selected)
        else:
            stage.notice = f"{stage.key('quit')} quits; what you rated is saved."

    def leave(self) -> None:
        """End."""
        self._stage.app.exit()
