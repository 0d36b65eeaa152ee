"""The arena: two panes, one line to write on, and the keys that steer and rate."""

from __future__ import annotations

import gc
from collections.abc import Coroutine
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer

from tui_arena import keymap
from tui_arena.conversation import Conversation
from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.scenario import Scenario
from tui_arena.screens import routing
from tui_arena.screens.autosave import Autosave
from tui_arena.screens.desk import Desk, Keys
from tui_arena.screens.help import help_page
from tui_arena.screens.leave import Leave
from tui_arena.screens.live_side import Change, LiveSide
from tui_arena.screens.log import log_page
from tui_arena.screens.rating import Rating
from tui_arena.session import SIDES, Mark, Side
from tui_arena.store import SessionFile
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.pane import Pane, Transcript
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.turn_view import TurnView

_REDRAW = 0.12
"""Seconds between two redraws of text that streams."""


_WIDTHS = [(0, "-too-narrow"), (40, "-narrow"), (100, "-wide")]
_HEIGHTS = [(0, "-too-low"), (10, "-low"), (16, "-high")]


class ArenaScreen(Screen[None], inherit_bindings=False):
    """Wires sides, widgets and keys; what a side does is in `LiveSide`."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings()]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS

    desk = query_one(Desk)
    prompt = query_one("#prompt", PromptArea)
    writing: var[bool] = var(True)
    """Whether keys are text; otherwise they are commands."""
    chosen: var[Side] = var("left")
    """The side that commands act on."""
    route: var[routing.Route] = var("both")
    """Where the next prompts go."""
    notice: var[str] = var("")
    """One line about what just happened."""

    def __init__(
        self,
        *,
        engine: Engine,
        profiles: tuple[Profile, Profile],
        file: SessionFile,
        scenario: Scenario | None,
        rater: str,
        signs: Signs,
        log_path: Path,
    ) -> None:
        super().__init__()
        self.file = file
        self._engine, self._signs, self._log_path = engine, signs, log_path
        self._title = scenario.title or scenario.name if scenario else "free conversation"
        self.autosave = Autosave(file=file, spawn=self._spawn, told=self._show)
        self.sides: dict[Side, LiveSide] = {
            side: LiveSide(
                conversation=Conversation(
                    side=side, record=file.session.panes[side], profile=profile, rater=rater
                ),
                engine=engine,
                spawn=self._spawn,
                changed=self._on_change,
            )
            for side, profile in zip(SIDES, profiles, strict=True)
        }
        self.rating = Rating({side: live.conversation for side, live in self.sides.items()})
        self._redraw: Timer | None = None
        self._second: Timer | None = None
        self._streamed: set[Side] = set()

    # what is on the screen

    def compose(self) -> ComposeResult:
        """Lay out the arena, and what covers it where the terminal is too small."""
        yield Desk(title=self._title, session=self.file.session.id, signs=self._signs)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Draw first; models come after."""
        for side, live in self.sides.items():
            for turn in live.conversation.turns:
                self.desk.pane(side).add(turn)
        self.prompt.focus()
        self._show()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        gc.collect()
        gc.freeze()  # what the screen is made of stays; no collection need look at it again
        self._engine.start()
        for live in self.sides.values():
            live.load()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        self.run_worker(work, exit_on_error=True)

    # what the sides report

    @property
    def _drawn(self) -> bool:
        """Whether there is a screen to draw on; sides and saving outlive it by a moment."""
        return self.is_mounted and self.is_attached and self.app.is_running

    def _on_change(self, live: LiveSide, change: Change) -> None:
        if not self._drawn:
            self.file.touch()
            return
        if change is Change.TEXT:
            self.autosave.changed()
            self._streamed.add(live.side)
            if self._redraw is None:  # draw once for all that comes until then
                self._redraw = self.set_timer(_REDRAW, self._show_streamed)
            return
        pane, turn = self.desk.pane(live.side), live.latest
        if change is Change.ASKED and turn is not None:
            self.rating.select(live.side, None)
            pane.add(turn)
            self.autosave.changed()
        elif change is Change.ENDED and turn is not None:
            self._streamed.discard(live.side)
            view = pane.view(turn)
            if view is not None:
                view.call_next(view.finish)
            self.autosave.changed()
        elif change is Change.WAITING:
            pane.show_waiting([prompt.text for prompt in live.waiting])
        elif change is Change.STATE and live.ready is not None:
            self.file.session.software["device"] = live.ready.device
        self._show()

    def _show_streamed(self) -> None:
        self._redraw = None
        if not self._drawn:
            return
        for side in self._streamed:
            pane, turn = self.desk.pane(side), self.sides[side].latest
            view = pane.view(turn) if turn is not None else None
            if view is not None:
                view.flush()
        self._streamed.clear()
        self._show()

    def _show_second(self) -> None:
        self._second = None
        self._show()

    def _show(self) -> None:
        """Bring every line up to date; what has not changed is not drawn again."""
        if not self._drawn:
            return
        self.desk.show(
            sides=self.sides,
            rating=self.rating,
            file=self.file,
            keys=Keys(self.writing, self.chosen, self.route, self.notice),
        )
        loading = any(live.loading is not None for live in self.sides.values())
        if loading and self._second is None:  # its seconds are shown; else no timer runs
            self._second = self.set_timer(1.0, self._show_second)

    def watch_writing(self) -> None:
        """Show which state the keys are in."""
        self.set_class(not self.writing, "-commanding")
        self._show()

    watch_chosen = watch_route = watch_notice = _show

    # keys and mouse

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a command through only in the state it belongs to."""
        if action == "command":
            return keymap.holds(keymap.BY_ID[str(parameters[0])].when, writing=self.writing)
        return self.writing if action == "escaped_command" else True

    async def action_command(self, command: str) -> None:
        """Carry out a command of the key map."""
        self.notice = ""
        await self.run_action(keymap.BY_ID[command].action)

    async def action_escaped_command(self, command: str) -> None:
        """Leave the writing line and carry out a command: Esc and its key arrived as one."""
        self.action_leave_line()
        await self.action_command(command)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The state follows the focus, so that a click changes it as a key does."""
        if isinstance(event.widget, PromptArea):
            self.writing = True
        elif isinstance(event.widget, Transcript):
            self.writing = False
            self.chosen = "left" if event.widget.id == "left-transcript" else "right"

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """The mouse chose a side."""
        self.chosen = message.side

    def on_turn_view_picked(self, message: TurnView.Picked) -> None:
        """The mouse selected a response."""
        for side in SIDES:
            if self.desk.pane(side).view(message.view.turn) is message.view:
                self.chosen = side
                self.rating.select(side, message.view.turn)
        self._show()

    def on_mark_bar_pressed(self, message: MarkBar.Pressed) -> None:
        """The mouse gave a mark."""
        self.action_mark(message.side, message.mark)

    def on_text_area_changed(self) -> None:
        """Who writes on has read the notice."""
        self.notice = ""

    # commands: writing

    def on_prompt_area_sent(self, message: PromptArea.Sent) -> None:
        """Send the prompt to the sides that can take it."""
        if not message.text.strip():
            self.notice = "Nothing to send yet: write something first."
            return
        takers = routing.takers(self.sides, self.route)
        if not takers:
            self.prompt.put_back(message.text)
            self.notice = routing.refusal(self.sides, self.route)
            return
        for live in takers:
            live.give(message.text)

    def action_leave_line(self) -> None:
        """From now on keys are commands."""
        self.writing = False
        self.set_focus(self.desk.pane(self.chosen).transcript)

    def action_write(self) -> None:
        """From now on keys are text."""
        self.writing = True
        self.set_focus(self.prompt)

    # commands: steering

    def action_other_side(self) -> None:
        """Choose the other side."""
        self.chosen = "right" if self.chosen == "left" else "left"
        if not self.writing:
            self.set_focus(self.desk.pane(self.chosen).transcript)

    def action_route(self) -> None:
        """Send the next prompts elsewhere."""
        at = routing.ROUTES.index(self.route)
        self.route = routing.ROUTES[(at + 1) % len(routing.ROUTES)]

    def action_pause(self, side: Side) -> None:
        """Pause or resume a side."""
        live = self.sides[side]
        if live.paused:
            live.resume()
        else:
            live.pause()

    def action_pause_here(self) -> None:
        """Pause or resume the chosen side."""
        self.action_pause(self.chosen)

    def action_stop(self) -> None:
        """End the chosen side's answer here."""
        if not self.sides[self.chosen].stop():
            self.notice = f"No answer is under way on the {self.chosen}."

    def action_try_again(self) -> None:
        """Load a model again that failed to load."""
        live = self.sides[self.chosen]
        if live.load_error is None:
            self.notice = f"The {self.chosen} model has not failed to load."
        else:
            live.load()

    # commands: rating

    def action_mark(self, side: Side, mark: Mark) -> None:
        """Give a mark or take it back."""
        turn = self.rating.toggle(side, mark)
        if turn is None:
            self.notice = f"There is no answer to rate on the {side} yet."
        else:
            self._marks_changed(side)

    def action_mark_here(self, mark: Mark) -> None:
        """Give the chosen side's response a mark or take it back."""
        self.action_mark(self.chosen, mark)

    def action_undo(self) -> None:
        """Take back the last change of a mark."""
        undone = self.rating.undo()
        if undone is None:
            self.notice = "There is no mark to undo."
            return
        side, mark, given = undone
        word = keymap.MARK_WORDS[mark]
        self.notice = f"Undone: {word} is {'on' if given else 'off'} again on the {side}."
        self._marks_changed(side)

    def _marks_changed(self, side: Side) -> None:
        self.autosave.changed()
        self.desk.pane(side).show_marks()
        self._show()

    # commands: looking

    def action_select(self, step: int) -> None:
        """Select the response above or below."""
        turn = self.rating.step(self.chosen, step)
        if turn is None:
            self.desk.pane(self.chosen).follow()
        else:
            self.desk.pane(self.chosen).reveal(turn)
        self._show()

    def action_latest(self) -> None:
        """Go back to the latest response."""
        self.rating.select(self.chosen, None)
        self.desk.pane(self.chosen).follow()
        self._show()

    def action_scroll(self, step: int) -> None:
        """Scroll the chosen side by a page."""
        self.desk.pane(self.chosen).scroll_page(step)

    def action_top(self) -> None:
        """Go to the beginning of the chosen side."""
        self.desk.pane(self.chosen).transcript.scroll_home(animate=False)

    def action_follow(self) -> None:
        """Go to the end of the chosen side."""
        self.desk.pane(self.chosen).follow()

    def action_help(self) -> None:
        """Show the help."""
        self.app.push_screen(help_page(self._signs))

    def action_log(self) -> None:
        """Show the end of the log."""
        self.app.push_screen(log_page(self._log_path, self._signs))

    # commands: leaving

    def action_interrupt(self) -> None:
        """Copy what is selected; otherwise say how to quit."""
        selected = self.prompt.selected_text or self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
        else:
            self.notice = "Ctrl+Q quits; so does q after Esc."

    def action_leave(self) -> None:
        """End the arena; asks only where something would be cut short or lost."""
        under_way = any(live.busy for live in self.sides.values())
        if not under_way and not any(live.waiting for live in self.sides.values()):
            self.app.exit()
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.app.exit()

        self.app.push_screen(Leave(under_way=under_way), answered)
