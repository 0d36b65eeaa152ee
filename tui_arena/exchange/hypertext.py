"""What pages for a browser share: their frame, what was said in them, and an answer with its marks.

Everything untrusted goes through `esc`, and a page's own policy forbids all but its one style
sheet: no script, no network, nothing acts in it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path

from tui_arena import __version__
from tui_arena.exchange.words import MEANINGS, ended, given, minute, pace, settings
from tui_arena.mark_signs import SIGNS
from tui_arena.session import MARKS, Attempt
from tui_arena.text import visible_controls

_STYLE = Path(__file__).with_name("hypertext.css")
_FENCED = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*(?:\n.*?)?(?:^(?P=fence)[`~]*[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)


def head(name: str, style: Path) -> str:
    """Return what a page begins with; `style` is its own style sheet, beside the shared one."""
    sheet = "".join(file.read_text(encoding="utf-8") for file in (_STYLE, style))
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{esc(name)}</title>
<style>{sheet}</style>
</head>
<body>
<main>
"""


def foot() -> str:
    """Return what a page ends with."""
    legend = "; ".join(f"{SIGNS[mark]} {MEANINGS[mark]}" for mark in MARKS)
    return (
        f"</main>\n<footer><p>Marks: {esc(legend)}.</p>\n"
        f"<p>Written by tui-arena {esc(__version__)}.</p></footer>\n</body>\n</html>\n"
    )


def answer(
    attempt: Attempt, label: str, *, most: int | None = None, empty: str = "No answer."
) -> Iterator[str]:
    """Yield an answer with how it ended, its marks, and how it was made.

    `most` is how many characters of a text are shown; None for all of it. `empty` is what is said
    where there is no text.
    """
    if attempt.edited:
        edited = f"{label}, as a person edited it: this stands in the context"
        yield f'<p class="label">{esc(edited)}</p>{said(attempt.said, most=most)}'
        label = "As the model said it"
    yield f'<p class="label">{esc(label)}</p>'
    if attempt.text:
        yield said(attempt.text, most=most)
    elif attempt.stop != "error":
        yield f'<p class="state">{esc(empty)}</p>'
    if end := ended(attempt):
        yield f'<p class="state">{esc(end)}</p>'
    if found := given(attempt.marks):
        yield '<ul class="marks" aria-label="Marks">'
        for mark in found:
            yield (
                f'<li><span aria-hidden="true">{esc(mark.sign)}</span> {esc(mark.meaning)} '
                f'<span class="by">({esc(mark.by)})</span></li>'
            )
        yield "</ul>"
    facts = [attempt.profile, settings(attempt), pace(attempt)]
    shown = ", ".join(filter(None, facts))
    at = attempt.timing.submitted
    yield (
        f'<p class="how"><time datetime="{esc(at)}">{esc(minute(at))}</time>'
        f"{': ' if shown else ''}{esc(shown)}</p>"
    )


def said(text: str, *, most: int | None = None) -> str:
    """Return what somebody said as it is, its fenced code in a typeface for code.

    `most` is how many characters of it are shown; None for all of them.
    """
    left = 0 if most is None else max(0, len(text) - most)
    text = visible_controls(text[: len(text) - left])
    parts, end = [], 0
    for found in _FENCED.finditer(text):
        parts += [esc(text[end : found.start()]), f"<code>{esc(found[0])}</code>"]
        end = found.end()
    parts.append(esc(text[end:]))
    more = f'<p class="state">{left:,} more characters are not shown.</p>' if left else ""
    return f'<div class="said" dir="auto">{"".join(parts)}</div>{more}'


def esc(text: str) -> str:
    """Return untrusted text as it may stand in HTML, in quoted attributes too."""
    return html.escape(visible_controls(text), quote=True)
