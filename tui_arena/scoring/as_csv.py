"""Every figure as CSV: one row each, whatever table it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain

from tui_arena.exchange.table import line
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import (
    Checked,
    Habits,
    Interval,
    Median,
    Recap,
    Scores,
    Share,
    WithTakenOver,
)
from tui_arena.session import MARKS

COLUMNS = (
    *("table", "model", "other_model", "scenario", "session", "side", "turn", "prompt"),
    *("figure", "value", "hits", "n", "low", "high"),
)
"""What a row is about, then the figure: a share has hits, n, and the ends of its interval."""

_SEVERITIES = ("right", "mistake", "garbage")
_Row = dict[str, object]


def write(scores: Scores) -> Iterator[bytes]:
    """Yield a header and a row for each figure, in UTF-8; what does not apply is empty."""
    yield line(COLUMNS)
    tables = (_weights, _reliability, _dialogs, _fixing, _recap, _habits, _paired, _ladder, _raters)
    for row in chain.from_iterable(table(scores) for table in tables):
        yield line(row.get(column) for column in COLUMNS)


def _weights(scores: Scores) -> Iterator[_Row]:
    for symbol, weight in asdict(scores.weights).items():
        yield {"table": "weights", "figure": symbol, "value": weight}


def _reliability(scores: Scores) -> Iterator[_Row]:
    for row in scores.reliability:
        about = {"model": row.model, "scenario": row.scenario, "prompt": row.prompt}
        yield {"table": "reliability", **about, "figure": "right", **_share(row.right)}


def _dialogs(scores: Scores) -> Iterator[_Row]:
    for dialog in scores.dialogs:
        for reply in chain.from_iterable((row.left, row.right) for row in dialog.rows):
            if reply is not None:
                yield from _marks(reply)


def _marks(reply: Reply) -> Iterator[_Row]:
    about = {
        "table": "dialog",
        "model": reply.model,
        "scenario": reply.scenario,
        "session": reply.session,
        "side": reply.side,
        "turn": reply.number,
        "prompt": reply.prompt,
    }
    if not reply.rated:
        yield {**about, "figure": "unrated", "value": 1}
    for mark, count in zip(MARKS, reply.held, strict=True):
        if count:
            yield {**about, "figure": mark, "value": count}


def _fixing(scores: Scores) -> Iterator[_Row]:
    for row in scores.fixing:
        about = {"table": "fixing", "model": row.model, "figure": "fixed"}
        for kind in row.kinds:
            yield {**about, "prompt": kind.correction, **_share(kind.fixed)}
        yield {**about, **_share(row.fixed)}


def _recap(scores: Scores) -> Iterator[_Row]:
    for row in scores.recap:
        for figure in _of_recap(row):
            yield {"table": "recap", "model": row.model, **figure}


def _of_recap(row: Recap) -> Iterator[_Row]:
    found = row.symbols
    yield _figure("rank", row.rank, row.rank_range)
    yield {**_figure("score", row.score, row.interval), "n": found.n}
    for name in ("ok", "fixed", "mistake", "garbage"):
        yield _figure(name, getattr(found, name))
    yield _figure("points", row.points)
    yield _figure("best", row.best)
    yield _figure("unrated", row.unrated)


def _habits(scores: Scores) -> Iterator[_Row]:
    for row in scores.habits:
        for figure in _of_habits(row):
            yield {"table": "habits", "model": row.model, **figure}


def _of_habits(row: Habits) -> Iterator[_Row]:
    for name in ("fixed", "side_effects", "recurring", "confidence", "critique", "unscathed"):
        yield {"figure": name, **_share(getattr(row, name))}
    for k, share in enumerate(row.solved):
        yield {"figure": f"solved_within_{k}", **_share(share)}
    for k, share in enumerate(row.reliable, 1):
        yield {"figure": f"right_{k}_of_{row.attempts}", **_share(share)}
    yield {"figure": "turns_before_garbage", **_median(row.survived)}
    for name, cost in (("corrections", row.nudges), ("tokens", row.tokens)):
        figure = _figure(f"{name}_for_each_solved", cost.value, cost.interval)
        yield {**figure, "n": cost.of}
    yield {"figure": "first_token_ms", **_median(row.first_token)}
    yield {"figure": "tokens_per_second", **_median(row.speed)}


def _paired(scores: Scores) -> Iterator[_Row]:
    for row in scores.paired:
        about = {
            "table": "rerun" if row.again else "paired",
            "model": row.first,
            "other_model": row.second,
        }
        yield {**about, "figure": "right", **_share(row.first_right)}
        yield {**about, "figure": "other_right", **_share(row.second_right)}
        yield {**about, **_figure("better", row.first_better), "n": row.prompts}
        yield {**about, **_figure("other_better", row.second_better), "n": row.prompts}
        yield {**about, **_figure("only_right", len(row.lost)), "n": row.prompts}
        yield {**about, **_figure("other_only_right", len(row.won)), "n": row.prompts}
        yield {**about, **_figure("p", row.p), "n": row.prompts}


def _ladder(scores: Scores) -> Iterator[_Row]:
    for row in scores.ladder.strengths:
        about = {"table": "bradley_terry", "model": row.model, "n": row.battles}
        yield {**about, **_figure("strength", row.strength, row.interval)}
        yield {**about, **_figure("rank", row.rank, row.rank_range)}


def _raters(scores: Scores) -> Iterator[_Row]:
    for row in scores.agreement:
        figure = _figure(f"alpha_{row.about}", row.alpha, row.interval)
        yield {"table": "agreement", **figure, "n": row.replies}
    found = scores.checked
    if found is not None:
        yield from _checked(found, found.replies - found.taken_over, "")
        if found.with_taken_over is not None:
            yield from _checked(found.with_taken_over, found.replies, "_with_taken_over")


def _checked(found: Checked | WithTakenOver, n: int, end: str) -> Iterator[_Row]:
    reaches = found.kappa_intervals or (None,) * len(found.kappa)
    for (about, kappa), reach in zip(found.kappa, reaches, strict=True):
        yield {"table": "checker", **_figure(f"kappa_{about}{end}", kappa, reach), "n": n}
    for suggested, row in zip(_SEVERITIES, found.confusion, strict=True):
        for given, count in zip(_SEVERITIES, row, strict=True):
            figure = _figure(f"suggested_{suggested}_given_{given}{end}", count)
            yield {"table": "checker", **figure, "n": n}


def _figure(
    name: str, value: float | None, reach: Interval | tuple[int, int] | None = None
) -> _Row:
    low, high = reach if reach is not None else (None, None)
    return {"figure": name, "value": value, "low": low, "high": high}


def _share(share: Share) -> _Row:
    low, high = share.interval
    return {"value": share.value, "hits": share.hits, "n": share.of, "low": low, "high": high}


def _median(median: Median) -> _Row:
    low, high = median.quarters if median.of else (None, None)
    return {"value": median.value, "n": median.of, "low": low, "high": high}
