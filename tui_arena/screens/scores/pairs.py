"""Models held against each other: prompt by prompt, and as a ladder of who beat whom."""

from __future__ import annotations

from tui_arena.scoring.joined import Joined
from tui_arena.scoring.results import Flip, Ladder, Paired, Scores, Share, Strength
from tui_arena.screens.scores.words import (
    BLANK,
    DIM,
    HEAD,
    bar,
    gap,
    marks,
    number,
    prose,
    ranks,
    share_bar,
    share_says,
    so_many,
    title,
    widest,
)
from tui_arena.widgets.sheet import Cell, Piece, Row
from tui_arena.widgets.signs import Signs

_MOST_BAR = 50
_SURE = 0.05
"""Below it chance alone rarely divides prompts so unequally."""
_MOST_FLIPS = 30
"""Prompts that are listed of each pair."""


def pairs(scores: Scores, width: int, signs: Signs) -> list[Row]:
    """Return the pairs of models and the ladder."""
    rows = _ladder(scores.ladder, width, signs)
    if len(scores.paired) > 1:
        expected = max(1, round(_SURE * len(scores.paired)))
        rows += [BLANK] if rows else []
        rows += prose(
            f"Of {len(scores.paired)} pairs of models about {expected} will have p below {_SURE} "
            "by chance alone; those that differ most come first.",
            width,
        )
    for pair in sorted(scores.paired, key=lambda pair: pair.p):  # what differs most comes first
        rows += [BLANK, *_pair(pair, width, signs)] if rows else _pair(pair, width, signs)
    return rows


def _pair(pair: Paired, width: int, signs: Signs) -> list[Row]:
    first, second = _names(pair)
    name = widest([first, second], width // 3, signs)
    head = f"{first} and {second}: {so_many(pair.prompts, 'prompt')} that both answered"
    rows: list[Row] = [
        (Piece(head, width, HEAD, Cell(head, pair.behind), outside=True),),
        _right(first, pair.first_right, name, width, signs),
        _right(second, pair.second_right, name, width, signs),
    ]  # fmt: skip
    sure = pair.p < _SURE
    verdict = "seldom so by chance alone" if sure else "this does not tell them apart"
    says = (
        f"Sign test: {first} is better at {so_many(pair.first_better, 'prompt')}, {second} at "
        f"{pair.second_better}; chance alone divides them so unequally in {100 * pair.p:.1f} %"
    )
    better = [
        Cell(f"{name} is better at {so_many(count, 'prompt')}", behind)
        for name, count, behind in (
            (first, pair.first_better, pair.behind_first),
            (second, pair.second_better, pair.behind_second),
        )
    ]
    apart = Cell(says, Joined((pair.behind_first, pair.behind_second)))
    rows.append(
        (
            Piece("  better at "),
            Piece(f"{pair.first_better}", cell=better[0]),
            Piece(" : "),
            Piece(f"{pair.second_better}", cell=better[1]),
            gap(3),
            Piece(f"p = {pair.p:.3f}", style="bold" if sure else "", cell=apart),
            Piece(f"   {verdict}", style=DIM),
        )
    )
    for flips, right, wrong in ((pair.lost, first, second), (pair.won, second, first)):
        if flips:
            rows.append((gap(2), Piece(f"right by {right} alone", width - 2, DIM, outside=True)))
            rows += [_flip(flip, right, wrong, width, signs) for flip in flips[:_MOST_FLIPS]]
        if more := flips[_MOST_FLIPS:]:
            text = f"and {len(more)} more"
            behind = tuple(reply for flip in more for reply in (*flip.right, *flip.wrong))
            rows.append((gap(4), Piece(text, style=DIM, cell=Cell(text, behind))))
    return rows


def _names(pair: Paired) -> tuple[str, str]:
    return (pair.first, f"{pair.second}, asked again") if pair.again else (pair.first, pair.second)


def _right(called: str, share: Share, name: int, width: int, signs: Signs) -> Row:
    room = min(_MOST_BAR, width - name - 2 - 9 - 7 - 1)
    says = f"{called}: answers without a fault: {share_says(share)}"
    return (
        gap(2),
        Piece(called, name, "", Cell(says, share.behind), outside=True),
        Piece(f"{share.hits}/{share.of}", 9, right=True),
        Piece(number(share.value), 7, right=True),
        gap(1),
        *share_bar(share, room, signs),
    )


def _flip(flip: Flip, right: str, wrong: str, width: int, signs: Signs) -> Row:
    behind = (*flip.right, *flip.wrong)
    says = f"{right} is right, {wrong} is wrong: {flip.prompt[:200]}"
    given: list[Piece] = []
    for reply in behind[:4]:
        given += [gap(2), Piece(marks(reply, signs), cell=Cell(says, (reply,)))]
    room = width - 4 - 26
    return (gap(4), Piece(flip.prompt, room, "", Cell(says, behind), outside=True), *given)


def _ladder(ladder: Ladder, width: int, signs: Signs) -> list[Row]:
    head = title("Ladder", Piece("  who beats whom, on the scale of chess", style=DIM))
    if ladder.refused:
        rows = [head, *prose(ladder.refused, width)]
        return [*rows, _battles(ladder)] if ladder.sessions else rows
    if not ladder.strengths:
        return []
    ends = [end for each in ladder.strengths for end in each.interval]
    low, high = min(*ends, 1000.0), max(*ends, 1001.0)
    name = widest([each.model for each in ladder.strengths], width // 3, signs)
    rows = [head]
    rows += [_strength(each, (low, high), name, width, signs) for each in ladder.strengths]
    says = "400 more are ten times the odds; whiskers are where strengths lie (95 %)."
    return [*rows, _battles(ladder), BLANK, *prose(says, width)]


def _battles(ladder: Ladder) -> Row:
    """Return by what battles were decided."""
    pieces = [gap(2)]
    for count, what, behind in (
        (ladder.votes, "by blind votes", ladder.behind_votes),
        (ladder.marks, "by marks", ladder.behind_marks),
        (ladder.ties, "tie" if ladder.ties == 1 else "ties", ladder.behind_ties),
    ):
        cell = Cell(f"Battles: {count:,} {what}, in {so_many(ladder.sessions, 'session')}", behind)
        pieces += [Piece(f"{count:,} {what}", style=DIM, cell=cell), gap(3)]
    return tuple(pieces)


def _strength(
    each: Strength, axis: tuple[float, float], name: int, width: int, signs: Signs
) -> Row:
    low, high = (f"{end:.0f}" for end in each.interval)
    says = (
        f"{each.model}: strength {each.strength:.0f}, between {low} and {high} (95 %); rank "
        f"{ranks(each.rank_range)}; {so_many(each.battles, 'battle')}"
    )
    room = min(_MOST_BAR, width - 5 - name - 7 - 1 - 7)
    return (
        Piece(f"#{each.rank}", 4, "bold", right=True),
        gap(1),
        Piece(each.model, name, "", Cell(says, each.behind), outside=True),
        Piece(f"{each.strength:.0f}", 7, right=True),
        gap(1),
        *bar(each.strength, each.interval, axis, room, signs),
        Piece(ranks(each.rank_range), 7, right=True),
    )
