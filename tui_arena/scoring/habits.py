"""How models take corrections, how long they last, how quick they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui_arena.scoring.intervals import ratio
from tui_arena.scoring.lines import Line
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Cost, Habits, Median, Replies, Share
from tui_arena.scoring.shares import median, share, share_of
from tui_arena.scoring.tasks import Task, tasks

_MOST_CORRECTIONS = 5
"""Solved within more of them is not told: it takes more patience than people have."""


def habits(
    replies: Mapping[str, Sequence[Reply]], conversations: Sequence[Line]
) -> tuple[Habits, ...]:
    """Return a row for each model that has a mark; `replies` are by model.

    Sources: what it learns from corrections and holds against doubt, Z. Yang et al., Confidence
    v.s. Critique: A Decomposition of Self-Correction Capability for LLMs (2024); solved within k,
    X. Wang et al., MINT (ICLR 2024), whose turns are corrections here; K of N, E. Epstein et al.,
    MMMT-IF (2024), with a right answer in place of all instructions followed.
    """
    given: dict[str, list[Task]] = {model: [] for model in replies}
    for task in tasks(conversations):
        given[task.model].append(task)
    lasted: dict[str, list[_Lasted]] = {model: [] for model in replies}
    asked_again: dict[str, list[Replies]] = {model: [] for model in replies}
    for line in conversations:
        for model, one in _how_long(line):
            lasted[model].append(one)
        for model, attempts in _attempts(line):
            asked_again[model].append(attempts)
    worst = max((task.corrections for each in given.values() for task in each), default=0)
    most = min(worst, _MOST_CORRECTIONS)
    known = {reply.key: reply for each in replies.values() for reply in each}
    return tuple(
        _row(model, each, known, given[model], most, lasted[model], asked_again[model])
        for model, each in replies.items()
        if any(reply.rated for reply in each)
    )


_Lasted = tuple[int, bool, Replies]
"""Turns before the first garbage, whether there was none, and the answers of all turns."""


def _row(
    model: str,
    replies: Sequence[Reply],
    known: Mapping[bytes, Reply],
    given: Sequence[Task],
    most: int,
    lasted: Sequence[_Lasted],
    asked_again: Sequence[Replies],
) -> Habits:
    corrections = [reply for reply in replies if reply.kind == "correction"]
    mended = [reply for reply in replies if reply.count("fixed")]
    attempts, reliable = _reliable(asked_again)
    conversations = tuple(reply for *_, each in lasted for reply in each)
    behind = _behind(given)
    return Habits(
        model=model,
        fixed=share_of(corrections, lambda reply: reply.count("fixed") > 0),
        side_effects=share_of(mended, _with_a_new_fault),
        recurring=share_of(replies, lambda reply: reply.count("recurring") > 0),
        confidence=_after(corrections, known, lambda was: was.right),
        critique=_after(corrections, known, lambda was: not was.right),
        solved=_solved(given, most, behind),
        reliable=reliable,
        attempts=attempts,
        survived=median([turns for turns, *_ in lasted], conversations),
        unscathed=share(sum(whole for _, whole, _ in lasted), len(lasted), conversations),
        nudges=_for_each_solved(given, lambda task: task.corrections, behind),
        tokens=_spent(given),
        first_token=_first_tokens(replies),
        speed=_speeds(replies),
    )


def _with_a_new_fault(reply: Reply) -> bool:
    return any(reply.count(mark) for mark in ("mistake", "garbage", "many"))


def _after(
    corrections: Iterable[Reply], known: Mapping[bytes, Reply], held: Callable[[Reply], bool]
) -> Share:
    """Return how many answers are right, of those to corrections of rated answers of its own."""
    found = []
    for reply in corrections:
        was = known.get(reply.corrects) if reply.corrects is not None else None
        if was is not None and was.rated and was.model == reply.model and held(was):
            found.append(reply)
    return share_of(found, lambda reply: reply.right)


def _behind(given: Iterable[Task]) -> Replies:
    return tuple(reply for task in given for reply in task.replies)


def _solved(given: Sequence[Task], most: int, behind: Replies) -> tuple[Share, ...]:
    within = [task.solved for task in given]
    return tuple(
        share(sum(n is not None and n <= k for n in within), len(within), behind)
        for k in range(most + 1)
    )


def _for_each_solved(given: Sequence[Task], spent: Callable[[Task], int], behind: Replies) -> Cost:
    costs = [spent(task) for task in given]
    solved = [task.solved is not None for task in given]
    of = sum(solved)
    return Cost(sum(costs) / of if of else None, of, ratio(costs, solved), behind)


def _spent(given: Iterable[Task]) -> Cost:
    known = [task for task in given if _tokens(task) is not None]
    return _for_each_solved(known, lambda task: _tokens(task) or 0, _behind(known))


def _tokens(task: Task) -> int | None:
    """Return how many tokens all answers of a task have; None where that is not known of each."""
    known = [reply.tokens for reply in task.replies if reply.tokens is not None]
    return sum(known) if len(known) == len(task.replies) else None


def _how_long(line: Line) -> Iterable[tuple[str, _Lasted]]:
    """Yield for each model of a conversation of two turns or more how long it lasted."""
    chosen = [asked.chosen for asked in line.turns if asked.chosen is not None]
    if len(chosen) < 2:
        return
    for model in dict.fromkeys(reply.model for reply in chosen):
        mine = [reply for reply in chosen if reply.model == model]
        if any(reply.rated for reply in mine):
            first = next((n for n, reply in enumerate(mine) if reply.severity == 2), None)
            lasted = len(mine) if first is None else first
            yield model, (lasted, first is None, tuple(mine))


def _attempts(line: Line) -> Iterable[tuple[str, Replies]]:
    """Yield for each prompt that a model was asked several times its answers that are rated."""
    for asked in line.turns:
        for model, attempts in asked.by_model():
            rated = tuple(reply for reply in attempts if reply.rated)
            if len(rated) > 1:
                yield model, rated


def _reliable(asked_again: Sequence[Replies]) -> tuple[int, tuple[Share, ...]]:
    """Return the number of answers that most prompts have, and how many of these were right."""
    if not asked_again:
        return 0, ()
    sizes = Counter(map(len, asked_again))
    n = max(sizes, key=lambda of: (sizes[of], of))
    prompts = [attempts for attempts in asked_again if len(attempts) == n]
    right = [sum(reply.right for reply in attempts) for attempts in prompts]
    behind = tuple(reply for attempts in prompts for reply in attempts)
    return n, tuple(
        share(sum(hits >= k for hits in right), len(right), behind) for k in range(1, n + 1)
    )


def _first_tokens(replies: Iterable[Reply]) -> Median:
    timed = tuple(reply for reply in replies if reply.first_token is not None)
    return median([reply.first_token or 0 for reply in timed], timed)


def _speeds(replies: Iterable[Reply]) -> Median:
    found, behind = [], []
    for reply in replies:
        if reply.tokens is None or reply.first_token is None or reply.total is None:
            continue
        if reply.tokens > 1 and reply.total > reply.first_token:
            passed = reply.total - reply.first_token
            found.append(1000 * (reply.tokens - 1) / passed)
            behind.append(reply)
    return median(found, tuple(behind))
