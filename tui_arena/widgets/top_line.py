"""The first row: what is being played, and whether it is saved."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


class TopLine(Plain):
    """What is played and its next step on the left, the session and its saving on the right."""

    playing: reactive[str] = reactive("")
    """The title of what is played."""
    step: reactive[str] = reactive("")
    """Which step comes next, in words; stays where the title has no room."""

    saved: reactive[str] = reactive("new session")
    """In words."""
    models: reactive[str] = reactive("")
    """How many models are loaded and what they take; not there where there is no room."""

    def __init__(self, *, session: str, signs: Signs) -> None:
        super().__init__(id="top-line")
        self._session, self._signs = session, signs

    def render(self) -> Content:
        """Draw the row in the width there is."""
        width = self.size.width
        if not width:
            return Content()
        session = self._signs.one_line(self._session)
        right = f"{session}  {self.saved} " if width >= 72 else f"{self.saved} "
        title = self._signs.one_line(self.playing)
        step = f"  {self.step}" if self.step else ""
        wide = Content(title).cell_length + len(step)
        if self.models and wide + len(self.models) + len(right) + 7 <= width:
            right = f"{self.models}  {right}"
        room = width - len(right) - 4 - len(step)
        title = fit(title, room, ascii_only=self._signs.ascii_only)
        left = Content.assemble(Content.styled(f"  {title}", "bold"), step)
        gap = max(1, width - left.cell_length - len(right))
        line = Content.assemble(left, " " * gap, Content.styled(right, "$foreground 60%"))
        return line.truncate(width)
