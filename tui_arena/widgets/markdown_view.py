"""Markdown as the arena shows it: nothing that the model wrote disappears, and no link acts."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from textual.widgets import Markdown

from tui_arena.text import display_text


class MarkdownView(Markdown):
    """Shows a finished answer; the text must be safe to show already."""

    def __init__(self, text: str) -> None:
        super().__init__(text, parser_factory=_parser, open_links=False)


def _parser() -> MarkdownIt:
    """Markdown that keeps what the model wrote: tags stay visible, and so do its line ends."""
    parser = MarkdownIt("gfm-like", {"html": False, "linkify": False})
    parser.disable(["reference"])  # a line such as `[x]: y` would vanish
    parser.core.ruler.push("keep_line_ends", _keep_line_ends)
    parser.core.ruler.push("keep_safe", _keep_safe)
    return parser


def _keep_line_ends(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "softbreak":
                child.type = "hardbreak"


def _keep_safe(state: StateCore) -> None:
    """Pass the text through the gate again: Markdown decodes `&#x202e;` and `%1b` in links."""
    tokens = list(state.tokens)
    while tokens:
        token = tokens.pop()
        token.content = display_text(token.content)
        tokens += token.children or ()
