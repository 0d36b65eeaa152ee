"""Text on the screen in which no markup is ever read."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Plain(Static):
    """Shows text or content as it is; cannot be focused, and `[b]` is four characters."""

    def __init__(
        self,
        content: Content | str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(content, markup=False, id=id, classes=classes)
