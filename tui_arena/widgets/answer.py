"""The text of one answer: plain while it comes, Markdown once it is whole."""

from __future__ import annotations

import re

from textual.containers import Vertical

from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_PIECE = 2000
"""Characters; what is longer is frozen piece by piece, so that a redraw stays cheap."""
_MOST_MARKDOWN = 10_000
"""Characters; longer answers stay plain, because their Markdown would hold up the screen."""
_MOST_BLOCKS = 80
_BLOCK = re.compile(r"^\s*(?:[-*+>|#]|\d+[.)])|^\s*$", re.MULTILINE)
_NESTED = re.compile(r"^(?:[ \t]*(?:[-*+>]|\d+[.)])){12}", re.MULTILINE)
_LOOKS_LIKE_MARKDOWN = re.compile(
    r"[*_`|]|^\s{0,3}(?:#|>|[-+]\s|\d+[.)]\s|~~~)|\]\(|~~|&\w|\\", re.MULTILINE
)


class Answer(Vertical):
    """Shows the text of an answer; only ever grows until it is finished or cleared."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__(classes="answer")
        self._signs = signs
        self._text = ""
        self._frozen = 0
        self._tail: Plain | None = None

    def show(self, text: str) -> None:
        """Show the text so far, in plain; cheap however long it is."""
        if text == self._text:
            return
        self._text = text
        while len(text) - self._frozen > 2 * _PIECE:
            cut = _cut(text, self._frozen)
            self._tail_widget().update(self._plain(text[self._frozen : cut].removesuffix("\n")))
            self._frozen, self._tail = cut, None
        self._tail_widget().update(self._plain(text[self._frozen :].rstrip("\n")))

    async def clear(self) -> None:
        """Show nothing, so that another answer can be shown."""
        self._text, self._frozen, self._tail = "", 0, None
        await self.remove_children()

    async def finish(self, text: str) -> None:
        """Show the whole text: as Markdown where that is of use and cannot hold up the screen."""
        self.show(text)
        if self._signs.ascii_only or not _worth_markdown(text):
            return
        # Imported at the first answer's end, to draw the first screen sooner.
        from tui_arena.widgets.markdown_view import MarkdownView

        markdown = MarkdownView(self._signs.text(text))
        plain = list(self.query_children(Plain))
        with self.app.batch_update():
            await self.mount(markdown)
            for widget in plain:
                await widget.remove()

    def _plain(self, text: str) -> str:
        return self._signs.text(text)

    def _tail_widget(self) -> Plain:
        if self._tail is None:
            self._tail = Plain()
            self.mount(self._tail)
        return self._tail


def _cut(text: str, start: int) -> int:
    """Return where to freeze: after a line's end, else after a space, else just there."""
    end = start + _PIECE
    for sign in ("\n", " "):
        found = text.rfind(sign, start, end)
        if found > start:
            return found + 1
    return end


def _worth_markdown(text: str) -> bool:
    return (
        len(text) <= _MOST_MARKDOWN
        and _LOOKS_LIKE_MARKDOWN.search(text) is not None
        and len(_BLOCK.findall(text)) <= _MOST_BLOCKS
        and _NESTED.search(text) is None
    )
