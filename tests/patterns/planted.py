"""Prompts by topic, and models that fail at some of the topics: what tests look for again."""

import numpy as np

from tui_arena.patterns.cases import Response

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
