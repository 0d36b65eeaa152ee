"""The few signs that the screen draws itself, with their stand-ins in plain ASCII."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tui_arena import mark_signs
from tui_arena.judgement import standing_marks
from tui_arena.session import Mark, MarkEntry
from tui_arena.text import display_text


@dataclass(frozen=True, slots=True)
class Signs:
    """What to draw; `ASCII` holds what `--ascii` shows instead."""

    marks: dict[Mark, str]
    chosen: str
    ask: str
    arrow_down: str
    done: str
    left: str
    here: str
    notch: str
    rule: str
    dot: str
    ascii_only: bool = False

    def text(self, text: str) -> str:
        """Return untrusted text as it may be shown."""
        return display_text(text, ascii_only=self.ascii_only)

    def content(self, text: str, style: str = "") -> Content:
        """Return untrusted text as content: no markup in it is ever read."""
        return Content.styled(self.text(text), style)

    def one_line(self, text: str) -> str:
        """Return untrusted text as it may be shown, on one line."""
        return " ".join(self.text(text).split())

    def standing(self, log: list[MarkEntry]) -> str:
        """Return the marks that hold, each as often as it was given."""
        gap = "  "
        return gap.join(
            self.marks[mark] if count == 1 else f"{self.marks[mark]} x{count}"
            for mark, count in standing_marks(log).items()
        )


UNICODE = Signs(
    marks=mark_signs.SIGNS,
    chosen="▸",
    ask="›",
    arrow_down="↓",
    done="━",
    left="─",
    here="●",
    notch="┼",
    rule="─",
    dot="·",
)

ASCII = Signs(
    marks=mark_signs.WORDS,
    chosen=">",
    ask=">",
    arrow_down="v",
    done="#",
    left="-",
    here="O",
    notch="+",
    rule="-",
    dot="-",
    ascii_only=True,
)


def signs(*, ascii_only: bool) -> Signs:
    """Return the signs to draw with."""
    return ASCII if ascii_only else UNICODE


def fit(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Return text cut to a width in cells, with an ellipsis where something is missing."""
    if width <= 0:
        return ""
    content = Content(text)
    if content.cell_length <= width:
        return text
    if ascii_only:
        return Content(text).truncate(max(0, width - 2)).plain + ".."[:width]
    return content.truncate(width, ellipsis=True).plain
