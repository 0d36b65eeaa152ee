"""From judged responses to patterns: every step in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_arena.errors import ArenaError
from tui_arena.patterns.cases import Cases, Flags, Response, gather_cases
from tui_arena.patterns.embed import Embedder, Points, Tell
from tui_arena.patterns.found import Clustering, Difference, ModelFailures, Patterns
from tui_arena.patterns.hot_spots import hot_spots_together
from tui_arena.patterns.joins import join_count
from tui_arena.patterns.neighbours import Graph, nearest, neighbours_of
from tui_arena.patterns.power import ENOUGH, power
from tui_arena.patterns.regions import compare, described, split
from tui_arena.patterns.showing import error_groups_shown, map_shown, regions_shown
from tui_arena.patterns.words import listed


class _Question(NamedTuple):
    """What hot spots are looked for."""

    marked: Flags
    among: Flags
    """The prompts that it is about."""


@dataclass
class Ground:
    """The prompts as points, and the graphs of those that models were asked."""

    cases: Cases
    points: Points
    seed: int
    tell: Tell
    _graphs: dict[bytes, Graph] = field(default_factory=dict)

    def graph(self, among: Flags) -> Graph:
        """Return the graph of some of the prompts, made once; its numbers count only these."""
        found = self._graphs.get(among.tobytes())
        if found is None:
            points = self.points[among]
            found = nearest(points, neighbours_of(len(points)), self.tell)
            self._graphs[among.tobytes()] = found
        return found

    @property
    def whole(self) -> Graph:
        """The graph of all prompts."""
        return self.graph(np.ones(len(self.points), dtype=np.bool_))

    def hot(self, questions: Sequence[_Question]) -> list[Flags | None]:
        """Return which prompts are hot spots of what each question marks.

        None where it is about too few. All questions are one family of tests.
        """
        tested = [each for each in questions if each.among.sum() >= ENOUGH]
        found = iter(hot_spots_together([(self.graph(q.among), q.marked[q.among]) for q in tested]))
        flags: list[Flags | None] = []
        for question in questions:
            if question.among.sum() < ENOUGH:
                flags.append(None)
                continue
            hot = np.zeros(len(question.among), dtype=np.bool_)
            hot[np.flatnonzero(question.among)[next(found).core]] = True
            flags.append(hot)
        return flags


@dataclass(frozen=True)
class Analysis:
    """What was found, with the arrays that it was found in."""

    patterns: Patterns
    cases: Cases
    points: Points
    graph: Graph
    regions: NDArray[np.int64]
    """The region of each prompt, in the order of `patterns.regions`."""
    hot: Flags


def find_patterns(
    responses: Sequence[Response],
    *,
    embedder: Embedder,
    tell: Tell,
    seed: int = 0,
    models: Sequence[str] = (),
) -> Analysis:
    """Look for hot spots, regions and groups of errors; the same for the same input and seed.

    `models` names those to look at, and the first two are compared; where none is named, these are
    the two with the most prompts in common. Raises `ArenaError` where nothing is judged, or a model
    that is named gave no judged response.
    """
    models = tuple(dict.fromkeys(models))
    if models:
        _refuse_unknown(models, {each.model for each in responses})
        responses = [each for each in responses if each.model in set(models)]
    cases = gather_cases(responses)
    columns = [cases.number(model) for model in models] or list(range(len(cases.models)))
    ground = Ground(cases, embedder.prompts(cases.prompts, tell), seed, tell)
    pair = tuple(columns[:2]) if models else _most_in_common(cases)
    tell("Looking for hot spots", None)
    spots = ground.hot(
        [
            *(each for column in columns for each in _of_model(cases, column)),
            *(_of_pair(cases, pair) if len(pair) == 2 else ()),
        ]
    )
    hot = np.zeros(len(cases.prompts), dtype=np.bool_)
    for each in spots:
        if each is not None:
            hot |= each
    failures = [
        _failures(ground, column, *spots[2 * n : 2 * n + 2]) for n, column in enumerate(columns)
    ]
    apart = spots[2 * len(columns) :]
    difference = _difference(ground, pair, apart) if len(pair) == 2 else None
    failed = cases.failed(columns)
    tested = bool((cases.asked[:, columns].sum(axis=0) >= ENOUGH).any())
    graph = ground.whole
    if tested:
        regions = split(np.flatnonzero(hot), graph, ground.points, seed=seed)
    else:
        regions = described(failed, ground.points, seed=seed)
    wrong = [each for each in responses if each.wrong]
    known = [each for each in wrong if each.text is not None]
    groups, some, alone = error_groups_shown(known, embedder, tell, seed=seed)
    strength = power(graph, ground.points, seed=seed)
    patterns = Patterns(
        notes=[
            *_notes(cases, columns, strength, tested=tested, hot=int(hot.sum()), wrong=len(wrong)),
            *_without_words(len(wrong) - len(known)),
        ],
        descriptive=not tested,
        responses=sum(not each.corrects for each in responses),
        unjudged=cases.unjudged,
        corrections=sum(each.corrects for each in responses),
        prompts=len(cases.prompts),
        embedder=embedder.name,
        seed=seed,
        neighbours=graph.degree,
        power=strength,
        models=failures,
        difference=difference,
        regions=regions_shown(cases, regions, hot, pair, graph),
        groups=groups,
        ungrouped=some,
        ungrouped_total=alone,
        points=map_shown(cases, ground.points, regions, hot, seed=seed),
    )
    return Analysis(patterns, cases, ground.points, graph, regions, hot)


def _refuse_unknown(models: Sequence[str], known: set[str]) -> None:
    for model in models:
        if model not in known:
            there = listed(sorted(known)) or "no model"
            raise ArenaError(f"There is no response from {model}; there are those of {there}.")


def _of_model(cases: Cases, column: int) -> tuple[_Question, _Question]:
    """Ask where a model fails, and where severely."""
    asked = cases.asked[:, column]
    return (
        _Question(cases.hard[:, column], asked),
        _Question(cases.hard_severely[:, column], asked),
    )


def _of_pair(cases: Cases, pair: Sequence[int]) -> tuple[_Question, ...]:
    """Ask where the one alone fails, where the other alone, and where both do."""
    one, other = pair
    asked = cases.asked[:, one] & cases.asked[:, other]
    first, second = cases.hard[:, one], cases.hard[:, other]
    marked = (first & ~second, second & ~first, first & second)
    return tuple(_Question(each & asked, asked) for each in marked)


def _failures(
    ground: Ground, column: int, own: Flags | None, severe: Flags | None
) -> ModelFailures:
    """Say how a model fares; `own` and `severe` are its hot spots."""
    cases = ground.cases
    asked, hard = cases.asked[:, column], cases.hard[:, column]
    severely = cases.hard_severely[:, column]
    clustering = None
    if own is not None and 1 < hard.sum() < asked.sum():
        found = join_count(ground.graph(asked), hard[asked], seed=ground.seed)
        clustering = Clustering(
            observed=found.observed, expected=found.expected, z=found.z, p=found.p
        )
    return ModelFailures(
        model=cases.models[column],
        responses=int(cases.attempts[:, column].sum()),
        wrong=int(cases.errors[:, column].sum()),
        prompts=int(asked.sum()),
        failed=int(hard.sum()),
        failed_severely=int(severely.sum()),
        clustering=clustering,
        hot=_count(own),
        hot_severely=_count(severe),
    )


def _difference(
    ground: Ground, pair: Sequence[int], hot: Sequence[Flags | None]
) -> Difference | None:
    """Hold two models against each other; `hot` are the hot spots of `_of_pair`."""
    cases = ground.cases
    one, other = pair
    asked = cases.asked[:, one] & cases.asked[:, other]
    if not asked.any():
        return None
    first, second = cases.hard[:, one], cases.hard[:, other]
    whole = compare(first, second, asked)
    return Difference(
        first=cases.models[one],
        second=cases.models[other],
        prompts=whole.asked,
        only_first=whole.only_first,
        only_second=whole.only_second,
        both=whole.both,
        p=whole.p,
        hot_only_first=_count(hot[0]),
        hot_only_second=_count(hot[1]),
        hot_both=_count(hot[2]),
    )


def _count(flags: Flags | None) -> int | None:
    return None if flags is None else int(flags.sum())


def _most_in_common(cases: Cases) -> tuple[int, ...]:
    """Return the two models with the most prompts in common, by name where several have as many."""
    asked = cases.asked.astype(np.int64)
    common = asked.T @ asked
    if len(common) < 2:
        return tuple(range(len(common)))
    upper = np.where(np.tri(len(common), dtype=np.bool_), -1, common)
    one, other = np.unravel_index(int(upper.argmax()), upper.shape)
    return int(one), int(other)


def _without_words(number: int) -> list[str]:
    if not number:
        return []
    of = "1 wrong response" if number == 1 else f"{number:,} wrong responses"
    return [f"Of {of} only the marks are known, not the words: no group has {_them(number)}."]


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _notes(
    cases: Cases,
    columns: Sequence[int],
    strength: float,
    *,
    tested: bool,
    hot: int,
    wrong: int,
) -> list[str]:
    total = len(cases.prompts)
    failed, asked = cases.hard[:, columns], cases.asked[:, columns]
    notes = []
    if cases.unjudged:
        one = cases.unjudged == 1
        notes.append(
            f"{cases.unjudged:,} response{' has' if one else 's have'} no mark "
            f"and count{'s' if one else ''} nowhere."
        )
    if not wrong:
        notes.append("No judged response is wrong: there is no error to find a pattern in.")
        return notes
    found = f"would flag {round(100 * strength)} % of the errors in a region that is failed at"
    if total == 1:
        notes.append("All responses answer one prompt: where models fail cannot be seen from one.")
    elif not tested:
        notes.append(
            f"There are {total} distinct prompts; hot spots are tested for from {ENOUGH} of one "
            f"model on (with these a test {found}). Groups describe what is there; they prove "
            "nothing."
        )
    elif not failed.any():
        notes.append(
            "Nowhere are half of the responses to a prompt wrong: no model fails at any prompt."
        )
    elif (failed == asked).all():
        notes.append("All prompts are failed at: no place is worse than another.")
    elif not hot:
        notes.append(
            "No place was found where failures lie together more than by chance; the test "
            f"{found}, so this is no proof that there is none."
        )
    return notes
