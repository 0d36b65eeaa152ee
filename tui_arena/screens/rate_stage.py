"""The stage on which saved responses are rated: no engine, only files.

Knows no command; those act on it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen

from tui_arena.checking.beside import beside
from tui_arena.checking.own import OwnCheck
from tui_arena.checking.suggestions import Suggestion
from tui_arena.command import Command
from tui_arena.errors import ArenaError
from tui_arena.judgement import marks_of
from tui_arena.keymap.judging import VERDICT_WORDS
from tui_arena.rated_file import RatedFile
from tui_arena.rating_round import Page, Round
from tui_arena.responses import Response, Sight
from tui_arena.scenario import Scenario, find_scenario
from tui_arena.screens.autosave import Autosave
from tui_arena.screens.describe import HIDDEN, taking_over
from tui_arena.screens.script import Script
from tui_arena.screens.stage import HEIGHTS, WIDTHS
from tui_arena.screens.suggested import Suggested
from tui_arena.session import SIDES, Attempt, Side, Turn
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt_head import HeadStatus, PromptHead
from tui_arena.widgets.rate_head import RateHead, RateStatus
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.status_line import PaneStatus

_STRIDE = 6
"""Turns; so many and up to twice as many are drawn above a response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSetup:
    """What the screen is opened with."""

    round: Round
    signs: Signs
    commands: Sequence[Command]
    """Those of this screen, with their keys."""
    notice: str = ""
    """What is to be said first."""
    suggests: bool = True
    """Whether the marks that a checker suggests are shown."""
    own_check: OwnCheck | None = None
    """A person's own check of answers."""


