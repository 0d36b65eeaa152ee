"""Prompts by topic, and models that fail at some of the topics: what tests look for again."""

from pathlib import Path

import numpy as np

from tui_arena.engine.profile import Sampler
from tui_arena.patterns.cases import Response
from tui_arena.session import SIDES, Attempt, MarkEntry, Prompt, Session, Timing, Turn, new_session
from tui_arena.stamps import new_id, now
from tui_arena.store import SessionFile

TOPICS = {
    "date": "calendar date monday tuesday schedule meeting appointment deadline week month",
    "geometry": "triangle circle radius angle area perimeter square polygon diagonal hypotenuse",
    "sql": "select table join query column database insert where group index",
    "cooking": "recipe oven flour butter bake onion sauce garlic soup pepper",
    "history": "empire war king treaty century revolution battle dynasty colony parliament",
    "biology": "cell protein enzyme gene membrane organism bacteria tissue plant species",
    "music": "melody chord guitar piano rhythm tempo concert singer violin harmony",
    "travel": "flight hotel passport luggage beach train ticket island tourist border",
    "finance": "loan interest bank mortgage stock bond tax dividend budget inflation",
    "sports": "football goal tennis referee match league player coach stadium medal",
}
NAMES = list(TOPICS)
FAILS = {"ada": {"date", "geometry"}, "bob": {"sql", "geometry"}}
"""Which topics each model fails at: 3 of 4 times, and elsewhere 8 of 100."""


ASKED = (
    *("What is", "How does", "Why do people like", "Please explain", "Tell me about"),
    *("Is it true of", "Write a poem about", "Summarise", "I have trouble with", "Compare"),
    *("Who invented", "When should I use"),
)
OTHER = (
    "simple cheap old new good long short early late big small broken usual typical famous strange "
    "safe fast slow daily public private hidden perfect common rare local modern useful example "
    "mistake reason rule friend child teacher neighbour problem question step list book story "
    "picture price number place word name idea plan part kind result change"
)


def varied(total: int, rng: np.random.Generator) -> list[str]:
    """The same topics asked about in many ways: prompts of one have few words in common.

    Of the neighbours of a prompt 0.3 are of its topic where there are 120, and 0.4 where there are
    360. Of the questions to assistants in CLINC150, of ten topics too, 0.2 and 0.3 are.
    """
    made = []
    for number in range(total):
        own = rng.choice(TOPICS[NAMES[number % 10]].split(), 3, replace=False)
        words = rng.permutation([*own, *rng.choice(OTHER.split(), 2, replace=False)])
        made.append(f"{rng.choice(ASKED)} {' '.join(words)}, number {number}?")
    return made


def prompts(total: int, rng: np.random.Generator) -> list[str]:
    """Prompt i is about topic i % 10."""
    return [
        "Please explain {}, {} and {} with {}, {}, {}: number {}.".format(
            *rng.choice(TOPICS[NAMES[number % 10]].split(), 6, replace=False), number
        )
        for number in range(total)
    ]


def topics(total: int) -> np.ndarray:
    return np.array([NAMES[number % 10] for number in range(total)])


def planted(total: int, *, seed: int = 0, attempts: int = 1, rate: float = 0.75) -> list[Response]:
    """Responses of two models whose failures lie in topics; with rate 0.08 nowhere."""
    rng = np.random.default_rng(seed)
    responses = []
    for number, prompt in enumerate(prompts(total, rng)):
        topic = NAMES[number % 10]
        for model, fails in FAILS.items():
            wrongs = rng.random(attempts) < (rate if topic in fails else 0.08)
            for attempt, wrong in enumerate(map(bool, wrongs)):
                said = " ".join(rng.choice(TOPICS[topic].split(), 4))
                responses.append(
                    Response(
                        key=f"{model}/{number}/{attempt}",
                        model=model,
                        prompt=prompt,
                        text=f"It is {said}.",
                        wrong=wrong,
                        severity=int(rng.integers(1, 3)) if wrong else 0,
                    )
                )
    return responses


def silent(what: str, done: float | None) -> None:
    """Hear progress and say nothing."""


def sessions(responses: list[Response], *, rater: str = "mara") -> list[Session]:
    """The same as sessions of 50 prompts: ada on the left, bob on the right, each answer marked."""
    by_prompt: dict[str, dict[str, list[Response]]] = {}
    for each in responses:
        by_prompt.setdefault(each.prompt, {}).setdefault(each.model, []).append(each)
    made = []
    for number, (prompt, models) in enumerate(by_prompt.items()):
        if number % 50 == 0:
            made.append(new_session(systems=("", "")))
            made[-1].panes.left.profile, made[-1].panes.right.profile = "ada", "bob"
        for side, model in zip(SIDES, ("ada", "bob"), strict=True):
            if model in models:
                made[-1].panes[side].turns.append(turn(prompt, models[model], rater))
    return made


def turn(prompt: str, responses: list[Response], rater: str = "mara", **more) -> Turn:
    at = now()
    attempts = [
        Attempt(
            id=f"a{number}",
            profile=each.model,
            sampler=Sampler(),
            text=each.text,
            stop="end",
            timing=Timing(submitted=at, finished=at),
            marks=[MarkEntry(mark=mark, action="add", by=rater, at=at) for mark in _marks(each)],
        )
        for number, each in enumerate(responses)
    ]
    return Turn(id=new_id(), prompt=Prompt(text=prompt, at=at, **more), attempts=attempts)


def _marks(response: Response) -> list[str]:
    if response.wrong is None:
        return []
    return [("ok", "mistake", "garbage")[response.severity if response.wrong else 0]]


def save(folder: Path, *made: Session) -> None:
    for each in made:
        file = SessionFile(each, folder)
        file.save()
        file.close()
