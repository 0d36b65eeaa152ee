"""Win rates by type of question, as text for a terminal, as JSON and as a page."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tui_arena import __version__
from tui_arena.exchange.hypertext import esc, head
from tui_arena.patterns.questions import Questions, TypeShare
from tui_arena.patterns.words import count, in_one_line, p_value
from tui_arena.text import columns, display_text

_STYLE = Path(__file__).with_name("page.css")
_LABEL = 26
_SURE = 0.05
_HEADS = ("Type", "Asked", "Won", "Lost", "Ties", "Bad", "Share won", "Q")
_BASES = {
    "categories": "Types are the categories of the source.",
    "groups": "Types are groups of questions that are alike.",
    "both": "Types are the categories of the source, and groups of questions that have none.",
    "none": "",
}


def as_table(found: Questions, *, width: int | None, ascii_only: bool = False) -> str:
    """Lay out what was found; sentences are wrapped to `width`, None wraps nothing."""
    rows = [tuple(name.upper() for name in _HEADS), *map(_row, [*found.types, found.total])]
    parts = [
        "\n".join(about(found)),
        columns(
            [(in_one_line(first, _LABEL), *rest) for first, *rest in rows], ascii_only=ascii_only
        ),
        "\n".join([*findings(found), how(found)]),
    ]
    said = (display_text(part, ascii_only=ascii_only) for part in parts)
    return "\n\n".join(part if n == 1 else _wrapped(part, width) for n, part in enumerate(said))


def as_json(found: Questions) -> str:
    """Return one object; plain ASCII, so that nothing in a session can act on a terminal."""
    text = json.dumps(msgspec.to_builtins(found), indent=1, allow_nan=False)
    return text.replace("\x7f", "\\u007f")


def page(found: Questions) -> Iterator[bytes]:
    """Yield one HTML file: no script, no network, nothing acts in it."""
    title = f"What {found.first} and {found.second or 'all others'} win"
    yield head(title, _STYLE).encode()
    yield f"<h1>{esc(title)}</h1>\n".encode()
    for line in about(found):
        yield f"<p>{esc(line)}</p>\n".encode()
    yield b'<div class="wide"><table><thead><tr>'
    yield "".join(f'<th scope="col">{esc(name)}</th>' for name in _HEADS).encode()
    yield b"</tr></thead><tbody>\n"
    for first, *rest in map(_row, [*found.types, found.total]):
        cells = "".join(f"<td>{esc(cell)}</td>" for cell in rest)
        yield f'<tr><th scope="row">{esc(first)}</th>{cells}</tr>\n'.encode()
    yield b"</tbody></table></div>\n"
    for line in [*findings(found), how(found)]:
        yield f"<p>{esc(line)}</p>\n".encode()
    yield f"</main>\n<footer><p>Written by tui-arena {esc(__version__)}.</p></footer>\n".encode()
    yield b"</body>\n</html>\n"


def about(found: Questions) -> Iterator[str]:
    """Say who is held against whom, by how many votes, and what must be known first."""
    first, against = in_one_line(found.first), in_one_line(found.second or "all others")
    blind = "all blind" if found.blind == found.votes else f"{found.blind:,} of them blind"
    yield (
        f"{first} against {against}: {count(found.total.questions, 'question')}, "
        f"{count(found.votes, 'vote')} of {count(found.raters, 'rater')}, {blind}."
    )
    if _BASES[found.basis]:
        yield _BASES[found.basis]
    yield from found.notes


def _row(share: TypeShare) -> tuple[str, ...]:
    counts = (share.questions, share.won, share.lost, share.ties, share.both_bad)
    won = "none decided"
    if share.share is not None:
        low, high = 100 * share.low, 100 * share.high
        won = f"{100 * share.share:3.0f} % ({low:.0f} to {high:.0f})"
    return (
        share.type,
        *(f"{n:,}" for n in counts),
        won,
        "" if share.q is None else p_value(share.q),
    )


def findings(found: Questions) -> Iterator[str]:
    """Say of which types it is sure who wins, and whether the type matters at all."""
    sure = [share for share in found.types if share.q is not None and share.q <= _SURE]
    for name, better in ((found.first, True), (found.second or "The others", False)):
        types = [share.type for share in sure if (share.won > share.lost) == better]
        if types:
            yield f"{in_one_line(name)} won on: {'; '.join(types)} (q at most {_SURE:g})."
    if not sure:
        yield f"On no type is it sure who wins (q is above {_SURE:g} on all)."
    if found.differs is not None:
        verdict = "more than by chance" if found.differs <= _SURE else "no more than by chance"
        yield f"Shares differ from type to type {verdict} (p {_equals(found.differs)})."


def how(found: Questions) -> str:
    """Say what the figures are."""
    return (
        f"Share is what {in_one_line(found.first)} won of what was won or lost, with its 95 % "
        "interval; ties, and both bad, are not in it. Q is the p of a sign test, corrected for a "
        "look at all types. A question counts once, however many voted on it."
    )


def _equals(p: float) -> str:
    return p_value(p) if p < 0.001 else f"= {p_value(p)}"


def _wrapped(text: str, width: int | None) -> str:
    if not width:
        return text
    lines = text.split("\n")
    return "\n".join(textwrap.fill(line, max(40, width), break_on_hyphens=False) for line in lines)