class RateStage(Screen[None], inherit_bindings=False):
    """Shows one page of the round."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    _head = query_one(RateHead)
    _problem = query_one("#problem", Plain)
    _line = query_one(PromptHead)
    _key_line = query_one(KeyLine)

    chosen: var[Side] = var("left")
    """The side that commands act on."""
    notice: var[str] = var("")
    """One line about what just happened."""

    def __init__(self, setup: RatingSetup) -> None:
        super().__init__()
        self.round, self.signs, self.commands = setup.round, setup.signs, setup.commands
        self._by_id = {command.id: command for command in setup.commands}
        self._scripts: dict[int, Script] = {}
        self._setup = setup
        self._suggested: dict[int, Suggested] = {}
        self._saving: dict[int, Autosave] = {}
        self._sight = Sight(setup.round.rater)
        self._shown: dict[Side, Turn] = {}
        """Copies of the turns whose responses are rated, as their models saw them."""
        self.settling = True
        """Whether nobody has scrolled since the page was opened."""
        self.set_reactive(RateStage.notice, setup.notice)

    def key(self, command: str) -> str:
        """Return the key of a command as people write it, for sentences."""
        return self._by_id[command].shown

    def keys(self, command: str) -> tuple[str, ...]:
        """Return the keys of a command as Textual names them."""
        return self._by_id[command].keys

    # what is on the screen

    def compose(self) -> ComposeResult:
        """Lay out the screen, and what covers it where the terminal is too small."""
        signs = self.signs
        shown = {name: command.shown for name, command in self._by_id.items()}
        with Vertical(id="rate"):
            yield RateHead(signs=signs)
            with Container(id="panes"):
                for side in SIDES:
                    yield Pane(side=side, signs=signs, keys=shown)
            yield Plain(id="problem")
            yield PromptHead(signs=signs)
            yield KeyLine(signs=signs, commands=self.commands)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Show the first page."""
        for side in SIDES:
            self.pane(side).suggests = partial(self._suggests, side)
            transcript = self.pane(side).transcript
            transcript.mount(Plain(classes="system-text"), before=0)
            self.watch(transcript, "virtual_size", self._resettle, init=False)
        self._key_line.writing = False
        self.open_page()

    def pane(self, side: Side) -> Pane:
        """Return the pane of a side."""
        return self.query_one(f"#{side}", Pane)

    def open_page(self, *, whole: bool = False) -> None:
        """Show the page that the round is at; with all that was seen, or the nearest of it."""
        page = self.round.page
        self._look(page.file)
        self._shown.clear()
        with self.app.batch_update():
            for side in SIDES:
                pane, response = self.pane(side), page.responses.get(side)
                pane.display = response is not None
                if response is None:
                    continue
                turns = self._sight.turns(response, page.file.session.panes[side].turns)
                start = 0 if whole else _begin(len(turns))
                pane.show_turns(turns[start:])
                self._shown[side] = turns[-1]
                pane.mark_target(turns[-1])
                self._show_above(pane, page, response, start)
                view = pane.view(turns[-1])
                if view is not None:
                    view.show_note(_remark(page, response))
        if self.chosen not in page.responses:
            self.chosen = next(iter(page.responses))
        self.set_focus(self.pane(self.chosen).transcript)
        self.show_judgements()
        self.settling = not whole
        self.call_after_refresh(self.go_to_top if whole else self._reveal)

    def _show_above(self, pane: Pane, page: Page, response: Response, hidden_turns: int) -> None:
        """Show the system text, and that there is more between it and the turns."""
        system = response.attempt.system
        if system is None:
            system = page.file.session.panes[response.side].system
        scenario = self.script(page.file).scenario
        hidden = self.round.blind and (scenario is None or scenario.system != system)
        text = pane.query_one(".system-text", Plain)
        says = []
        if system and not hidden:  # a model's own says which one it is
            says.append(f"System: {system.strip()}")
        if hidden_turns:
            says.append(f"({hidden_turns} turns before these; {self.key('top')} shows them)")
        text.display = bool(says)
        text.update(self.signs.content("\n\n".join(says)))

    def _resettle(self) -> None:
        """Look again where a response begins: it takes several steps to draw."""
        if self.settling:
            self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Show a long response from its prompt on, a short one with what stands above it."""
        for side, turn in self._shown.items():
            pane = self.pane(side)
            view = pane.view(turn)
            if view is not None:
                pane.reveal(turn, top=view.size.height > pane.transcript.size.height)
        self.show()

    def go_to_top(self) -> None:
        """Go to the beginning of the chosen side."""
        self.pane(self.chosen).top()

    def show_judgements(self) -> None:
        """Bring marks and the vote up to date."""
        page = self.round.page
        verdict = self.round.verdict()
        vote = f"vote: {VERDICT_WORDS[verdict]}" if verdict is not None else ""
        for side, response in page.responses.items():
            self._sight.look_again(response.attempt)
            votes = {response.attempt.id: vote}
            self.pane(side).show_judgements(votes, blind=self.round.blind)
        self.show()

    def show(self) -> None:
        """Bring every line up to date; what has not changed is not drawn again."""
        if not (self.is_mounted and self.is_attached and self.app.is_running):
            return
        page = self.round.page
        file = page.file
        for side, response in page.responses.items():
            self._show_side(self.pane(side), response, two=len(page.responses) > 1)
        self._head.status = RateStatus(
            at=self.round.at + 1,
            of=len(self.round.pages),
            unrated=self.round.unrated,
            what=self._what(page),
            session=file.session.id,
            rater=self.round.rater,
            saved="not saved" if file.problem else "saving" if file.unsaved else "saved",
        )
        suggested = [side for side in SIDES if self.suggestion(side) is not None]
        self._key_line.words = taking_over(suggested)
        self._line.status = HeadStatus(state=self._state(page), to="", notice=self.notice)
        problem = next((f.problem for f in self._files if f.problem is not None), None)
        self._problem.display = problem is not None
        if problem is not None:
            self._problem.update(self.signs.content(f"not saved: {problem}"))

    def _show_side(self, pane: Pane, response: Response, *, two: bool) -> None:
        given = marks_of(response.attempt, self.round.rater)
        pane.status_line.status = PaneStatus(
            model=HIDDEN if self.round.blind else response.attempt.profile,
            state="rated" if given else "no mark yet",
            chosen=two and pane.side == self.chosen,
        )
        pane.mark_bar.given = given
        suggestion = self.suggestion(pane.side)
        pane.mark_bar.suggested = frozenset(suggestion.marks if suggestion is not None else ())
        pane.mark_bar.keys = "digits"

    def _state(self, page: Page) -> str:
        hidden = ", blind" if self.round.blind else ""
        where = self.chosen if len(page.responses) > 1 else f"the {self.chosen} side alone"
        return f"rating {where}{hidden}"

    def _what(self, page: Page) -> str:
        turn = next(iter(page.responses.values())).turn
        step = f"step {turn.prompt.step}" if turn.prompt.step is not None else ""
        kind = turn.prompt.kind if turn.prompt.kind != "script" else ""
        name = page.file.session.scenario or ""
        return " ".join(part for part in (name, step or kind) if part)

    @property
    def _files(self) -> list[RatedFile]:
        return list({id(page.file): page.file for page in self.round.pages}.values())

    def watch_notice(self) -> None:
        """Draw again."""
        self.show()

    def watch_chosen(self) -> None:
        """Draw again."""
        self.show()

    # what the commands need

    def script(self, file: RatedFile) -> Script:
        """Return the scenario of a file's session, as far as it is known here."""
        if id(file) not in self._scripts:
            scenario: Scenario | None = None
            if file.session.scenario is not None:
                with contextlib.suppress(ArenaError):
                    scenario = find_scenario(file.session.scenario)
            self._scripts[id(file)] = Script(scenario, file.session.panes)
        return self._scripts[id(file)]

    def _look(self, file: RatedFile) -> None:
        """Look at what is suggested for the responses of a file, unless that is known."""
        if id(file) not in self._suggested:
            self._suggested[id(file)] = Suggested(
                file.session.panes,
                rater=self.round.rater,
                scenario=self.script(file).scenario,
                own=self._setup.own_check,
                shown=self._setup.suggests,
            )
            self._look_again(file)

    def _look_again(self, file: RatedFile) -> None:
        suggested = self._suggested[id(file)]
        if suggested.look(blind=self.round.blind):
            self._spawn(self._catch_up(file))
        if problem := suggested.problem():
            self.notice = problem

    async def _catch_up(self, file: RatedFile) -> None:
        await beside(self._suggested[id(file)].catch_up)
        if self.is_attached and self.app.is_running:
            self._look_again(file)
            self.show_judgements()

    def suggestion(self, side: Side) -> Suggestion | None:
        """Return what is suggested for the response of a side on the open page."""
        page = self.round.page
        response = page.responses.get(side)
        if response is None:
            return None
        return self._suggested[id(page.file)].of(side, response.turn, response.attempt)

    def kinds(self, side: Side) -> tuple[str, ...] | None:
        """Return the kinds of mistake in a response of the open page; None where unchecked."""
        page = self.round.page
        response = page.responses[side]
        return self._suggested[id(page.file)].kinds(side, response.turn, response.attempt)

    def _suggests(self, side: Side, turn: Turn, attempt: Attempt) -> str:
        """Say what is suggested for the response of a side, and for none that stands above it."""
        page = self.round.page
        response = page.responses.get(side)
        if response is None or response.attempt.id != attempt.id:
            return ""
        return self._suggested[id(page.file)].words(side, turn, attempt)

    def changed(self) -> None:
        """Save the open page's file soon, and show what is so now."""
        file = self.round.page.file
        if id(file) not in self._saving:
            self._saving[id(file)] = Autosave(file=file, spawn=self._spawn, told=self.show)
        self._saving[id(file)].changed()
        self.show_judgements()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        self.run_worker(work, exit_on_error=True)


def _begin(turns: int) -> int:
    """Return from which turn on a conversation is drawn: many would make every key slow.

    It goes on in strides, so that from page to page most stays as it is drawn.
    """
    return max(0, (turns - 1) // _STRIDE - 1) * _STRIDE


def _remark(page: Page, response: Response) -> str:
    """Say what there is to know of a response beside its text."""
    turn, rerun = response.turn, page.file.session.rerun
    says = []
    if len(turn.attempts) > 1:
        number = next(n for n, a in enumerate(turn.attempts, 1) if a is response.attempt)
        says.append(f"attempt {number} of {len(turn.attempts)}")
    if rerun is not None and rerun.same_context:
        says.append(f"it saw the answers of session {rerun.id}")
    return ", ".join(says)
