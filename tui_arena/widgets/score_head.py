"""The first rows of screens of figures: what is counted, and the pages that there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStatus:
    """What the first row says."""

    title: str
    """What is shown, and of which sessions."""
    counts: str
    """How much there is of what."""
    by: str = ""
    """Who rated, where there is room for it."""
    state: str = ""
    """What is going on; empty where nothing is."""


class ScoreHead(Plain):
    """Draws a `ScoreStatus`."""

    status: reactive[ScoreStatus | None] = reactive(None)

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(id="top-line")
        self._signs = signs

    def render(self) -> Content:
        """Draw the row in the width there is."""
        status, width = self.status, self.size.width
        if status is None or not width:
            return Content()
        left = Content.styled(f"  {self._signs.one_line(status.title)}", "bold")
        right = self._signs.one_line(status.state or status.counts)
        by = self._signs.one_line(status.by)
        if by and left.cell_length + Content(f"{right}, by {by}").cell_length + 3 <= width:
            right = f"{right}, by {by}"
        right = fit(right, width - left.cell_length - 3, ascii_only=self._signs.ascii_only)
        gap = " " * max(1, width - left.cell_length - Content(right).cell_length - 1)
        style = "bold $warning" if status.state else "$foreground 60%"
        return Content.assemble(left, gap, Content.styled(right, style)).truncate(width)


class PageLine(Plain):
    """The pages with their keys; the open one is shown in reverse, and a click opens one."""

    page: reactive[int] = reactive(0)
    """Which one is open."""

    @dataclass
    class Turned(Message):
        """A page was clicked."""

        page: int

    def __init__(self, *, pages: Sequence[tuple[str, str]]) -> None:
        """`pages` are keys and names."""
        super().__init__(id="page-line")
        self._pages = pages

    def render(self) -> Content:
        """Draw the row in the width there is."""
        width = self.size.width
        return Content.assemble(*self._parts(width)).truncate(width) if width else Content()

    def on_click(self, event: events.Click) -> None:
        """Tell which page was clicked."""
        begin = 0
        for n, part in enumerate(self._parts(self.size.width)):
            if begin <= event.x < begin + part.cell_length:
                self.post_message(self.Turned(n))
            begin += part.cell_length

    def _parts(self, width: int) -> list[Content]:
        return [self._part(n, named=named) for n, named in enumerate(self._named(width))]

    def _named(self, width: int) -> list[bool]:
        """Return which pages are named: all where there is room, else the open one."""
        whole = sum(len(key) + len(name) + 4 for key, name in self._pages)
        return [whole <= width or n == self.page for n in range(len(self._pages))]

    def _part(self, n: int, *, named: bool) -> Content:
        key, name = self._pages[n]
        text = f" {key} {name} " if named else f" {key} "
        here = n == self.page
        first = Content.styled(text, "bold reverse" if here else "$foreground 70%")
        return Content.assemble(" ", first, " ") if named else Content.assemble(first, " ")
