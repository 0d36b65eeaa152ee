"""Answers of a benchmark, each to a prompt of its own, and the sessions that they go into.

Samples have nothing to do with each other, and a session is a conversation. So each turn leaves the
context before the next answer, and all come back when the last one is there: every answer saw its
own prompt alone, and still every turn stands, to be rated and scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tui_arena.engine.profile import Sampler
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.made import digest_of, session_id
from tui_arena.session import (
    SCHEMA,
    Attempt,
    Imported,
    Mark,
    MarkEntry,
    Move,
    PaneRecord,
    Panes,
    Prompt,
    Session,
    Timing,
    Turn,
)

_MOST_SAMPLES = 200
"""In one session: few enough to leaf through, enough that a benchmark is some dozens of files."""
_MOST_CHARACTERS = 2_000_000
"""In one session, whose samples are in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a file of samples beside its records."""

    file: str
    """Its name, without its folder."""
    folder: str = ""
    """The name of the folder that it lies in; empty where it is none, as of stdin."""
    evaluated: bool = False
    """Whether that folder is one that lm-evaluation-harness writes, named after the model."""
    model: str = ""
    """Whose answers they are, where people say it."""
    metric: str = ""
    """The metric whose word counts, where people say it."""
    whole: bool = False
    """Whether prompts are kept with the examples and the template around the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A prompt, the answer of one model, and how it was judged."""

    task: str
    model: str
    prompt: str
    answer: str
    marks: tuple[tuple[Mark, str], ...]
    """Each with the rater who gave it."""


ReadSample = Callable[[dict[str, Any], LeftOut], Sample | None]
"""Reads a record and counts what a session has no place for; None for one to be passed over.

Raises `RecordError` where it is no such record.
"""


def sessions_of(
    samples: Iterable[Sample], *, format: str, file: str, at: str
) -> Iterator[tuple[Session, int]]:
    """Yield sessions of samples in their order, each of one task and model, with how many it has.

    `at` is the time of the import.
    """
    group = _Group()
    for sample in samples:
        if not group.takes(sample):
            yield _session(group, format=format, file=file, at=at), len(group.samples)
            again = (sample.task, sample.model) == group.of
            group = _Group(first=group.first + len(group.samples) if again else 1)
        group.samples.append(sample)
        group.characters += len(sample.prompt) + len(sample.answer)
    if group.samples:
        yield _session(group, format=format, file=file, at=at), len(group.samples)


@dataclass(slots=True)
class _Group:
    first: int = 1
    """Which sample of its task the first one is, counted from 1."""
    samples: list[Sample] = field(default_factory=list)
    characters: int = 0

    @property
    def of(self) -> tuple[str, str]:
        return self.samples[0].task, self.samples[0].model

    def takes(self, sample: Sample) -> bool:
        if not self.samples:
            return True
        more = self.characters + len(sample.prompt) + len(sample.answer)
        return (
            (sample.task, sample.model) == self.of
            and len(self.samples) < _MOST_SAMPLES
            and more <= _MOST_CHARACTERS
        )


def _session(group: _Group, *, format: str, file: str, at: str) -> Session:
    task, model = group.of
    digest = digest_of(
        text
        for each in group.samples
        for text in (task, model, each.prompt, each.answer, *(by for _, by in each.marks))
    )
    last = group.first + len(group.samples) - 1
    moment = datetime.fromisoformat(at) + timedelta(milliseconds=1)
    back = moment.isoformat(timespec="milliseconds")
    return Session(
        schema=SCHEMA,
        id=session_id(f"{task}-{group.first}", format, digest),
        created=at,
        updated=back,
        imported=Imported(format=format, id=task, file=file, at=at),
        title=f"{task}, {group.first} to {last}",
        panes=Panes(
            left=PaneRecord(
                system="",
                profile=model,
                turns=[
                    _turn(sample, f"{digest}-{number}", format, at, back)
                    for number, sample in enumerate(group.samples, group.first)
                ],
            ),
            right=PaneRecord(system=""),
        ),
    )


def _turn(sample: Sample, id: str, by: str, at: str, back: str) -> Turn:
    attempt = Attempt(
        id=id,
        profile=sample.model,
        sampler=Sampler(),
        text=sample.answer,
        stop="end",
        timing=Timing(submitted=at, finished=at),
        marks=[MarkEntry(mark=mark, action="add", by=rater, at=at) for mark, rater in sample.marks],
    )
    return Turn(
        id=id,
        prompt=Prompt(text=sample.prompt, at=at),
        attempts=[attempt],
        moves=[Move(action="aside", by=by, at=at), Move(action="back", by=by, at=back)],
    )
