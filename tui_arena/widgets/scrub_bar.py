"""The row that says where a replay is, and takes clicks that go elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from tui_arena.replay.playhead import clock_text
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_LEAST = 8
"""Cells that a bar needs to be of use."""
_STATE = len("playing 0.25x")
"""Cells of the state, so that the bar stays where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubStatus:
    """What the row says; times are milliseconds of the replay."""

    state: str
    """Whether it plays, and how fast."""
    at: int
    length: int


class ScrubBar(Plain):
    """Draws a `ScrubStatus` on one row, with a notch where something was judged."""

    status: var[ScrubStatus | None] = var(None)

    @dataclass
    class Sought(Message):
        """The mouse asked for another place."""

        at: int
        """In milliseconds of the replay."""

    def __init__(self, *, signs: Signs, notches: Collection[int]) -> None:
        super().__init__(id="scrub-bar")
        self._signs, self._notches = signs, notches
        self._drawn = Content()
        self._bar = (0, 0)
        """Where the bar begins, and how many cells it has."""
        self._held = False
        """Whether the mouse drags."""

    def watch_status(self) -> None:
        """Draw again."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go where the mouse is, and follow it."""
        self._held = True
        self.capture_mouse()
        self._seek(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go along with the mouse while it is held."""
        if self._held:
            self._seek(event.x)

    def on_mouse_up(self) -> None:
        """Let the mouse go."""
        self._held = False
        self.release_mouse()

    def _seek(self, x: int) -> None:
        begin, cells = self._bar
        if self.status is not None and cells > 1:
            cell = min(max(0, x - begin), cells - 1)
            self.post_message(self.Sought(self.status.length * cell // (cells - 1)))

    def _draw(self) -> None:
        status, width = self.status, self.size.width
        if status is None or not width:
            return
        end = clock_text(status.length)
        at = f"{clock_text(status.at):>{len(end)}}"
        state = f"{status.state:<{_STATE}}"
        head = f" {state}  {at} "
        cells = width - len(head) - len(end) - 2
        self._bar = (len(head), cells if cells >= _LEAST else 0)
        line = Content.assemble(
            Content.styled(f" {state}  ", "bold $primary"),
            f"{at} ",
            self._cells(status, cells) if cells >= _LEAST else "/",
            Content.styled(f" {end}", "$foreground 60%"),
        ).truncate(width)
        if line != self._drawn:  # most frames move it by less than a cell
            self._drawn = line
            self.update(line, layout=False)

    def _cells(self, status: ScrubStatus, cells: int) -> Content:
        length = max(1, status.length)
        done = status.at * (cells - 1) // length
        notches = {at * (cells - 1) // length for at in self._notches}
        if len(notches) > cells // 3:  # nothing stands out any more
            notches = set()
        signs = self._signs
        parts = []
        for cell in range(cells):
            over = cell <= done
            notch = cell in notches
            sign = signs.notch if notch else signs.done if over else signs.left
            style = "$accent" if notch else "$primary" if over else "$foreground 25%"
            if cell == done:
                sign, style = signs.here, "bold $primary"
            parts.append(Content.styled(sign, style))
        return Content.assemble(*parts)
