"""A page of text over the arena, closed with one key: the shape of help and log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from tui_arena.keyboard import without_alt
from tui_arena.widgets.plain import Plain


class Page(ModalScreen[None]):
    """Shows content that scrolls; Esc, q and the key that opened it close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "close", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
        Binding("space", "page_down", show=False),
    ]

    def __init__(
        self,
        *,
        title: str,
        write: Callable[[int], Content],
        at_end: bool = False,
        keys: Sequence[tuple[str, str]] = (),
        closed_by: Collection[str] = (),
    ) -> None:
        """`write` makes the content for a width in cells; `keys` are more keys and their words.

        `closed_by` are further keys that close it.
        """
        super().__init__()
        for key in closed_by:
            self._bindings.bind(key, "dismiss", show=False)
        self._title, self._write, self._at_end = title, write, at_end
        self._keys = (("Esc", "close"), ("PgUp PgDn", "scroll"), *keys)

    def turn_to(self, title: str, write: Callable[[int], Content]) -> None:
        """Show something else on this page, from its beginning."""
        self._title, self._write = title, write
        self.query_one(".page-title", Plain).update(_title(title))
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._fill()

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(_title(self._title), classes="page-title")
        with VerticalScroll(classes="page-body"):
            yield Plain(classes="page-text")
        yield Plain(
            Content.assemble(
                *(
                    Content.assemble(
                        (f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%")
                    )
                    for key, does in self._keys
                )
            ),
            classes="page-keys",
        )

    def on_mount(self) -> None:
        """Give the keys to the page."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        body = self.query_one(VerticalScroll)
        width = max(20, body.size.width - 2)  # less is not for reading
        self.query_one(".page-text", Plain).update(self._write(width))
        if self._at_end:
            body.scroll_end(animate=False)

    def on_key(self, event: events.Key) -> None:
        """Close the page and pass on a key that arrived as one with its Esc."""
        if event.key.startswith("alt+"):
            event.stop()
            self.dismiss(None)
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)

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


def _title(title: str) -> Content:
    return Content.styled(f"  {title}", "bold")
