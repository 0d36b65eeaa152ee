"""Write the synthetic sessions of the examples: `python scripts/synthetic.py`.

Nobody said any of it. Two invented models, heron and otter, answer the same questions of ten
topics, and each is weak where `WEAK` says: that is planted, so that what looks for weaknesses can
be tried on sessions of which it is known what is in them. The same seed writes the same files.
"""

from __future__ import annotations

import argparse
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from synthetic_questions import TOPICS, Question

from tui_arena.engine.profile import Sampler
from tui_arena.session import (
    SIDES,
    Attempt,
    BlindStretch,
    Corrects,
    Mark,
    MarkEntry,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    Side,
    Timing,
    Turn,
    Verdict,
    Vote,
    Voted,
)
from tui_arena.session_json import encode_session

FOLDER = Path(__file__).parent.parent / "sessions" / "examples" / "synthetic"
SEED = 20261125
QUESTIONS = 30
"""Of each topic."""
SITTING = 20
"""Questions in a session."""
MODELS = ("heron", "otter")
WEAK = {"heron": ("dates", "geometry"), "otter": ("sql", "geometry")}
"""The topics of which a model answers three questions in four wrong; of others, one in twelve."""
STUBBORN = {"heron": "dates"}
"""The topic of which a model mends one mistake in five when it is told; of others, four in five."""
CORRECTIONS = (
    *("That is not right. Please check it again.", "Look again, there is a mistake in it."),
    *("Are you sure? Work it out step by step.", "No. Try once more, please."),
)
NONSENSE = "As we all know, it depends. In conclusion, it is important to remember that."


def main() -> None:
    """Write them into the folder of the examples, or into another one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(SEED)
    asked = questions(rng)
    for number, first in enumerate(range(0, len(asked), SITTING), 1):
        made = Sitting(number, rng).session(asked[first : first + SITTING])
        (folder / f"{made.id}.json").write_bytes(encode_session(made))


def questions(rng: random.Random) -> list[tuple[str, Question]]:
    """Return questions, no two of them the same, each with its topic, in no order."""
    found: dict[str, tuple[str, Question]] = {}
    for topic, ask in TOPICS.items():
        until = len(found) + QUESTIONS
        while len(found) < until:
            question = ask(rng)
            if question.right != question.wrong:
                found.setdefault(question.prompt, (topic, question))
    asked = list(found.values())
    rng.shuffle(asked)
    return asked


class Sitting:
    """One session: who sits where, and what time it is."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self._number = number
        self._rng = rng
        self._at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(days=number)
        self._blind = number % 5 != 0
        self._swapped = rng.random() < 0.5
        left, right = reversed(MODELS) if self._swapped else MODELS
        self._models: dict[Side, str] = {"left": left, "right": right}
        self._turns: dict[Side, list[Turn]] = {"left": [], "right": []}
        self._votes: list[Vote] = []

    def session(self, asked: list[tuple[str, Question]]) -> Session:
        """Return the record of a sitting in which these are asked of both models."""
        began = self._now()
        for topic, question in asked:
            self._ask(topic, question)
        ended = self._now()
        stretch = BlindStretch(
            began=began,
            ended=ended,
            left=self._models["left"],
            right=self._models["right"],
            swapped=self._swapped,
        )
        panes = {
            side: PaneRecord(system="", profile=self._models[side], turns=self._turns[side])
            for side in SIDES
        }
        return Session(
            id=f"synthetic-{self._number:02}",
            created=began,
            updated=ended,
            title=f"Synthetic sitting {self._number}",
            tags=["synthetic"],
            votes=self._votes,
            blind=[stretch] if self._blind else [],
            panes=Panes(left=panes["left"], right=panes["right"]),
        )

    def _ask(self, topic: str, question: Question) -> None:
        wrong = {side: self._fails(topic, self._models[side]) for side in SIDES}
        at = self._now()
        for side in SIDES:
            self._answer(side, Prompt(text=question.prompt, at=at), question, wrong=wrong[side])
        faults = {side: self._judge(self._turns[side][-1], wrong[side]) for side in SIDES}
        if self._blind:
            self._vote(wrong)
        for side in SIDES:
            fault = faults[side]
            if fault is not None and self._rng.random() < 0.5:
                self._correct(side, topic, question, fault)

    def _fails(self, topic: str, model: str) -> bool:
        return self._rng.random() < (0.75 if topic in WEAK[model] else 1 / 12)

    def _answer(self, side: Side, prompt: Prompt, question: Question, *, wrong: bool) -> None:
        text = question.wrong if wrong else question.right
        if wrong and self._rng.random() < 0.1:
            text = NONSENSE
        attempt = Attempt(
            id=self._id(),
            profile=self._models[side],
            system="",
            sampler=Sampler(),
            text=text,
            stop="end",
            timing=Timing(submitted=prompt.at, finished=self._now()),
        )
        self._turns[side].append(Turn(id=self._id(), prompt=prompt, attempts=[attempt]))

    def _judge(self, turn: Turn, wrong: bool) -> Mark | None:
        """Mark an answer as it is; the second rater sees a third of them, and not always well."""
        fault: Mark = "garbage" if turn.response.text == NONSENSE else "mistake"
        self._mark(turn, fault if wrong else "ok", by="mara")
        if self._number % 3 == 0:
            agrees = self._rng.random() < 0.9
            self._mark(turn, fault if wrong == agrees else "ok", by="ivo")
        return fault if wrong else None

    def _correct(self, side: Side, topic: str, question: Question, fault: Mark) -> None:
        about = self._turns[side][-1]
        mends = 0.2 if STUBBORN.get(self._models[side]) == topic else 0.8
        mended = self._rng.random() < mends
        prompt = Prompt(
            text=self._rng.choice(CORRECTIONS),
            kind="correction",
            at=self._now(),
            corrects=Corrects(turn=about.id, attempt=about.response.id, mark=fault),
        )
        self._answer(side, prompt, question, wrong=not mended)
        turn = self._turns[side][-1]
        again: Mark = "garbage" if turn.response.text == NONSENSE else "recurring"
        self._mark(turn, "fixed" if mended else again, by="mara")

    def _vote(self, wrong: dict[Side, bool]) -> None:
        """Vote for the right answer; of two right ones sometimes for one, as people do."""
        verdict: Verdict = "both-bad"
        if wrong["left"] != wrong["right"]:
            verdict = "right" if wrong["left"] else "left"
        elif not wrong["left"]:
            verdict = self._rng.choice(("tie", "tie", "tie", "left", "right"))
        left, right = (self._turns[side][-1] for side in SIDES)
        self._votes.append(
            Vote(
                verdict=verdict,
                action="add",
                left=Voted(turn=left.id, attempt=left.response.id),
                right=Voted(turn=right.id, attempt=right.response.id),
                by="mara",
                at=self._now(),
                blind=True,
            )
        )

    def _mark(self, turn: Turn, mark: Mark, *, by: str) -> None:
        turn.response.marks.append(MarkEntry(mark=mark, action="add", by=by, at=self._now()))

    def _now(self) -> str:
        """Return the next moment: something happens every two seconds."""
        self._at += timedelta(seconds=2)
        return self._at.isoformat(timespec="milliseconds")

    def _id(self) -> str:
        return f"{self._rng.getrandbits(32):08x}"


if __name__ == "__main__":
    main()
