"""The stage of a replay: the arena's panes, played from the record, and a bar to go along it.

Knows no command; those act on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer

from tui_arena.command import Command
from tui_arena.keymap.judging import VERDICT_WORDS
from tui_arena.keymap.replaying import REPLAYING
from tui_arena.replay.playhead import Playhead, speed_text
from tui_arena.replay.timeline import Scene, Timeline
from tui_arena.replay.words import happened
from tui_arena.screens.replay_side import ReplaySide
from tui_arena.screens.stage import HEIGHTS, WIDTHS
from tui_arena.session import SIDES, Side, Vote
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.pane import Pane
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.scrub_bar import ScrubBar, ScrubStatus
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.top_line import TopLine

_FRAME, _FRAME_SLOW_LINK = 0.12, 0.5
"""Seconds between two looks at what happened meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a replay is opened with."""

    timeline: Timeline
    signs: Signs
    commands: Sequence[Command] = REPLAYING
    """Those of a replay, with their keys."""
    goes_back: bool = False
    """Whether it ends where it was opened, on a page; otherwise it is the whole program."""
    speed: float = 1.0
    slow_link: bool = False
    """Whether redraws are to be few."""
    clock: Callable[[], float] = time.monotonic
    """Seconds that only grow."""
    by_itself: bool = True
    """Whether it plays from the start and draws as time passes; otherwise `show` draws."""


class ReplayStage(Screen[None], inherit_bindings=False):
    """Draws a timeline where its playhead is."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    chosen: var[Side] = var("left")
    """The side that is scrolled."""
    zoomed: var[bool] = var(False)
    """Whether only the chosen side is shown."""
    notice: var[str] = var("")
    """One line about a key that was pressed; what happened in the session where it is empty."""

    _top = query_one(TopLine)
    _says = query_one("#replay-says", Plain)
    _bar = query_one(ScrubBar)
    _keys = query_one(KeyLine)

    def __init__(self, showing: Showing) -> None:
        super().__init__()
        self.showing, self.timeline = showing, showing.timeline
        self.playhead = Playhead(self.timeline.length, showing.clock, speed=showing.speed)
        self._sides: dict[Side, ReplaySide] = {}
        self._frames: Timer | None = None
        self._due = False
        """Whether it will be drawn anyway."""
        self._said = ""
        self._counted, self._votes = 0, _votes(())
        """How many votes were given, and what they say."""

    def pane(self, side: Side) -> Pane:
        """Return the pane of a side."""
        return self.query_one(f"#{side}", Pane)

    def compose(self) -> ComposeResult:
        """Lay out the replay, and what covers it where the terminal is too small."""
        signs = self.showing.signs
        with Vertical(id="arena"):
            yield TopLine(session=self.timeline.session.id, signs=signs)
            with Container(id="panes"):
                for side in SIDES:
                    yield Pane(side=side, signs=signs, keys={})
            yield Plain(id="replay-says")
            yield ScrubBar(signs=signs, notches=self.timeline.marks)
            yield KeyLine(signs=signs, commands=self.showing.commands)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Draw how it began, and play."""
        self._keys.writing = False
        self._top.playing = (
            self.timeline.session.title or self.timeline.session.scenario or "replay"
        )
        self._sides = {side: ReplaySide(self.timeline, self.pane(side)) for side in SIDES}
        if self.showing.by_itself:
            frame = _FRAME_SLOW_LINK if self.showing.slow_link else _FRAME
            self._frames = self.set_interval(frame, self.show, pause=True)
            self.playhead.play()
        for side in SIDES:
            self.watch(self.pane(side).transcript, "scroll_y", self.show_soon, init=False)
        self.show_soon()

    def go(self, at: int) -> None:
        """Go to a time of the replay; however many keys come at once, it is drawn once."""
        self.playhead.go(at)
        self.show_soon()

    def show_soon(self) -> None:
        """Draw once all keys that came are looked at."""
        if not self._due:
            self._due = True
            self.call_after_refresh(self.show)

    def show(self) -> None:
        """Draw where the playhead is; what has not changed is not drawn again."""
        self._due = False
        if not self.is_attached or not self._sides:
            return
        at = self.playhead.at
        scene = self.timeline.scene(at)
        if len(scene.votes) != self._counted:
            self._counted, self._votes = len(scene.votes), _votes(scene.votes)
        for side, replayed in self._sides.items():
            self.pane(side).display = side == self.chosen or not self.zoomed
            replayed.show(scene, at=at, votes=self._votes[side], chosen=side == self.chosen)
        self._show_lines(scene, at)
        more = [replayed.polish() for replayed in self._sides.values()]
        if self._frames is not None:
            if self.playhead.playing or any(more):
                self._frames.resume()
            else:
                self._frames.pause()

    def reveal_last(self) -> None:
        """Scroll to the turn of what happened last."""
        moment = self.timeline.happened(self.playhead.at)
        if moment is not None and moment.side is not None and moment.turn is not None:
            self._sides[moment.side].reveal(moment.turn)

    def _show_lines(self, scene: Scene, at: int) -> None:
        playhead = self.playhead
        speed = speed_text(playhead.speed)
        state = "playing" if playhead.playing else "ended" if playhead.ended else "paused"
        self._bar.status = ScrubStatus(state=f"{state} {speed}", at=at, length=playhead.length)
        self._keys.words = {"play": _play_word(playhead)}
        turns = max(scene.count(side) for side in SIDES)
        self._top.step = f"turn {turns}" if turns else ""
        self._top.models = "blind" if scene.blind else ""
        self._top.saved = _when(scene.at)
        moment = self.timeline.happened(at)
        says = self.notice or (happened(moment) if moment is not None else "")
        if says != self._said:
            self._said = says
            self._says.update(self.showing.signs.one_line(says))


def _play_word(playhead: Playhead) -> str:
    return "pause" if playhead.playing else "again" if playhead.ended else "play"


def _votes(log: tuple[Vote, ...]) -> Mapping[Side, dict[str, str]]:
    """Return what is said of votes at responses, by side and the id of the attempt."""
    last = {
        (vote.left.turn, vote.left.attempt, vote.right.turn, vote.right.attempt, vote.by): vote
        for vote in log
    }
    said: dict[Side, dict[str, dict[str, None]]] = {side: {} for side in SIDES}
    for vote in last.values():
        if vote.action == "add":
            for side, voted in zip(SIDES, (vote.left, vote.right), strict=True):
                words = said[side].setdefault(voted.attempt, {})  # once, however many say it
                words[f"vote: {VERDICT_WORDS[vote.verdict]}"] = None
    return {side: {id: "  ".join(words) for id, words in said[side].items()} for side in SIDES}


def _when(at: int) -> str:
    """Return the time of the record in words; nothing where no calendar reaches."""
    try:
        return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return ""
