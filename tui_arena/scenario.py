"""Scenarios: TOML scripts of prompts with the answers that are expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.folders import config_folder, shipped
from tui_arena.toml_file import read_toml


class ScenarioError(ArenaError):
    """A scenario that cannot be found or read."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One prompt of the script."""

    prompt: str
    kind: Literal["script", "correction"] = "script"
    """A correction tells the model of a mistake in an earlier answer."""
    expected: str | None = None
    """The answer that is right for what the model knows at this step; it never sees it."""
    expected_in_dialog: str | None = None
    """What is right with the whole dialog in view, where that differs: a first prompt may be vague
    on purpose, so that every model has something to mend."""

    @property
    def right(self) -> str | None:
        """The answer with which the dialog can go on; None where the scenario does not say."""
        return self.expected_in_dialog if self.expected_in_dialog is not None else self.expected


@dataclass(frozen=True, slots=True)
class Exchange:
    """A step and the corrections that follow it."""

    number: int
    """Which step of the scenario it is, counted from 1."""
    step: Step
    corrections: tuple[Step, ...]


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A dialog to be played with any model."""

    name: str = ""
    """The name it is asked for by: the file's stem, whatever the file says."""
    title: str = ""
    """A line for people; the name where empty."""
    system: str = ""
    """System text for both sides; where empty, each profile's own."""
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=1000)]

    def exchanges(self) -> Iterator[Exchange]:
        """Yield all steps in their order, each with the corrections that follow it."""
        starts = [
            index for index, step in enumerate(self.steps) if not index or step.kind == "script"
        ]
        for start, end in zip(starts, [*starts[1:], len(self.steps)], strict=True):
            yield Exchange(start + 1, self.steps[start], self.steps[start + 1 : end])


_FENCED = re.compile(r"(```|~~~)(?:[^\n`~]*\n)?(.*?)\n?\s*\1", re.DOTALL)


def as_expected(answer: str, expected: str) -> bool:
    """Whether an answer is the expected one, but for space and a code fence around either."""
    return _bare(answer) == _bare(expected)


def _bare(text: str) -> str:
    text = text.strip()
    fenced = _FENCED.fullmatch(text)
    return fenced[2].strip() if fenced else text


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file; raises `ScenarioError` naming file, key and expectation."""
    scenario = read_toml(path, Scenario, error=ScenarioError)
    for number, step in enumerate(scenario.steps, 1):
        if not step.prompt.strip():
            raise ScenarioError(f"{path}: the prompt of step {number} is empty; write one.")
    return msgspec.structs.replace(scenario, name=path.stem, title=scenario.title or path.stem)


def list_scenarios() -> list[Path]:
    """Return the scenario files that can be asked for by name, sorted by it; one's own come first.

    Looks into `scenarios` of the user's configuration folder, then at the shipped ones.
    """
    found: dict[str, Path] = {}
    for folder in (config_folder() / "scenarios", shipped("scenarios")):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return [found[name] for name in sorted(found)]


def find_scenario(name_or_path: str) -> Scenario:
    """Return the scenario of that name, or the one in the file of that path.

    Raises `ScenarioError` where there is none, naming what there is.
    """
    if name_or_path.endswith(".toml") or "/" in name_or_path:
        return read_scenario(Path(name_or_path).expanduser())
    paths = {path.stem: path for path in list_scenarios()}
    if name_or_path in paths:
        return read_scenario(paths[name_or_path])
    known = ", ".join(paths) or "none"
    raise ScenarioError(f"There is no scenario “{name_or_path}”; there are: {known}.")
