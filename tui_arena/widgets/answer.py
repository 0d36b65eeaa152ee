"""The text of one answer: plain while it comes, Markdown once it is whole."""

from __future__ import annotations

import re

from textual.containers import Vertical
from textual.content import Content

from tui_arena.text import hidden_marks, joins, without_leading_marks
from tui_arena.widgets.look import AS_MARKDOWN, Look, highlighted, places
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_PIECE = 2000
"""Characters; what is longer is frozen piece by piece, so that a redraw stays cheap."""
_MOST_MARKDOWN = 10_000
"""Characters; longer answers stay plain, because their Markdown would hold up the screen."""
_MOST_BLOCKS = 80
_FOLDED = 120
"""Characters that a folded answer still shows."""
_LONGEST_SIGN = 64
"""Characters; what is longer is no sign, but marks piled up."""
_BLOCK = re.compile(r"^\s*(?:[-*+>|#]|\d+[.)])|^\s*$", re.MULTILINE)
_NESTED = re.compile(r"^(?:[ \t]*(?:[-*+>]|\d+[.)])){12}", re.MULTILINE)
_LOOKS_LIKE_MARKDOWN = re.compile(
    r"[*_`|]|^\s{0,3}(?:#|>|[-+]\s|\d+[.)]\s|~~~)|\]\(|~~|&\w|\\", re.MULTILINE
)


