"""The page that shows what a response should be, beside what it is; no model ever sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from textwrap import wrap

from textual.content import Content

from tui_arena.scenario import Step
from tui_arena.screens.page import Page
from tui_arena.session import Side
from tui_arena.widgets.signs import Signs


def expected_page(
    *,
    number: int,
    step: Step,
    said: str,
    kinds: Sequence[str] | None,
    side: Side,
    signs: Signs,
    keys: Collection[str],
) -> Page:
    """Return the page for a step of a scenario and the response that a side gave.

    `kinds` are those of mistake that a checker found in it, None where it was not checked. `keys`
    open the page, and close it as well.
    """
    parts = [("Asked", step.prompt)]
    if step.expected is not None:
        parts.append(("Expected", step.expected))
    if step.expected_in_dialog not in (None, step.expected):
        parts.append(("Right with the whole dialog in view", step.expected_in_dialog or ""))
    if len(parts) == 1:
        parts.append(("Expected", "The scenario does not say what is right here."))
    if kinds is not None:
        parts.append((f"Mistakes found in what the {side} side said", ", ".join(kinds) or "None."))
    parts.append((f"The {side} side said", said or "Nothing yet."))

    def write(width: int) -> Content:
        lines: list[Content] = []
        for heading, text in parts:
            lines += [Content.styled(heading, "bold $primary")]
            for line in signs.text(text).splitlines():
                lines += [Content(part) for part in wrap(line, max(20, width)) or [""]]
            lines.append(Content(""))
        return Content("\n").join(lines)

    return Page(title=f"Step {number}: what is expected", write=write, closed_by=keys)
