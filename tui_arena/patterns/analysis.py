"""From judged responses to patterns: every step in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tui_arena.errors import ArenaError
from tui_arena.patterns.cases import Cases, Flags, Response, gather_cases
from tui_arena.patterns.embed import Embedder, Points, Tell
from tui_arena.patterns.family import Family, Question
from tui_arena.patterns.found import Clustering, Difference, ModelFailures, Patterns, Power
from tui_arena.patterns.grouping import NONE
from tui_arena.patterns.hot_spots import hot_spots_together
from tui_arena.patterns.joins import join_count
from tui_arena.patterns.neighbours import Graph, nearest, neighbours_of
from tui_arena.patterns.notes import notes, without_words
from tui_arena.patterns.power import ENOUGH, Simulation
from tui_arena.patterns.regions import compare, described, split
from tui_arena.patterns.showing import error_groups_shown, map_shown, regions_shown
from tui_arena.patterns.words import listed

_MOST = 30
"""Models of which is said what the tests see; of those with most prompts."""


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

    def hot(self, questions: Sequence[Question]) -> list[Flags | None]:
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
    family = Family(cases.asked, cases.hard, cases.hard_severely, columns, pair)
    spots = ground.hot(list(family.questions()))
    hot = np.zeros(len(cases.prompts), dtype=np.bool_)
    for each in spots:
        if each is not None:
            hot |= each
    tested = bool((cases.asked[:, columns].sum(axis=0) >= ENOUGH).any())
    graph = ground.whole
    if tested:
        regions = split(np.flatnonzero(hot), graph, ground.points, seed=seed)
    else:
        regions = described(cases.failed(columns), ground.points, seed=seed)
    tell("Trying what can be found", None)
    powers = _powers(ground, family, regions == NONE)
    failures = [
        _failures(ground, column, spots[2 * n], spots[2 * n + 1], powers.get(column))
        for n, column in enumerate(columns)
    ]
    apart = spots[2 * len(columns) :]
    difference = _difference(ground, pair, apart) if len(pair) == 2 else None
    wrong = [each for each in responses if each.wrong]
    known = [each for each in wrong if each.text is not None]
    groups, some, alone, brief = error_groups_shown(known, embedder, tell, seed=seed)
    strength = _of_all(powers) if tested else _as_if_tested(ground, family)
    patterns = Patterns(
        notes=[
            *notes(cases, columns, strength, tested=tested, hot=int(hot.sum()), wrong=len(wrong)),
            *without_words(len(wrong) - len(known)),
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
        brief=brief,
        points=map_shown(cases, ground.points, regions, hot, seed=seed),
    )
    return Analysis(patterns, cases, ground.points, graph, regions, hot)


def _refuse_unknown(models: Sequence[str], known: set[str]) -> None:
    for model in models:
        if model not in known:
            there = listed(sorted(known)) or "no model"
            raise ArenaError(f"There is no response from {model}; there are those of {there}.")


def _powers(ground: Ground, family: Family, outside: Flags) -> dict[int, Power]:
    """Return what can be found of each model that is tested, by its column.

    `outside` are the prompts in no region.
    """
    prompts = family.asked.sum(axis=0)
    tested = [column for column in family.columns if prompts[column] >= ENOUGH]
    if not tested:
        return {}
    chosen = sorted(tested, key=lambda column: -prompts[column])[:_MOST]
    simulation = Simulation(
        family, ground.graph, ground.points, outside=outside, least=ENOUGH, seed=ground.seed
    )
    return {column: simulation.power(column) for column in chosen}


def _of_all(powers: Mapping[int, Power]) -> Power:
    return Power(
        compact=max(each.compact for each in powers.values()),
        scattered=min(each.scattered for each in powers.values()),
    )


def _as_if_tested(ground: Ground, family: Family) -> Power:
    """Return what could be found of the model with most prompts, were it tested with so few."""
    prompts = family.asked.sum(axis=0)
    most = max(family.columns, key=lambda column: int(prompts[column]))
    alone = replace(family, columns=[most], pair=())
    everywhere = np.ones(len(family.asked), dtype=np.bool_)
    return Simulation(
        alone, ground.graph, ground.points, outside=everywhere, least=2, seed=ground.seed
    ).power(most)


def _failures(
    ground: Ground, column: int, own: Flags | None, severe: Flags | None, power: Power | None
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
        power=power,
    )


def _difference(
    ground: Ground, pair: Sequence[int], hot: Sequence[Flags | None]
) -> Difference | None:
    """Hold two models against each other; `hot` are the hot spots of the pair's questions."""
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
