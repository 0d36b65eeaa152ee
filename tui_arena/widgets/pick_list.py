"""A list to pick a line from, with words below it that cannot be picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.getters import query_one
from textual.message import Message

from tui_arena.widgets.plain import Plain


class PickList(VerticalScroll, can_focus=False):
    """Shows lines, each on a row of its own; keeps the chosen one in sight."""

    _lines = query_one(".lines", Plain)
    _foot = query_one(".foot-words", Plain)

    @dataclass
    class Picked(Message):
        """The mouse picked a line."""

        index: int

    def compose(self) -> ComposeResult:
        """Lay out the lines and what stands below them."""
        yield Plain(classes="lines")
        yield Plain(classes="foot-words")

    def show(self, lines: Sequence[Content], chosen: int, foot: Content) -> None:
        """Show these lines, with the chosen one in sight, and these words below."""
        self._lines.update(Content("\n").join(lines))
        self._foot.update(foot)
        self._foot.display = bool(foot.plain)
        last = chosen >= len(lines) - 1
        self.call_after_refresh(self._keep_in_sight, chosen, last)

    def _keep_in_sight(self, chosen: int, last: bool) -> None:
        self.scroll_to_region(Region(0, chosen, 1, 1), animate=False, force=True)
        if last and self.virtual_size.height - chosen <= self.size.height:
            self.scroll_end(animate=False)

    def on_click(self, event: events.Click) -> None:
        """Tell which line was clicked."""
        if event.widget is self._lines:
            self.post_message(self.Picked(event.y))
