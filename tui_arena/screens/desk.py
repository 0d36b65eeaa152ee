"""Everything on the arena's screen, laid out; brought up to date from the state of the sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one

from tui_arena.command import Command
from tui_arena.engine.events import Resident
from tui_arena.folders import state_folder
from tui_arena.prompt_history import PromptHistory
from tui_arena.screens import describe, routing
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.rating import Rating
from tui_arena.screens.script import Script
from tui_arena.session import SIDES, Mark, Side
from tui_arena.store import SessionFile
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea
from tui_arena.widgets.prompt_head import HeadStatus, PromptHead
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.top_line import TopLine


@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys do now."""

    writing: bool
    """Whether they are text; otherwise they are commands."""
    correcting: bool
    """Whether what is written is a correction."""
    chosen: Side
    """The side that commands act on."""
    route: routing.Route
    """Where the next prompts go."""
    attempts: int
    """How many answers they ask for at once."""
    notice: str
    """One line about what just happened."""
    zoomed: bool = False
    """Whether only the chosen side is shown."""


class Desk(Vertical):
    """Two panes, one line to write on, and the rows that say how things stand."""

    _top = query_one(TopLine)
    _problem = query_one("#problem", Plain)
    _head = query_one(PromptHead)
    prompt = query_one("#prompt", PromptArea)
    _key_line = query_one(KeyLine)

    def __init__(
        self, *, session: str, signs: Signs, commands: Sequence[Command], first_run: bool
    ) -> None:
        super().__init__(id="arena")
        self._first_run = first_run
        self._session, self._signs = session, signs
        self._commands = {command.id: command for command in commands}
        self._shown = {name: command.shown for name, command in self._commands.items()}

    def compose(self) -> ComposeResult:
        """Lay out the arena."""
        signs = self._signs
        yield TopLine(session=self._session, signs=signs)
        with Container(id="panes"):
            for side in SIDES:
                yield Pane(side=side, signs=signs, keys=self._shown)
        yield Plain(id="problem")
        yield PromptHead(signs=signs)
        if self._first_run:
            shown = self._shown
            yield Plain(
                f"New here? Write; {shown['send']} sends it to both. {shown['help']} explains, "
                f"{shown['palette']} finds everything.",
                id="hint",
            )
        yield PromptArea(
            placeholder=self._placeholder(writing=True),
            send_keys=self._commands["send"].keys,
            newline_keys=self._commands["newline"].keys,
            history=PromptHistory(state_folder() / "prompts.jsonl"),
        )
        yield KeyLine(signs=signs, commands=list(self._commands.values()))

    def _placeholder(self, *, writing: bool) -> str:
        shown = self._shown
        if writing:
            return f"Write here; {shown['help']} helps."
        return f"{shown['write']} goes back to writing; {shown['help-too']} helps."

    def end_hint(self) -> bool:
        """Take away what says how to begin; return whether it was there."""
        hints = self.query("#hint")
        hints.remove()
        return bool(hints)

    def pane(self, side: Side) -> Pane:
        """Return the pane of a side."""
        return self.query_one(f"#{side}", Pane)

    def show(
        self,
        *,
        sides: Mapping[Side, LiveSide],
        residents: Sequence[Resident],
        rating: Rating,
        script: Script,
        file: SessionFile,
        keys: Keys,
        blind: bool,
        suggested: Mapping[Side, Collection[Mark]],
    ) -> None:
        """Bring every line up to date; what has not changed is not drawn again."""
        for side in SIDES:
            self.pane(side).mark_bar.suggested = frozenset(suggested.get(side, ()))
        first_wait = describe.first_wait(sides)
        for side, live in sides.items():
            self.pane(side).display = side == keys.chosen or not keys.zoomed
            self._show_pane(live, rating, script, keys, blind=blind)
            self.pane(side).load_view.status = describe.load(
                live, self._shown, now=monotonic(), blind=blind, first_wait=first_wait
            )
        self._head.status = HeadStatus(
            state=_state(keys),
            to=routing.destination(sides, keys.route),
            attempts=keys.attempts,
            notice=keys.notice,
        )
        self._key_line.writing = keys.writing
        self._key_line.words = describe.words(
            sides,
            keys.route,
            keys.attempts,
            keys.chosen,
            blind=blind,
            playing=script.scenario is not None,
            suggested=suggested,
        )
        self.prompt.placeholder = self._placeholder(writing=keys.writing)
        self._top.playing, self._top.step = script.title, script.words
        self._top.models = describe.models(residents)
        begun = any(live.conversation.turns for live in sides.values())
        self._show_saving(file.problem, begun=begun)

    def _show_pane(
        self, live: LiveSide, rating: Rating, script: Script, keys: Keys, *, blind: bool
    ) -> None:
        side = live.side
        pane, chosen = self.pane(side), side == keys.chosen
        pane.status_line.status = describe.pane(
            live, keys.route, scripted=script.system, chosen=chosen, blind=blind
        )
        pane.mark_bar.given = rating.given(side)
        by_function_key = "function keys" if chosen else ""
        pane.mark_bar.keys = by_function_key if keys.writing else "digits"
        visible = rating.selected(side) is not None or not keys.writing
        pane.mark_target(rating.target(side) if visible else None)

    def _show_saving(self, problem: str | None, *, begun: bool) -> None:
        self._problem.display = problem is not None
        if problem is not None:
            self._problem.update(self._signs.content(f"not saved: {problem}"))
        self._top.saved = "not saved" if problem else "saved" if begun else "new session"


def _state(keys: Keys) -> str:
    if not keys.writing:
        state = f"commanding {keys.chosen}"
    else:
        state = "writing a correction" if keys.correcting else "writing"
    return f"{state}, zoomed" if keys.zoomed else state
