"""The fenced code blocks of an answer, as CommonMark 0.31 says (section 4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One block."""

    language: str
    """The first word after the fence; empty where there is none."""
    text: str
    """What stands between the fences, without the last line end."""


def code_blocks(text: str) -> list[CodeBlock]:
    """Return the blocks in order; one that was never closed goes to the end."""
    found: list[CodeBlock] = []
    fence = language = ""
    lines: list[str] = []
    for line in text.split("\n"):
        if not fence:
            if opening := _OPENING.fullmatch(line.removesuffix("\r")):
                fence, language, lines = opening["fence"], _first_word(opening["info"]), []
        elif _closes(line, fence):
            found.append(CodeBlock(language, "\n".join(lines)))
            fence = ""
        else:
            lines.append(line)
    if fence:
        found.append(CodeBlock(language, "\n".join(lines)))
    return [block for block in found if block.text.strip()]


def _closes(line: str, fence: str) -> bool:
    inner = line.strip()
    return len(inner) >= len(fence) and set(inner) == {fence[0]} and not line.startswith("    ")


def _first_word(info: str) -> str:
    return next(iter(info.split()), "")
