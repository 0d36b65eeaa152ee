"""The row above the prompt: the state of the keys, where the next prompt goes, and one notice."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadStatus:
    """What the row says."""

    state: str
    """Writing or commanding, and on which side."""
    to: str
    """Where the next prompt goes, and why it skips a side; empty where nothing is asked."""
    attempts: int = 1
    """How many answers it asks for at once."""
    notice: str = ""
    """What just happened, or why something did not; may hold outside text."""


class PromptHead(Plain):
    """Draws a `HeadStatus`; the notice takes what room is left."""

    status: reactive[HeadStatus | None] = reactive(None)

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(id="prompt-head")
        self._signs = signs

    def render(self) -> Content:
        """Draw the row in the width there is."""
        status, width = self.status, self.size.width
        if status is None or not width:
            return Content()
        rule, ascii_only = self._signs.rule, self._signs.ascii_only
        notice = self._signs.one_line(status.notice)
        to = f" to: {status.to} " if status.to else ""
        often = f" {status.attempts} attempts " if status.attempts > 1 else ""
        fixed = len(status.state) + 3 + (len(often) + 1 if often else 0)
        if notice and fixed + len(to) + len(notice) + 3 > width:
            to = f" to: {status.to.partition(',')[0]} "
        parts = [
            Content.styled(rule, "$foreground 25%"),
            Content.styled(f" {status.state} ", "bold $primary"),
            Content.styled(rule, "$foreground 25%"),
            Content.styled(fit(to, width - fixed - 1, ascii_only=ascii_only)),
        ]
        if often:
            parts += [
                Content.styled(rule, "$foreground 25%"),
                Content.styled(often, "bold $accent"),
            ]
        line = Content.assemble(*parts)
        room = width - line.cell_length
        if notice:
            notice = f" {fit(notice, room - 4, ascii_only=ascii_only)} "
            line = Content.assemble(
                line,
                Content.styled(rule * (room - Content(notice).cell_length - 1), "$foreground 25%"),
                Content.styled(notice, "bold $warning"),
            )
            room = width - line.cell_length
        line = Content.assemble(line, Content.styled(rule * max(0, room), "$foreground 25%"))
        return line.truncate(width)
