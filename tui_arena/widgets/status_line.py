"""The line above a pane: which model, what it is doing, how fast, how full."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs, fit


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneStatus:
    """What the line says; nothing in it is markup."""

    model: str
    own: str = ""
    """What is asked otherwise than the model's profile says, in a few words."""
    state: str
    """In words, for example loading, ready, streaming."""
    detail: str = ""
    """A few words more about the state, for example how much of the prompt is read."""
    note: str = ""
    """Why the next prompt will not go here, or not at once; empty where it will."""
    speed: float | None = None
    """Tokens per second."""
    first_token_ms: int | None = None
    """Milliseconds to the first token of the latest answer."""
    used: int | None = None
    """Tokens of the context in use; None where they are not counted yet."""
    limit: int | None = None
    """Tokens that the context can hold."""
    chosen: bool = False
    """Whether commands act on this side."""


class StatusLine(Plain):
    """Draws a `PaneStatus` on one row; what matters least goes first where there is no room."""

    status: reactive[PaneStatus | None] = reactive(None)

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(classes="status-line")
        self._signs = signs

    def render(self) -> Content:
        """Draw the line in the width there is."""
        if self.status is None or not self.size.width:
            return Content()
        return self._line(self.status, self.size.width)

    def _line(self, status: PaneStatus, width: int) -> Content:
        signs = self._signs
        state = f"{status.state} {status.detail}".strip()
        if status.note:
            state = f"{state} {signs.dot} {status.note}"
        numbers = [
            "" if status.speed is None else f"{status.speed:.0f} tok/s",
            _context(status),
            "" if status.first_token_ms is None else f"first {status.first_token_ms / 1000:.1f} s",
        ]
        numbers = [number for number in numbers if number]
        name, own = signs.one_line(status.model), status.own
        mark = f"{signs.chosen} " if status.chosen else "  "
        # Speed stays longest, then the context; the name gives way to these, but not to the rest.
        # What is asked otherwise gives way to the speed alone.
        while numbers:
            least = len(name) if len(numbers) > 2 else min(len(name), _SHORT_NAME)
            cut = status.speed is not None and len(numbers) == 1
            needed = _wide([own[:_SHORT_OWN] if cut else own] if own else [])
            if len(mark) + least + 2 + len(state) + needed + _wide(numbers) <= width:
                break
            numbers.pop()
        right = "  ".join([*numbers[2:], *numbers[:2]])
        room = width - len(mark) - len(state) - 2 - (len(right) + 2 if right else 0)
        if own:
            least = min(len(name), _SHORT_NAME)
            own = fit(own, max(room - least - 2, _SHORT_OWN), ascii_only=signs.ascii_only)
            room -= len(own) + 2
        name = fit(name, room, ascii_only=signs.ascii_only)
        left = Content.assemble(
            Content.styled(mark, "bold $primary"),
            Content.styled(name, "bold" if status.chosen else ""),
            "  ",
            Content.styled(f"{own}  " if own else "", "$accent"),
            Content.styled(state, _STYLES.get(status.state, "$foreground 60%")),
        )
        gap = max(1, width - left.cell_length - len(right))
        line = Content.assemble(left, " " * gap, Content.styled(right, "$foreground 60%"))
        return line.truncate(width)


_SHORT_NAME, _SHORT_OWN = 16, 10
"""Cells to which the name, and what is asked otherwise, give way."""
_STYLES = {
    "thinking": "$primary",
    "reading": "$primary",
    "streaming": "$success",
    "paused": "$warning",
    "failed": "$error",
}


def _wide(numbers: list[str]) -> int:
    return sum(len(number) + 2 for number in numbers)


def _context(status: PaneStatus) -> str:
    if status.limit is None or status.used is None:
        return ""
    return f"{status.used}/{status.limit}"
