"""Which share of the votes a model wins, by type of question.

Types are the categories that an import brings, else groups of questions that say alike. A question
counts once, however many voted on it and against however many models: these are not independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np

from tui_arena.errors import ArenaError
from tui_arena.patterns.contests import Contest, Contests
from tui_arena.patterns.embed import Embedder, Tell
from tui_arena.patterns.grouping import NONE, group
from tui_arena.patterns.labels import label_groups
from tui_arena.patterns.words import listed
from tui_arena.scoring.exact_sign import sign_test
from tui_arena.scoring.intervals import wilson
from tui_arena.session import Verdict

OTHER = "other"
"""What is in no type, or in one that is too small."""

LEAST = 10
"""Fewer questions make no type of their own."""

_SHUFFLES = 9_999

Basis = Literal["categories", "groups", "both", "none"]


class TypeShare(msgspec.Struct, frozen=True, kw_only=True):
    """How the first model fares on one type of question."""

    type: str
    questions: int
    """How many were voted on: `won`, `lost`, `ties` and `both_bad` together."""
    votes: int
    won: int
    lost: int
    ties: int
    both_bad: int
    share: float | None
    """What was won of what was won or lost, 0 to 1; None where neither was."""
    low: float
    high: float
    """The 95 % interval of the share (Wilson)."""
    p: float
    """Of the sign test: to win so much more or less than half by chance."""
    q: float | None = None
    """The same, for a look at all types (Benjamini & Hochberg 1995); None where it is no type."""
    items: list[str] = []
    """What its questions are recognised by, see `Contest.item`."""


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """Which of two models wins, by type of question."""

    first: str
    second: str
    """The other model; empty where it is all others."""
    basis: Basis
    """What types are."""
    votes: int
    blind: int
    raters: int
    total: TypeShare
    types: list[TypeShare]
    """The biggest first, and `OTHER` last, if there is any."""
    differs: float | None
    """How probable it is that shares differ so much from type to type by chance; None where there
    are no two types to compare."""
    notes: list[str]
    """What must be known before any number is believed, in sentences."""


def questions(
    contests: Contests,
    *,
    embedder: Embedder,
    tell: Tell,
    seed: int = 0,
    models: Sequence[str] = (),
) -> Questions:
    """Return the shares that a model wins; the same for the same input and seed.

    Of two `models` the first is held against the second, one is held against all others; where none
    is named, these are the two with the most votes between them. Raises `ArenaError` where there is
    no vote.
    """
    first, second = _pair(contests, models)
    types, basis = _types(contests.found, embedder, tell, seed=seed)
    chosen = [each for each in contests.found if _between(each, first, second)]
    outcomes = _outcomes(chosen, first)
    named = Counter(types[item] for item in outcomes)
    small = {name for name, count in named.items() if count < LEAST} - {OTHER}
    rows: dict[str, list[tuple[Verdict, int]]] = {}
    items: dict[str, list[str]] = {}
    for item, outcome in outcomes.items():
        name = OTHER if types[item] in small else types[item]
        rows.setdefault(name, []).append(outcome)
        items.setdefault(name, []).append(item)
    shares = [_share(name, rows[name], items[name]) for name in rows if name != OTHER]
    shares = _corrected(sorted(shares, key=lambda share: (-share.questions, share.type)))
    shares += [_share(OTHER, rows[OTHER], items[OTHER])] if OTHER in rows else []
    return Questions(
        first=first,
        second=second,
        basis=basis if any(share.type != OTHER for share in shares) else "none",
        votes=len(chosen),
        blind=sum(each.blind for each in chosen),
        raters=len({each.by for each in chosen}),
        total=_share("all", list(outcomes.values()), list(outcomes)),
        types=shares,
        differs=_differs(shares, seed=seed),
        notes=_notes(contests, shares, len(small)),
    )


def _pair(contests: Contests, models: Sequence[str]) -> tuple[str, str]:
    if not contests.found:
        seen = f" ({contests.seen:,} not given blind)" if contests.seen else ""
        raise ArenaError(
            f"There is no vote to count{seen}: import battles, or vote blind in the arena."
        )
    between = Counter(
        (min(each.left, each.right), max(each.left, each.right)) for each in contests.found
    )
    if not models:
        most = max(between.values())
        return min(pair for pair, count in between.items() if count == most)
    first, second = models[0], models[1] if len(models) > 1 else ""
    if not any(_between(each, first, second) for each in contests.found):
        known = listed(sorted({name for pair in between for name in pair}))
        against = f"{first} and {second}" if second else first
        raise ArenaError(f"There is no vote on {against}; there are votes on {known}.")
    return first, second


def _between(contest: Contest, first: str, second: str) -> bool:
    pair = {contest.left, contest.right}
    return pair == {first, second} if second else first in pair


def _types(
    found: Sequence[Contest], embedder: Embedder, tell: Tell, *, seed: int
) -> tuple[Mapping[str, str], Basis]:
    """Return the type of each item: its category, else the label of its group of questions."""
    types = {each.item: each.category for each in found if each.category}
    rest = {each.question: each.item for each in found if each.item not in types}
    texts = list(rest)
    grouped = False
    if texts:
        points = embedder.prompts(texts, tell)
        tell("Grouping the questions", None)
        groups = group(points, seed=seed)
        names = _apart(label_groups(texts, groups), {OTHER, *types.values()})
        of = {
            text: OTHER if at == NONE else names[at] for text, at in zip(texts, groups, strict=True)
        }
        types |= {item: of[text] for text, item in rest.items()}
        grouped = bool((groups != NONE).any())
    kept = len(texts) < len({each.question for each in found})
    basis: Basis = "both" if kept and grouped else "categories" if kept else "groups"
    return types, basis if kept or grouped else "none"


def _apart(labels: Sequence[str], taken: set[str]) -> list[str]:
    """Return a name for each label, no two of them the same."""
    names: list[str] = []
    for number, label in enumerate(labels, 1):
        name = label or f"group {number}"
        names.append(f"{name} ({number})" if name in taken else name)
        taken = taken | {names[-1]}
    return names


def _outcomes(chosen: Sequence[Contest], first: str) -> dict[str, tuple[Verdict, int]]:
    """Return what most votes say of each item, and how many votes there are.

    `left` is a win of the first model. Where more than half call neither one better, or as many the
    one as the other, it is a tie, or both are bad where more votes say so than call it a tie.
    """
    votes: dict[str, Counter[Verdict]] = {}
    for each in chosen:
        ours = each.left == first
        verdict = each.verdict
        if not ours and verdict in ("left", "right"):
            verdict = "right" if verdict == "left" else "left"
        votes.setdefault(each.item, Counter())[verdict] += 1
    return {item: (_most(counts), counts.total()) for item, counts in votes.items()}


def _most(counts: Counter[Verdict]) -> Verdict:
    better = counts["left"] + counts["right"]
    if counts["left"] != counts["right"] and 2 * better >= counts.total():
        return "left" if counts["left"] > counts["right"] else "right"
    return "both-bad" if counts["both-bad"] > counts["tie"] else "tie"


def _share(type: str, outcomes: Sequence[tuple[Verdict, int]], items: Sequence[str]) -> TypeShare:
    counts = Counter(verdict for verdict, _ in outcomes)
    won, lost = counts["left"], counts["right"]
    low, high = wilson(won, won + lost)
    return TypeShare(
        type=type,
        questions=len(outcomes),
        votes=sum(votes for _, votes in outcomes),
        won=won,
        lost=lost,
        ties=counts["tie"],
        both_bad=counts["both-bad"],
        share=won / (won + lost) if won + lost else None,
        low=low,
        high=high,
        p=sign_test(won, lost),
        items=[*items],
    )


def _corrected(shares: Sequence[TypeShare]) -> list[TypeShare]:
    from scipy.stats import false_discovery_control

    if not shares:
        return []
    adjusted = false_discovery_control([share.p for share in shares])
    return [
        msgspec.structs.replace(share, q=float(q))
        for share, q in zip(shares, adjusted, strict=True)
    ]


def _differs(shares: Sequence[TypeShare], *, seed: int) -> float | None:
    """Return the p-value of a chi-square test of wins by type, by shuffling wins over the types."""
    decided = np.array([share.won + share.lost for share in shares], dtype=np.int64)
    won = np.array([share.won for share in shares], dtype=np.int64)[decided > 0]
    decided = decided[decided > 0]
    if len(decided) < 2 or not 0 < won.sum() < decided.sum():
        return None
    expected = decided * (won.sum() / decided.sum())

    def apart(wins: np.ndarray) -> np.ndarray:
        distance: np.ndarray = ((wins - expected) ** 2 / decided).sum(axis=-1)
        return distance

    drawn = np.random.default_rng(seed).multivariate_hypergeometric(
        decided, int(won.sum()), size=_SHUFFLES, method="marginals"
    )
    as_far = int((apart(drawn) >= apart(won) * (1 - 1e-9)).sum())
    return (1 + as_far) / (1 + _SHUFFLES)


def _notes(contests: Contests, shares: Sequence[TypeShare], small: int) -> list[str]:
    notes = []
    if contests.seen:
        one = contests.seen == 1
        notes.append(
            f"{contests.seen:,} vote{' was' if one else 's were'} not given blind and "
            f"count{'s' if one else ''} nowhere."
        )
    if all(share.type == OTHER for share in shares):
        notes.append("There are too few questions that are alike to tell types of them apart.")
    elif small:
        notes.append(
            f"{small:,} type{'s' * (small != 1)} of fewer than {LEAST} questions "
            f"{'is' if small == 1 else 'are'} counted as “{OTHER}”."
        )
    return notes
