"""One response on the screen: where it stands, what was asked and said, marks and votes on it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import overload

from textual.content import Content

from tui_arena.exchange.said import Ballot, Index, Said, ballots
from tui_arena.scoring.ratings import Counts
from tui_arena.scoring.reply import Reply
from tui_arena.screens.scores.words import DIM, HEAD, gap, marks
from tui_arena.session import MARKS
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs, fit

_MARKS = 12
"""Cells of the marks of a response in a list."""
_ROLES = {"system": "System", "user": "Asked before", "assistant": "Said before"}


def head(reply: Reply, at: str, width: int, signs: Signs) -> Content:
    """Return two rows: which response it is and its marks; where it stands."""
    held = marks(reply, signs) if reply.rated else "no mark yet"
    room = width - len(at) - Content(held).cell_length - 7
    model = fit(signs.one_line(reply.model), room, ascii_only=signs.ascii_only)
    first = Content.styled(f"  {at}  {model}", "bold")
    blanks = " " * max(1, width - first.cell_length - Content(held).cell_length - 1)
    attempt = f", attempt {reply.which} of {reply.of}" if reply.of > 1 else ""
    where = f"{reply.side}, turn {reply.number}{attempt}"
    step = f"{reply.scenario or ''} step {reply.step}" if reply.step is not None else ""
    gone = "" if reply.stands else "not in the context"
    about = ", ".join(signs.one_line(part) for part in (where, step, gone, reply.session) if part)
    second = f"  {fit(about, width - 4, ascii_only=signs.ascii_only)}"
    return Content.assemble(first, blanks, held, "\n", Content.styled(second, DIM))


def content(reply: Reply, said: Said, width: int, signs: Signs, *, whole: bool) -> Content:
    """Return what was asked, said and given; where `whole` is so, all that the model saw."""
    lines: list[Content] = []
    for message in said.asked()[:-1] if whole else ():
        lines += _part(_ROLES[message["role"]], message["content"], width, signs, DIM)
    kind = ", a correction" if reply.kind == "correction" else ""
    lines += _part(f"Asked{kind}", said.turn.prompt.text, width, signs)
    lines += _part("Said", said.attempt.text or _nothing(said), width, signs)
    if said.attempt.edited:
        lines += _part("Edited to", said.attempt.said, width, signs)
    return Content("\n").join([*lines, *_given(reply, signs), *_voted(said, signs)])


def _nothing(said: Said) -> str:
    """Return what stands in the place of an answer without a word."""
    came = said.session.imported
    unknown = came is not None and came.format == "article"
    return "(only its marks were published, not its words)" if unknown else "(nothing)"


def _part(head: str, text: str, width: int, signs: Signs, style: str = "") -> list[Content]:
    lines = [Content.styled(head, HEAD)]
    for line in signs.text(text.strip("\n")).splitlines():
        lines += [Content.styled(f"  {part}", style) for part in wrap(line, width) or [""]]
    return [*lines, Content("")]


def _given(reply: Reply, signs: Signs) -> list[Content]:
    rows = [
        (rating.by, _counted(rating.marks, signs), " (suggested)" if rating.taken_over else "")
        for rating in reply.ratings
    ]
    if len(rows) > 1:
        rows.append(("these count", _counted(reply.held, signs), ""))
    if reply.suggested is not None:
        why = f" ({', '.join(reply.kinds)})" if reply.kinds else ""
        rows.append(("the checker suggests", _counted(reply.suggested, signs), why))
    if not rows:
        return [Content.styled("Marks", HEAD), Content.styled("  nobody rated it yet", DIM)]
    names = [signs.one_line(who) for who, _, _ in rows]
    wide = max(Content(name).cell_length for name in names)
    lines = [Content.styled("Marks", HEAD)]
    for name, (_, given, more) in zip(names, rows, strict=True):
        blanks = " " * (wide - Content(name).cell_length)
        lines.append(Content(f"  {name}{blanks}  {given}{signs.text(more)}"))
    return lines


def _voted(said: Said, signs: Signs) -> list[Content]:
    """Return the votes that stand on a response: by whom, and how it fared against which model."""
    if not said.session.votes:
        return []
    standing, _ = ballots(said.session, Index(said.session))
    lines: list[Content] = []
    for ballot in standing:
        mine, other = ballot.left, ballot.right
        if said.side == "right":
            mine, other = other, mine
        if mine.key == said.key:
            by, model = (signs.one_line(name) for name in (ballot.by, other.attempt.profile))
            seen = "blind" if ballot.blind else "models were named"
            lines.append(Content(f"  {by}  {_verdict(ballot, said)} {model} ({seen})"))
    return [Content(""), Content.styled("Votes", HEAD), *lines] if lines else []


def _verdict(ballot: Ballot, said: Said) -> str:
    if ballot.verdict == "both-bad":
        return "bad, as is that of"
    if ballot.verdict == "tie":
        return "as good as that of"
    return f"{'better' if ballot.verdict == said.side else 'worse'} than that of"


def _counted(counts: Counts, signs: Signs) -> str:
    """Return marks, each as often as it was given."""
    given = [(mark, count) for mark, count in zip(MARKS, counts, strict=True) if count]
    return (
        "  ".join(
            signs.marks[mark] if count == 1 else f"{signs.marks[mark]} x{count}"
            for mark, count in given
        )
        or "none"
    )


class Listed(Sequence[Row]):
    """A row for each response, made when it is asked for."""

    def __init__(self, replies: Sequence[Reply], width: int, signs: Signs) -> None:
        self._replies, self._width, self._signs = replies, width, signs

    def __len__(self) -> int:
        return len(self._replies)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        reply = self._replies[at]
        held = Piece(marks(reply, self._signs), _MARKS, "" if reply.rated else DIM)
        room = self._width - _MARKS - 1
        return (held, gap(1), Piece(reply.prompt, room, "", Cell(""), outside=True))
