"""All of it put together: from replies to every table and figure."""

from __future__ import annotations

from collections.abc import Iterator

from tui_arena.scoring.battles import ladder
from tui_arena.scoring.fixing import fixing
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.habits import habits
from tui_arena.scoring.intervals import SEED
from tui_arena.scoring.lines import lines
from tui_arena.scoring.paired import paired
from tui_arena.scoring.raters import agreement, checked
from tui_arena.scoring.ratings import CHECKER
from tui_arena.scoring.recap import recap
from tui_arena.scoring.reliability import reliability
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Replies, Scores, Weights
from tui_arena.scoring.side_by_side import dialogs


def score(found: Gathered, weights: Weights | None = None, seed: int = SEED) -> Scores:
    """Return what the replies tell; the same ones, weights and seed tell the same again."""
    weights = weights or Weights()
    conversations = lines((*found.replies, *found.others))
    asked_for = found.wanted.model
    by_model = found.of_model()
    disputed = _disputed(found)
    return Scores(
        files=len(found.files) + found.passed_over + len(found.problems),
        sessions=len(found.files),
        replies=len(found.replies),
        rated=sum(reply.rated for reply in found.replies),
        raters=tuple(found.raters.most_common()),
        counted=_counted(found),
        disputed=len(disputed),
        behind_disputed=disputed,
        behind_raters=_by_rater(found),
        problems=tuple(found.problems),
        notes=(*found.notes, *_notes(found)),
        weights=weights,
        reliability=tuple(row for row in reliability(conversations) if asked_for(row.model)),
        dialogs=dialogs(conversations, found.titles, asked_for),
        fixing=tuple(row for row in fixing(conversations) if asked_for(row.model)),
        recap=recap(by_model, weights, seed),
        habits=tuple(
            row
            for row in habits(found.of_model(others=True), conversations)
            if asked_for(row.model)
        ),
        paired=paired(found),
        ladder=ladder(found, seed),
        agreement=agreement(found, seed),
        checked=checked(found, seed),
    )


def _notes(found: Gathered) -> Iterator[str]:
    """Yield what one should know before one looks for it in the tables."""
    if found.replies and not any(reply.rated for reply in found.replies):
        yield "No answer is rated: `tui-arena rate` walks through them."


def _counted(found: Gathered) -> tuple[str, ...]:
    wanted = found.wanted
    known = [name for name, _ in found.raters.most_common() if wanted.rater(name)]
    asked = [CHECKER] if CHECKER in wanted.raters and CHECKER not in known else []
    return (*known, *asked)


def _disputed(found: Gathered) -> Replies:
    """Return the answers on whose marks the raters differ who count."""
    return tuple(
        reply
        for reply in found.replies
        if len({rating.marks for rating in reply.ratings if found.wanted.rater(rating.by)}) > 1
    )


def _by_rater(found: Gathered) -> dict[str, Replies]:
    rated: dict[str, list[Reply]] = {}
    for reply in found.replies:
        for rating in reply.ratings:
            rated.setdefault(rating.by, []).append(reply)
    return {name: tuple(replies) for name, replies in rated.items()}
