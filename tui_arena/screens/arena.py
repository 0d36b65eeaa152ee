"""The arena: two panes, one line to write on, and the keys that steer and rate."""

from __future__ import annotations

import gc
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer

from tui_arena import keymap
from tui_arena.conversation import Conversation
from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.scenario import Scenario
from tui_arena.screens import describe, routing
from tui_arena.screens.autosave import Autosave
from tui_arena.screens.help import help_page
from tui_arena.screens.leave import Leave
from tui_arena.screens.live_side import Change, LiveSide
from tui_arena.screens.log import log_page
from tui_arena.screens.rating import Rating
from tui_arena.session import SIDES, Mark, Side
from tui_arena.store import SessionFile
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.pane import Pane, Transcript
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea
from tui_arena.widgets.prompt_head import HeadStatus, PromptHead
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.top_line import TopLine
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
        signs = self._signs
        with Vertical(id="arena"):
            yield TopLine(title=self._title, session=self.file.session.id, signs=signs)
            with Container(id="panes"):
                for side in SIDES:
                    yield Pane(side=side, signs=signs)
            yield Plain(id="problem")
            yield PromptHead(signs=signs)
            yield PromptArea(placeholder="Write here; F1 helps.")
            yield KeyLine(signs=signs)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def pane(self, side: Side) -> Pane:
        """Return the pane of a side."""
        return self.query_one(f"#{side}", Pane)

    def on_mount(self) -> None:
        """Draw first; models come after."""
        for side, live in self.sides.items():
            for turn in live.conversation.turns:
                self.pane(side).add(turn)
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

    def _on_change(self, live: LiveSide, change: Change) -> None:
        if change is Change.TEXT:
            self.autosave.changed()
            self._streamed.add(live.side)
            if self._redraw is None:  # draw once for all that comes until then
                self._redraw = self.set_timer(_REDRAW, self._show_streamed)
            return
        pane, turn = self.pane(live.side), live.latest
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
        for side in self._streamed:
            pane, turn = self.pane(side), self.sides[side].latest
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
        if not self.is_mounted:
            return
        for side, live in self.sides.items():
            pane, chosen = self.pane(side), side == self.chosen
            pane.status_line.status = describe.pane(live, self.route, chosen=chosen)
            pane.load_view.status = describe.load(live, now=time.monotonic())
            pane.mark_bar.given = self.rating.given(side)
            by_function_key = "function keys" if chosen else ""
            pane.mark_bar.keys = by_function_key if self.writing else "digits"
            explicit = self.rating.selected(side) is not None
            pane.mark_target(self.rating.target(side) if explicit or not self.writing else None)
        loading = any(live.loading is not None for live in self.sides.values())
        if loading and self._second is None:  # its seconds are shown; else no timer runs
            self._second = self.set_timer(1.0, self._show_second)
        self.query_one(PromptHead).status = HeadStatus(
            state="writing" if self.writing else f"commanding {self.chosen}",
            to=routing.destination(self.sides, self.route),
            notice=self.notice,
        )
        keys = self.query_one(KeyLine)
        keys.writing, keys.words = self.writing, describe.words(self.sides, self.route, self.chosen)
        self._show_saving()

    def _show_saving(self) -> None:
        problem = self.query_one("#problem", Plain)
        problem.display = self.file.problem is not None
        if self.file.problem is not None:
            problem.update(self._signs.content(f"not saved: {self.file.problem}"))
        saved = "not saved" if self.file.problem else "saved"
        touched = any(live.conversation.turns for live in self.sides.values())
        self.query_one(TopLine).saved = saved if touched or self.file.problem else "new session"

    def watch_writing(self) -> None:
        """Show which state the keys are in."""
        self.set_class(not self.writing, "-commanding")
        self._show()

    def watch_chosen(self) -> None:
        """Show which side commands act on."""
        self._show()

    def watch_route(self) -> None:
        """Show where prompts go."""
        self._show()

    def watch_notice(self) -> None:
        """Show the notice."""
        self._show()

    # keys and mouse

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a command through only in the state it belongs to."""
        return keymap.allowed(action, writing=self.writing)

    def on_key(self) -> None:
        """A key that does nothing still ends the notice."""
        self.notice = ""

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
            if self.pane(side).view(message.view.turn) is message.view:
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

    def action_send(self) -> None:
        """Send the prompt to the sides that can take it."""
        text = self.prompt.text
        if not text.strip():
            self.notice = "Nothing to send yet: write something first."
            return
        takers = routing.takers(self.sides, self.route)
        if not takers:
            self.notice = routing.refusal(self.sides, self.route)
            return
        self.prompt.text = ""
        for live in takers:
            live.give(text)

    def action_newline(self) -> None:
        """Begin a new line in the prompt."""
        self.prompt.newline()

    def action_command(self) -> None:
        """From now on keys are commands."""
        self.pane(self.chosen).transcript.focus()

    def action_write(self) -> None:
        """From now on keys are text."""
        self.prompt.focus()

    # commands: steering

    def action_other_side(self) -> None:
        """Choose the other side."""
        self.chosen = "right" if self.chosen == "left" else "left"
        if not self.writing:
            self.pane(self.chosen).transcript.focus()

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
        self.pane(side).show_marks()
        self._show()

    # commands: looking

    def action_select(self, step: int) -> None:
        """Select the response above or below."""
        turn = self.rating.step(self.chosen, step)
        if turn is None:
            self.pane(self.chosen).follow()
        else:
            self.pane(self.chosen).reveal(turn)
        self._show()

    def action_latest(self) -> None:
        """Go back to the latest response."""
        self.rating.select(self.chosen, None)
        self.pane(self.chosen).follow()
        self._show()

    def action_scroll(self, step: int) -> None:
        """Scroll the chosen side by a page."""
        self.pane(self.chosen).scroll_page(step)

    def action_follow(self) -> None:
        """Go to the end of the chosen side."""
        self.pane(self.chosen).follow()

    def action_help(self) -> None:
        """Show the help."""
        self.app.push_screen(help_page(self._signs))

    def action_log(self) -> None:
        """Show the end of the log."""
        self.app.push_screen(log_page(self._log_path, self._signs))

    # commands: leaving

    def action_interrupt(self) -> None:
        """Copy what is selected; otherwise say how to quit."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
        else:
            self.notice = "Ctrl+Q quits; so does q after Esc."

    def action_leave(self) -> None:
        """End the arena; asks only while an answer is under way."""
        if not any(live.busy for live in self.sides.values()):
            self.app.exit()
            return

        def answered(leave: bool | None) -> None:
            if leave:
                self.app.exit()

        self.app.push_screen(Leave(), answered)
