"""Scenarios: TOML scripts of prompts with the answers that are expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from tui_arena.calls.api import Signature, bind, read_signature, signature_of
from tui_arena.calls.call import read_call
from tui_arena.calls.literals import NoValue
from tui_arena.errors import ArenaError
from tui_arena.folders import config_folder, shipped
from tui_arena.toml_file import read_toml

CheckName = Literal["call", "exact", "contains", "regex", "json", "own"]
"""How an answer is held against what is expected; `docs/checking.md` describes each."""


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
    check: CheckName | None = None
    """How answers are checked; None leaves it to the scenario, or to what is expected."""
    schema: dict[str, Any] | None = None
    """The JSON Schema that an answer must fit."""
    about: tuple[str, ...] = ()
    """The kinds of mistake that a correction is about, such as "value:date"; where it names none,
    its words tell."""

    @property
    def schema_json(self) -> str:
        """The schema as JSON; empty without one."""
        return msgspec.json.encode(self.schema).decode() if self.schema is not None else ""

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
    check: CheckName | None = None
    """How answers are checked where a step does not say."""
    api: Annotated[tuple[str, ...], msgspec.Meta(max_length=200)] = ()
    """The functions that answers may call, such as `action.add(title, date)`."""
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=1000)]

    def exchanges(self) -> Iterator[Exchange]:
        """Yield all steps in their order, each with the corrections that follow it."""
        starts = [
            index for index, step in enumerate(self.steps) if not index or step.kind == "script"
        ]
        for start, end in zip(starts, [*starts[1:], len(self.steps)], strict=True):
            yield Exchange(start + 1, self.steps[start], self.steps[start + 1 : end])

    def check_of(self, step: Step) -> CheckName:
        """Return how the answers to a step are checked, whether or not there is anything to check.

        Where nothing is said: by a schema where there is one, as a call where that is what is
        expected, and word for word otherwise.
        """
        said = step.check or self.check
        if said is not None:
            return said
        if step.schema is not None:
            return "json"
        return "call" if read_call(step.right or "") is not None else "exact"


def read_scenario(path: Path) -> Scenario:
    """Read one scenario file; raises `ScenarioError` naming file, key and expectation."""
    scenario = read_toml(path, Scenario, error=ScenarioError)
    for number, step in enumerate(scenario.steps, 1):
        if not step.prompt.strip():
            raise ScenarioError(f"{path}: the prompt of step {number} is empty; write one.")
    _refuse_what_checks_nothing(scenario, path)
    return msgspec.structs.replace(scenario, name=path.stem, title=scenario.title or path.stem)


def _refuse_what_checks_nothing(scenario: Scenario, path: Path) -> None:
    """Raise `ScenarioError` where an answer could never be held against what a step expects."""
    signatures = {}
    for number, line in enumerate(scenario.api, 1):
        try:
            signature = read_signature(line)
        except ValueError as problem:
            raise ScenarioError(
                f"{path}: function {number} of `api` cannot be read: {problem}."
            ) from None
        signatures[signature.name] = signature
    for number, step in enumerate(scenario.steps, 1):
        check, where = scenario.check_of(step), f"{path}: step {number}"
        if step.schema is not None:
            if check != "json":
                raise ScenarioError(f'{where} has a `schema`, which only `check = "json"` reads.')
            _refuse_wrong_schema(step, where)
        for key in ("expected", "expected_in_dialog"):
            text = getattr(step, key)
            if text is not None:
                why = _why_not(text, check, signatures)
                if why:
                    raise ScenarioError(f"{where}: `{key}` {why}")


def _why_not(expected: str, check: CheckName, api: dict[str, Signature]) -> str:
    """Say why nothing can be held against an expected answer; return an empty text if it can."""
    if check in ("contains", "regex") and not expected.strip():
        return "is empty, and every answer would be right; say what is to stand in it."
    if check == "regex":
        try:
            re.compile(expected)
        except (re.error, RecursionError, OverflowError) as problem:
            return f"is not a regular expression: {problem}."
    elif check == "json":
        try:
            msgspec.json.decode(expected)
        except (msgspec.DecodeError, RecursionError) as problem:
            return f"is not JSON: {problem}."
    elif check == "call":
        call = read_call(expected)
        if call is None:
            return "is not one call that can be read, as this step is checked by; mend it."
        bound = bind(call, api.get(call.name) or signature_of(call))
        if api and call.name not in api:
            return f"calls {call.name}, which is not in `api`."
        if bound.wrong or any(isinstance(value, NoValue) for value in bound.values.values()):
            what = ", ".join(bound.wrong) or "a number beyond all bounds"
            return f"does not fit the function that it calls: {what}."
    elif check == "exact" and any(
        re.search(rf"\b{re.escape(name)}\s*\(", expected) for name in api
    ):
        return 'calls a function of `api` but cannot be read; mend it, or say `check = "exact"`.'
    return ""


def _refuse_wrong_schema(step: Step, where: str) -> None:
    import jsonschema  # heavy, and few scenarios need it

    try:
        msgspec.json.encode(step.schema)
        jsonschema.Draft202012Validator.check_schema(step.schema)
    except (TypeError, ValueError, RecursionError, jsonschema.SchemaError) as problem:
        said = getattr(problem, "message", str(problem))
        raise ScenarioError(f"{where}: `schema` is not a JSON Schema: {said[:200]}.") from None


def list_scenarios() -> list[Path]:
    """Return the scenario files that can be asked for by name, sorted by it; one's own come first.

    Looks into `scenarios` of the user's configuration folder, then at the shipped ones.
    """
    found: dict[str, Path] = {}
    for folder in (config_folder() / "scenarios", shipped("scenarios")):
        try:
            paths = sorted(folder.glob("*.toml"))
        except OSError as problem:
            raise ScenarioError(f"{folder}: cannot be read: {problem.strerror}.") from None
        for path in paths:
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