class Answer(Vertical):
    """Shows the text of an answer; only ever grows until it is finished or cleared."""

    def __init__(self, *, signs: Signs, look: Look = AS_MARKDOWN) -> None:
        super().__init__(classes="answer")
        self.look = look
        self.folded = False
        """Whether only the beginning of a finished answer is shown."""
        self.gone_to: int | None = None
        """Where the match begins that the reader went to."""
        self._signs = signs
        self._text = ""
        self._whole = False
        self._frozen = 0
        self._piled = False
        """Whether the tail begins amid marks of a sign before it."""
        self._tail: Plain | None = None
        self._pieces: list[tuple[int, Plain]] = []
        """Where each piece begins in the text as it is shown."""
        self._begin = 0
        """Where the tail begins there."""

    def show(self, text: str) -> None:
        """Show the text so far, in plain; cheap however long it is."""
        if text == self._text:
            return
        self._text = text
        while len(text) - self._frozen > 2 * _PIECE:
            cut = _cut(text, self._frozen)
            piece = text[self._frozen : cut]
            if self._shown(piece):  # the rest of a pile of marks shows nothing
                self._fill_tail(piece.removesuffix("\n"))
            self._begin += len(self._shown(piece))
            self._frozen, self._tail = cut, None
            self._piled = joins(text[cut])
        rest = text[self._frozen :].rstrip("\n")
        if self._tail is not None or not self._piled or self._shown(rest):
            self._fill_tail(rest)

    async def clear(self) -> None:
        """Show nothing, so that another answer can be shown."""
        self._forget()
        self._whole, self.gone_to = False, None
        self.fold(False)
        await self.remove_children()

    async def finish(self, text: str) -> None:
        """Show the whole text: as Markdown where that is of use and cannot hold up the screen."""
        self._whole = True
        if self._pieces or not self._markdown_for(text):
            self.show(text)
        self._text = text
        if self._as_markdown:
            await self.redraw()

    @property
    def remark(self) -> str:
        """Say what of a whole answer is not shown as it could be, and why; empty for nothing."""
        says = []
        if self._whole and self._draws_markdown and _too_long_for_markdown(self._text):
            says.append("long, so shown as it came instead of as Markdown")
        if self._whole and (hidden := hidden_marks(self._text)):
            says.append(f"{hidden} marks piled on others are not shown")
        return "; ".join(says)

    async def redraw(self) -> None:
        """Show the same text anew, as plain text or as Markdown."""
        text = self._text
        old = [child for child in self.children if not child.has_class("fold")]
        self._forget()
        # What stands here is replaced before anything is waited for, so that an answer may stream
        # on meanwhile.
        if self._markdown_for(text):
            # Imported at the first answer's end, to draw the first screen sooner.
            from tui_arena.widgets.markdown_view import MarkdownView

            self._text = text
            self.mount(MarkdownView(self._signs.text(text)))
        else:
            self.show(text)
        with self.app.batch_update():
            for widget in old:
                await widget.remove()

    def fold(self, folded: bool) -> None:
        """Show only the beginning of a finished answer, or all of it."""
        self.folded = folded
        if folded and not self.query_children(".fold"):
            self.mount_all(self._beginning(self._text))
        self.set_class(folded, "-folded")

    def show_found(self) -> bool:
        """Show matches anew where plain text stays plain; return whether that was all to do."""
        if not self._pieces or self._as_markdown:
            return False
        for begin, piece in self._pieces:
            if isinstance(piece.visual, Content):
                piece.update(self._found(piece.visual.plain, begin), layout=False)
        return True

    def place(self, match: int) -> tuple[Plain, int] | None:
        """Return the widget in which a match stands, and its row there; None where it is hidden."""
        for begin, piece in reversed(self._pieces):
            if begin <= match:
                content = piece.visual
                before = content[: match - begin + 1] if isinstance(content, Content) else Content()
                return piece, len(before.wrap(max(1, piece.size.width))) - 1
        return None

    @property
    def _as_markdown(self) -> bool:
        return self._markdown_for(self._text)

    @property
    def _draws_markdown(self) -> bool:
        return not self.look.raw and not self._signs.ascii_only

    def _markdown_for(self, text: str) -> bool:
        if not self._whole or not self._draws_markdown:
            return False
        return _worth_markdown(text) and not places(self.look.query, self._signs.text(text))

    def _forget(self) -> None:
        self._text, self._frozen, self._begin, self._piled = "", 0, 0, False
        self._tail, self._pieces = None, []

    def _shown(self, text: str) -> str:
        """Return the text of the tail as it is shown."""
        shown = self._signs.text(text)
        return without_leading_marks(shown) if self._piled else shown

    def _beginning(self, text: str) -> list[Plain]:
        """Return what is shown of a folded answer."""
        first = text.strip().split("\n", 1)[0]
        cut = first[:_FOLDED]
        words = len(text.split())
        note = f"({words} {'word' if words == 1 else 'words'}, folded)"
        dots = ("..." if self._signs.ascii_only else "…") if len(cut) < len(text.strip()) else ""
        return [
            Plain(self._signs.text(cut) + dots, classes="fold"),
            Plain(note, classes="fold note"),
        ]

    def _fill_tail(self, text: str) -> None:
        if self._tail is None:
            self._tail = Plain()
            self._pieces.append((self._begin, self._tail))
            self.mount(self._tail)
        self._tail.update(self._found(self._shown(text), self._begin))

    def _found(self, shown: str, begin: int) -> Content:
        return highlighted(Content(shown), self.look.query, start=begin, gone_to=self.gone_to)


def _cut(text: str, start: int) -> int:
    """Return where to freeze: after a line's end, else after a space, else between two signs."""
    end = start + _PIECE
    for sign in ("\n", " "):
        found = text.rfind(sign, start, end)
        if found > start and not joins(text[found + 1]):
            return found + 1
    for cut in range(end, end - _LONGEST_SIGN, -1):
        if not joins(text[cut]):
            return cut
    return end


def _worth_markdown(text: str) -> bool:
    return (
        len(text) <= _MOST_MARKDOWN
        and _LOOKS_LIKE_MARKDOWN.search(text) is not None
        and len(_BLOCK.findall(text)) <= _MOST_BLOCKS
        and _NESTED.search(text) is None
    )


def _too_long_for_markdown(text: str) -> bool:
    """Whether a text is shown as it came only because it is long."""
    begin = text[:_MOST_MARKDOWN]
    if _LOOKS_LIKE_MARKDOWN.search(begin) is None:
        return False
    return len(text) > _MOST_MARKDOWN or len(_BLOCK.findall(begin)) > _MOST_BLOCKS
