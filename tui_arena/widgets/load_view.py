"""What a pane shows while its model is on its way, or why it did not come."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import var

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_BAR = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStatus:
    """How a load stands."""

    model: str
    stage: str
    """In plain words, for example "compiling"."""
    done: float | None = None
    """From 0 to 1 where it is known."""
    seconds: int = 0
    """Since it began."""
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
        lines: list[Content | str] = [signs.content(status.model, "bold"), "\n"]
        lines.append(signs.content(status.stage))
        if status.seconds >= 2:
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
        self.update(Content.assemble(*lines))
