"""What a pane shows while one waits: for its model, or until a prompt is read; or why none came."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import var

from tui_arena.progress import time_left
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

WORTH_SAYING = 2
"""Seconds after which one wants to know how long something takes."""
_BAR = 28
"""Cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStatus:
    """How a load stands, or something else that one waits for."""

    model: str = ""
    """Whose it is; not said where empty."""
    stage: str
    """In plain words, for example "compiling"."""
    done: float | None = None
    """From 0 to 1 where it is known."""
    seconds: int = 0
    """Since it began."""
    left: float | None = None
    """Seconds that it will still take, where that can be known."""
    error: str | None = None
    """Why it failed, one sentence."""
    hint: str = ""
    """What to do about it."""


class LoadView(Plain):
    """Draws a `LoadStatus`; nothing where there is none."""

    status: var[LoadStatus | None] = var(None)

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(classes="load-view")
        self._signs = signs

    def watch_status(self, status: LoadStatus | None) -> None:
        """Draw again."""
        self.display = status is not None
        if status is None:
            return
        signs = self._signs
        if status.error is not None:
            self.update(
                Content.assemble(
                    signs.content(status.error, "$error"), "\n", signs.content(status.hint)
                )
            )
            return
        lines: list[Content | str] = []
        if status.model:
            lines += [signs.content(status.model, "bold"), "\n"]
        lines.append(signs.content(status.stage))
        if status.seconds >= WORTH_SAYING:
            lines.append(Content.styled(f"  {status.seconds} s", "$foreground 60%"))
        if status.done is not None:
            done = min(1.0, max(0.0, status.done))
            filled = round(done * _BAR)
            lines += [
                "\n",
                Content.styled(signs.done * filled, "$primary"),
                Content.styled(signs.left * (_BAR - filled), "$foreground 25%"),
                f" {done:.0%}",
            ]
            if status.left is not None:
                lines.append(Content.styled(f"  {time_left(status.left)}", "$foreground 60%"))
        self.update(Content.assemble(*lines))
