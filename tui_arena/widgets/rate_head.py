"""The first row while saved responses are rated: how far, of what, and whether it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStatus:
    """What the row says."""

    at: int
    """Which one is open, counted from 1."""
    of: int
    unrated: int
    """How many still wait for a mark."""
    what: str
    """The scenario and its step, or that there is none."""
    session: str
    rater: str
    saved: str
    """In words."""


class RateHead(Plain):
    """Draws a `RateStatus`; what matters least goes first where there is no room."""

    status: reactive[RateStatus | None] = reactive(None)

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(id="top-line")
        self._signs = signs

    def render(self) -> Content:
        """Draw the row in the width there is."""
        status, width = self.status, self.size.width
        if status is None or not width:
            return Content()
        one_line, ascii_only = self._signs.one_line, self._signs.ascii_only
        left = f"  {status.at} of {status.of}"
        what = one_line(status.what)
        right = [one_line(status.session), f"as {one_line(status.rater)}", status.saved]
        more = f", {status.unrated} without your marks" if status.unrated else ", all rated"
        while len(right) > 1 and len(left + more + what) + len("  ".join(right)) + 5 > width:
            right.pop(0)
        end = "  ".join(right) + " "
        room = width - len(left) - len(more) - Content(end).cell_length - 3
        line = Content.assemble(
            Content.styled(left, "bold"),
            Content.styled(more),
            Content.styled(f"  {fit(what, room, ascii_only=ascii_only)}", "bold"),
        )
        gap = max(1, width - line.cell_length - Content(end).cell_length)
        line = Content.assemble(line, " " * gap, Content.styled(end, "$foreground 60%"))
        return line.truncate(width)
