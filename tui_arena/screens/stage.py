"""The stage: two sides at work, what is drawn of them, and the state that the keys are in.

Knows no command; those act on it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.getters import query_one
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer

from tui_arena.checking.beside import beside
from tui_arena.checking.suggestions import Suggestion
from tui_arena.conversation import Conversation
from tui_arena.first_run import remember_first_prompt
from tui_arena.screens import describe, routing, tidings
from tui_arena.screens.autosave import Autosave
from tui_arena.screens.desk import Desk, Keys
from tui_arena.screens.live_side import Change, LiveSide
from tui_arena.screens.rating import Rating
from tui_arena.screens.script import Script
from tui_arena.screens.sitting import Sitting
from tui_arena.screens.suggested import Suggested
from tui_arena.session import SIDES, Side, Turn
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea

_REDRAW, _REDRAW_SLOW_LINK = 0.12, 0.5
"""Seconds between two redraws of text that streams."""
WIDTHS = [(0, "-too-narrow"), (40, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-too-low"), (10, "-low"), (16, "-high")]


class Stage(Screen[None], inherit_bindings=False):
    """Wires sides and widgets; what a side does is in `LiveSide`."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    @dataclass
    class Opened(Message):
        """Another session is gone on with from now on."""

        sitting: Sitting

    desk = query_one(Desk)
    prompt = query_one("#prompt", PromptArea)
    writing: var[bool] = var(True)
    """Whether keys are text; otherwise they are commands."""
    chosen: var[Side] = var("left")
    """The side that commands act on."""
    route: var[routing.Route] = var("both")
    """Where the next prompts go."""
    attempts: var[int] = var(1)
    """How many answers the next prompts ask for at once."""
    correcting: var[bool] = var(False)
    """Whether what is written is a correction."""
    zoomed: var[bool] = var(False)
    """Whether only the chosen side is shown."""
    notice: var[str] = var("")
    """One line about what just happened."""
    blind: var[bool] = var(False)
    """Whether nothing on the screen may say which model is which."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.engine, self.file, self.signs = sitting.engine, sitting.file, sitting.signs
        self.autosave = Autosave(file=self.file, spawn=self.spawn, told=self._on_saved)
        self.sides: dict[Side, LiveSide] = {
            side: LiveSide(
                conversation=Conversation(
                    side=side,
                    record=self.file.session.panes[side],
                    profile=profile,
                    rater=sitting.rater,
                ),
                engine=self.engine,
                spawn=self.spawn,
                changed=self._on_change,
            )
            for side, profile in zip(SIDES, sitting.profiles, strict=True)
        }
        self.rating = Rating({side: live.conversation for side, live in self.sides.items()})
        self.script = Script(sitting.scenario, self.file.session.panes)
        self.suggested = Suggested(
            self.file.session.panes,
            rater=sitting.rater,
            scenario=sitting.scenario,
            own=sitting.own_check,
            shown=sitting.suggests,
        )
        self._shown_keys = {command.id: command.shown for command in sitting.commands}
        self.takebacks: list[Callable[[], str]] = []
        """What can be undone, the latest last; each takes one thing back and says so, or says
        nothing where that cannot be done any more."""
        self.votes: dict[tuple[Side, str], str] = {}
        """What is said of a vote at a response, by its side and the id of its attempt."""
        self._redraw: Timer | None = None
        self._second: Timer | None = None
        self._streamed: dict[Side, None] = {}
        """The sides with text that is not drawn yet, the one that waits longest first."""
        self._problem = self.file.problem
        """Why the session was not saved when that was tried last."""

    def key(self, command: str) -> str:
        """Return the key of a command as people write it, for sentences."""
        return self._shown_keys[command]

    def keys(self, command: str) -> tuple[str, ...]:
        """Return the keys of a command as Textual names them."""
        return next(each.keys for each in self.sitting.commands if each.id == command)

    # what is on the screen

    def compose(self) -> ComposeResult:
        """Lay out the arena, and what covers it where the terminal is too small."""
        yield Desk(
            session=self.file.session.id,
            signs=self.signs,
            commands=self.sitting.commands,
            first_run=self.sitting.first_run,
        )
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Draw first; models come after."""
        for side in SIDES:
            self.desk.pane(side).suggests = partial(self.suggested.words, side)
        self._look_for_suggestions()
        self._show_judgements()
        for side, live in self.sides.items():
            self.desk.pane(side).show_turns(live.conversation.turns)
            self.show_notes(side)
        self.prompt.cursor_blink = not self.sitting.still
        self.prompt.focus()
        self.prompt.put_back(self.sitting.draft)
        self.notice = self.sitting.says
        self.show()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        gc.collect()
        gc.freeze()  # what the screen is made of stays; no collection need look at it again
        self.engine.start()
        for live in self.sides.values():
            live.load()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a coroutine beside all else; what it raises is not hidden."""
        self.run_worker(work, exit_on_error=True)

    # what the sides report

    @property
    def _pause(self) -> float:
        """Seconds until what streams is drawn again."""
        return _REDRAW_SLOW_LINK if self.sitting.slow_link else _REDRAW

    @property
    def _drawn(self) -> bool:
        """Whether there is a screen to draw on; sides and saving outlive it by a moment."""
        return self.is_mounted and self.is_attached and self.app.is_running

    @property
    def _in_sight(self) -> bool:
        """Whether no page covers the arena; one sees through questions."""
        stack = self.app.screen_stack
        above = stack[stack.index(self) + 1 :] if self in stack else []
        return not any(screen.styles.background.a == 1 for screen in above)

    def _on_change(self, live: LiveSide, change: Change) -> None:
        if not self._drawn:
            self.file.touch()
            return
        if change is Change.TEXT:
            self.autosave.changed(live.conversation.answering)
            self._streamed[live.side] = None
            if self._redraw is None:  # draw once for all that comes until then
                self._redraw = self.set_timer(self._pause, self._show_streamed)
            return
        pane, turn = self.desk.pane(live.side), live.latest
        if change is Change.ASKED and turn is not None:
            self.rating.select(live.side, None)
            pane.add(turn)
            self.look_again()
            if self.desk.end_hint():
                remember_first_prompt()
            self.autosave.changed()
        elif change is Change.AGAIN and turn is not None:
            self.rating.select(live.side, None)
            self.look_again()
            self.show_again(live.side, turn)
            pane.follow()
        elif change is Change.ENDED and turn is not None:
            self._streamed.pop(live.side, None)
            self.look_again()
            view = pane.view(turn)
            if view is not None:
                view.call_next(view.finish)
            self._tell_unseen(live, tidings.of_answer(live, blind=self.blind))
            self.autosave.changed()
        elif change is Change.LOADED:
            self._tell_unseen(live, tidings.of_load(live, blind=self.blind))
        elif change is Change.WAITING:
            pane.show_waiting([(prompt.text, prompt.attempts) for prompt in live.waiting])
        elif change is Change.STATE and live.ready is not None:
            self.file.session.software["device"] = live.ready.device
        self.show()

    def tell(self, tiding: tidings.Tiding) -> None:
        """Show a toast, whatever page is open."""
        text = self.signs.one_line(tiding.text)
        self.notify(text, severity=tiding.severity, timeout=tiding.seconds, markup=False)

    def _tell_unseen(self, live: LiveSide, tiding: tidings.Tiding | None) -> None:
        """Tell what happened on a side where it could not be seen."""
        pane = self.desk.pane(live.side)
        seen = self._in_sight and pane.display and pane.end_in_sight
        here = self in self.app.screen_stack  # another session may have taken over
        if tiding is not None and here and not seen:
            self.tell(tiding)

    def _on_saved(self) -> None:
        """Take note of an attempt to save."""
        problem = self.file.problem
        turned = (problem is None) != (self._problem is None)
        unseen = problem is None or not self._in_sight  # a row of its own says what is wrong
        if self._drawn and turned and unseen:
            self.tell(tidings.of_saving(problem))
        self._problem = problem
        self.show()

    def show_turns(self, side: Side) -> None:
        """Show the turns of a side that has others now, and go on from there."""
        live = self.sides[side]
        self.rating.forget(side)
        self.script.find_place(side)
        self.desk.pane(side).show_turns(live.conversation.turns)
        self.show_notes(side)
        self.look_again()
        live.rewrite()
        self.autosave.changed()

    def _show_streamed(self) -> None:
        """Draw what came on one side, and half a pause later on the other: keys pass in between."""
        self._redraw = None
        if not (self._drawn and self._streamed):
            return
        side = next(iter(self._streamed))
        del self._streamed[side]
        turn = self.sides[side].latest
        view = self.desk.pane(side).view(turn) if turn is not None else None
        if view is not None:
            view.flush()
        if self._streamed:
            self._redraw = self.set_timer(self._pause / 2, self._show_streamed)
        self.show()

    def show_again(self, side: Side, turn: Turn) -> None:
        """Show a turn anew whose answer is another one now, and what that means for later ones."""
        self.desk.pane(side).show_again(turn)
        self.show_revised(side)

    def show_revised(self, side: Side) -> None:
        """Show which turns of a side are in the context now, and what that means for answers."""
        self.show_notes(side)
        self.autosave.changed()
        self.show()

    def show_notes(self, side: Side) -> None:
        """Say at the turns of a side which of them came after another context."""
        pane = self.desk.pane(side)
        # Blind, a profile's own system text would tell one model from another.
        pane.system = None if self.blind else self.file.session.panes[side].system
        pane.show_notes()

    def suggestion(self, side: Side) -> Suggestion | None:
        """Return what is suggested for the response that the marks of a side go to."""
        turn = self.rating.target(side)
        return self.suggested.of(side, turn, turn.response) if turn is not None else None

    def look_again(self) -> None:
        """Bring up to date what is suggested: there are other answers now, or more of them."""
        self._look_for_suggestions()
        for side in SIDES:
            self.desk.pane(side).show_marks()

    def _look_for_suggestions(self) -> None:
        if self.suggested.look(blind=self.blind):
            self.spawn(self._catch_up())
        while problem := self.suggested.problem():
            self.tell(tidings.Tiding(problem, "error"))

    async def _catch_up(self) -> None:
        await beside(self.suggested.catch_up)
        if self._drawn:
            self.look_again()
            self.show()

    def _show_second(self) -> None:
        self._second = None
        self.show()

    def show(self) -> None:
        """Bring every line up to date; what has not changed is not drawn again."""
        if not self._drawn:
            return
        self.desk.show(
            sides=self.sides,
            residents=self.engine.residents(),
            rating=self.rating,
            script=self.script,
            file=self.file,
            keys=Keys(
                self.writing,
                self.correcting,
                self.chosen,
                self.route,
                self.attempts,
                self.notice,
                self.zoomed,
            ),
            blind=self.blind,
            suggested={
                side: found.marks for side in SIDES if (found := self.suggestion(side)) is not None
            },
        )
        waiting = describe.first_wait(self.sides) is not None
        if waiting and self._second is None:  # its seconds are shown; else no timer runs
            self._second = self.set_timer(1.0, self._show_second)

    def watch_writing(self) -> None:
        """Show which state the keys are in."""
        self.set_class(not self.writing, "-commanding")
        self.show()

    def watch_blind(self) -> None:
        """Hide or show which model is which."""
        if self.is_mounted:
            self._look_for_suggestions()
        self.show_judgements()

    def show_judgements(self) -> None:
        """Bring marks and votes up to date, and what may be said of models."""
        if self.is_mounted:
            self._show_judgements()
            self.show()

    def _show_judgements(self) -> None:
        for side in SIDES:
            votes = {name: said for (of, name), said in self.votes.items() if of == side}
            self.desk.pane(side).show_judgements(votes, blind=self.blind)
            self.show_notes(side)

    watch_chosen = watch_route = watch_attempts = show
    watch_correcting = watch_notice = watch_zoomed = show
