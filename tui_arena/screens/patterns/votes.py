"""Which of two models wins votes, by type of question."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.patterns.question_forms import about, findings, how
from tui_arena.patterns.questions import Questions, TypeShare
from tui_arena.patterns.words import count, p_value
from tui_arena.scoring.results import Share
from tui_arena.screens.patterns.finding import Finding
from tui_arena.screens.patterns.words import NARROW
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, gap, prose, share_bar
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_COUNTS = (("asked", 7), ("won", 6), ("lost", 6), ("ties", 6), ("bad", 5))
_DECIDED = _COUNTS[:3]
_SHARE, _Q = 7, 8
_LEAST_BAR, _MOST_BAR = 8, 40


def votes(finding: Finding, width: int, signs: Signs) -> list[Row]:
    """Return the shares that one model wins; why there are none, where there are none."""
    found = finding.votes
    if found is None:
        return prose(finding.no_votes, width)
    rows: list[Row] = []
    for sentence in (*about(found), *findings(found)):
        rows += prose(sentence, width)
    counts = _COUNTS if width >= NARROW else _DECIDED
    fixed = sum(wide for _, wide in counts) + _SHARE + _Q
    bar = max(0, min(_MOST_BAR, width - fixed - 18))
    bar = bar if bar >= _LEAST_BAR else 0
    name = max(10, width - fixed - bar)
    heads = [*counts, ("won %", _SHARE), ("q", _Q)]
    rows += [BLANK, (Piece("Type", name, HEAD),
                     *(Piece(head, wide, DIM, right=True) for head, wide in heads))]  # fmt: skip
    for share in (*found.types, found.total):
        rows.append(_row(share, found, finding, (name, bar), counts, signs))
    return [*rows, BLANK, *prose(how(found), width)]


def _row(
    share: TypeShare,
    found: Questions,
    finding: Finding,
    room: tuple[int, int],
    heads: Sequence[tuple[str, int]],
    signs: Signs,
) -> Row:
    """Return a type of questions; `room` is that of its name and of its bar."""
    name, bar = room
    against = found.second or "all others"
    decided = share.won + share.lost
    says = f"{share.type}: {found.first} won {share.won:,} of {decided:,} against {against}"
    if share.share is not None:
        says += f": between {100 * share.low:.0f} and {100 * share.high:.0f} % (95 %)"
    says += f"; {count(share.ties, 'tie')}, {share.both_bad:,} both bad."
    counts = (share.questions, share.won, share.lost, share.ties, share.both_bad)
    won = "-" if share.share is None else f"{100 * share.share:.0f}"
    drawn = Share(share.won, decided, (share.low, share.high)) if bar and decided else None
    return (
        Piece(share.type, name, "", Cell(says, finding.voted_on(share)), outside=True),
        *(
            Piece(f"{number:,}", wide, right=True)
            for number, (_, wide) in zip(counts, heads, strict=False)
        ),
        Piece(won, _SHARE, right=True),
        Piece("" if share.q is None else p_value(share.q), _Q, right=True),
        *((gap(1), *share_bar(drawn, bar - 1, signs)) if drawn is not None else ()),
    )
