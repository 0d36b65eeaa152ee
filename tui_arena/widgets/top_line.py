"""The first row: what is being played, and whether it is saved."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import var

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


class TopLine(Plain):
    """Title on the left, the session and its saving on the right."""

    saved: var[str] = var("new session")
    """In words."""
    models: var[str] = var("")
    """How many models are loaded and what they take; not there where there is no room."""

    def __init__(self, *, title: str, session: str, signs: Signs) -> None:
        super().__init__(id="top-line")
        self._title, self._session, self._signs = title, session, signs

    def watch_saved(self) -> None:
        """Draw again."""
        self._draw()

    def watch_models(self) -> None:
        """Draw again."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.size.width
        if not width:
            return
        session = self._signs.one_line(self._session)
        right = f"{session}  {self.saved} " if width >= 72 else f"{self.saved} "
        title = self._signs.one_line(self._title)
        if self.models and len(title) + len(self.models) + len(right) + 7 <= width:
            right = f"{self.models}  {right}"
        title = fit(
            title,
            width - len(right) - 3,
            ascii_only=self._signs.ascii_only,
        )
        left = Content.styled(f"  {title}", "bold")
        gap = max(1, width - left.cell_length - len(right))
        line = Content.assemble(left, " " * gap, Content.styled(right, "$foreground 60%"))
        self.update(line.truncate(width))
