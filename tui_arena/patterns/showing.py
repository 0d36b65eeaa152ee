"""What was found in arrays, brought into the record that is shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.brevity import most_often
from tui_arena.patterns.cases import Cases, Flags, Response, prompt_key
from tui_arena.patterns.embed import Embedder, Points, Tell, on_paper
from tui_arena.patterns.error_groups import group_errors
from tui_arena.patterns.found import Brief, ErrorGroup, Example, Point, Region
from tui_arena.patterns.grouping import LISTED, NONE
from tui_arena.patterns.labels import label_groups
from tui_arena.patterns.neighbours import Graph
from tui_arena.patterns.regions import compare

_EXAMPLES = 3
_UNGROUPED = 50
_DRAWN = 2_000
"""Most points of the map."""
_MOST_BRIEF = 5
"""Answers that are named, of those too short to be grouped."""
_LONGEST = 600
"""Characters of a text that is shown as an example."""


def regions_shown(
    cases: Cases, regions: NDArray[np.int64], hot: Flags, pair: Sequence[int], graph: Graph
) -> list[Region]:
    """Return a row for each region; `pair` are the columns of the models that are compared."""
    labels = label_groups(cases.prompts, regions)
    failed = cases.failed(range(len(cases.models)))
    dense = graph.count(failed)
    first = cases.hard[:, pair[0]]
    second = cases.hard[:, pair[-1]]
    both_asked = cases.asked[:, pair[0]] & cases.asked[:, pair[-1]]
    found = []
    for number, label in enumerate(labels):
        inside = regions == number
        split = compare(first, second, both_asked & inside)
        shown = np.flatnonzero(inside & failed)
        shown = shown[np.argsort(-dense[shown], kind="stable")][:_EXAMPLES]
        found.append(
            Region(
                id=f"R{number + 1}",
                label=label,
                prompts=int(inside.sum()),
                hot=int((inside & hot).sum()),
                asked=_by_model(cases, cases.asked & inside[:, None]),
                failed=_by_model(cases, cases.hard & inside[:, None]),
                only_first=split.only_first,
                only_second=split.only_second,
                both=split.both,
                p=split.p,
                examples=[short(cases.prompts[at]) for at in shown],
                keys=[cases.keys[at] for at in np.flatnonzero(inside)],
            )
        )
    return found


def error_groups_shown(
    wrong: Sequence[Response], embedder: Embedder, tell: Tell, *, seed: int
) -> tuple[list[ErrorGroup], list[Example], int, Brief | None]:
    """Return the groups of wrong responses, some of those in none, how many, and the short ones."""
    if not wrong:
        return [], [], 0, None
    groups, alone, brief = group_errors(wrong, embedder, tell, seed=seed)
    shown = [
        _group_shown(f"G{number}", [wrong[at] for at in each.members], each.kinds, each.words)
        for number, each in enumerate(groups, 1)
    ]
    said = {(wrong[at].model, wrong[at].prompt, wrong[at].text): at for at in alone[::-1]}
    some = [_example(wrong[at]) for at in sorted(said.values())[:_UNGROUPED]]
    short_ones = None
    if len(brief) >= LISTED:
        most = most_often([wrong[at].text or "" for at in brief], _MOST_BRIEF)
        short_ones = Brief(responses=len(brief), most=dict(most))
    return shown, some, len(alone), short_ones


def map_shown(
    cases: Cases, points: Points, regions: NDArray[np.int64], hot: Flags, *, seed: int
) -> list[Point]:
    """Return where prompts lie on the map, at most 2,000 of them, drawn with the seed."""
    places = on_paper(points, seed=seed)
    shown = np.arange(len(points))
    if len(shown) > _DRAWN:
        shown = np.sort(np.random.default_rng(seed).choice(shown, _DRAWN, replace=False))
    return [
        Point(
            x=round(float(places[at, 0]), 4),
            y=round(float(places[at, 1]), 4),
            prompt=short(cases.prompts[at]),
            failed=[cases.models[model] for model in np.flatnonzero(cases.hard[at])],
            region=f"R{regions[at] + 1}" if regions[at] != NONE else "",
            hot=bool(hot[at]),
        )
        for at in shown
    ]


def _group_shown(
    id: str, members: list[Response], kinds: tuple[str, ...], words: str
) -> ErrorGroup:
    by_prompt: dict[str, Response] = {}
    models: dict[str, int] = {}
    for each in members:
        by_prompt.setdefault(prompt_key(each.prompt), each)
        models[each.model] = models.get(each.model, 0) + 1
    return ErrorGroup(
        id=id,
        kinds=list(kinds),
        label=words,
        responses=len(members),
        prompts=len(by_prompt),
        models=dict(sorted(models.items())),
        examples=[_example(each) for each in list(by_prompt.values())[:_EXAMPLES]],
        keys=[each.key for each in members],
    )


def _by_model(cases: Cases, flags: Flags) -> dict[str, int]:
    return {model: int(flags[:, at].sum()) for at, model in enumerate(cases.models)}


def _example(response: Response) -> Example:
    return Example(
        key=response.key,
        model=response.model,
        prompt=short(response.prompt),
        text=short(response.text or ""),
    )


def short(text: str) -> str:
    """Return a text as an example is shown, without its end where it is long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
