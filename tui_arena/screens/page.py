"""A page of text over the arena, closed with one key: the shape of help and log."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.widgets.plain import Plain


class Page(ModalScreen[None]):
    """Shows content that scrolls; Esc, q and the key that opened it close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark,l,enter", "dismiss", "close", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
        Binding("space", "page_down", show=False),
    ]

    def __init__(self, *, title: str, content: Content, at_end: bool = False) -> None:
        super().__init__()
        self._title, self._content, self._at_end = title, content, at_end

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(Content.styled(f"  {self._title}", "bold"), classes="page-title")
        with VerticalScroll(classes="page-body"):
            yield Plain(self._content)
        yield Plain(
            Content.assemble(
                ("  Esc", "bold $primary"),
                (" close   ", "$text-muted"),
                ("PgUp PgDn", "bold $primary"),
                (" scroll", "$text-muted"),
            ),
            classes="page-keys",
        )

    def on_mount(self) -> None:
        """Give the keys to the page."""
        body = self.query_one(VerticalScroll)
        body.focus()
        if self._at_end:
            body.scroll_end(animate=False)

    async def action_dismiss(self, result: None = None) -> None:
        """Close the page."""
        self.dismiss(None)

    def action_down(self) -> None:
        """Scroll a line down."""
        self.query_one(VerticalScroll).scroll_down(animate=False)

    def action_up(self) -> None:
        """Scroll a line up."""
        self.query_one(VerticalScroll).scroll_up(animate=False)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.query_one(VerticalScroll).scroll_page_down(animate=False)
