"""How answers are looked at: as Markdown or as they came, with what was searched for shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from textual.content import Content, Span

_FOUND = "reverse"
_GONE_TO = "reverse bold underline"


@dataclass(frozen=True, slots=True)
class Look:
    """How all answers of a side are shown."""

    raw: bool = False
    """Whether answers stay as they came; otherwise Markdown is drawn where it is of use."""
    query: str = ""
    """What is searched for; empty for nothing."""


AS_MARKDOWN = Look()
"""What a side begins with."""


def with_query(look: Look, query: str) -> Look:
    """Return a look in which something else is searched for."""
    return replace(look, query=query)


def places(query: str, shown: str) -> list[int]:
    """Return where a query stands in a text as it is shown; large and small letters are the same.

    A blank in the query also stands for a line's end or several blanks.
    """
    return [found.start() for found in _matches(query, shown)]


def highlighted(content: Content, query: str, *, start: int = 0, gone_to: int | None) -> Content:
    """Return content with every match shown; `start` is its place in the text, `gone_to` one match.

    Reverse and bold are there without colour as well.
    """
    spans = [
        Span(
            found.start(),
            found.end(),
            _GONE_TO if start + found.start() == gone_to else _FOUND,
        )
        for found in _matches(query, content.plain)
    ]
    return content.add_spans(spans) if spans else content


def _matches(query: str, shown: str) -> Iterator[re.Match[str]]:
    words = query.split()
    if not words:
        return iter(())
    return re.finditer(r"\s+".join(map(re.escape, words)), shown, re.IGNORECASE)
