"""Answers whose mistakes people described: ReaLMistake (Kamoi et al., arXiv:2404.03602).

Its makers ask that no example is published in plain text: this reads the JSONL of those who have
extracted it, and nothing of it comes with the program.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.messages import RecordError
from tui_arena.exchange.samples import ReadSample, Sample, Source
from tui_arena.session import Mark

_RATER = "realmistake"
_OF_A_KIND = f"{_RATER}:"
"""What the raters begin with whose marks stand for a kind of mistake."""


def reader(source: Source) -> ReadSample:
    """Return what reads the records of a file; its folder has the name of the task."""
    stem = source.file.partition(".jsonl")[0]
    task = source.folder or stem

    def read(record: dict[str, Any], left_out: LeftOut) -> Sample | None:
        try:
            row = msgspec.convert(record, _Row)
        except msgspec.ValidationError as problem:
            raise RecordError(f"{problem}.") from None
        label = row.label if row.label is not None else row.error_label
        if label not in ("error", "no_error"):
            raise RecordError(f"its label is “{str(label)[:40]}”; it can be error or no_error.")
        about = row.metadata or {}
        answered_by = about.get("llm_response_model")
        for key in sorted(record.keys() - _HELD):
            left_out.add(Kind(f"field “{key[:40]}”", f"fields “{key[:40]}”"))
        return Sample(
            task=task,
            model=source.model or (answered_by if isinstance(answered_by, str) else stem),
            prompt=row.input,
            answer=row.llm_response,
            marks=_marks(label == "error", row.error_categories),
        )

    return read


def kind_of(rater: str) -> str:
    """Return the kind of mistake that a mark by this rater stands for; "" for none."""
    return rater.removeprefix(_OF_A_KIND) if rater.startswith(_OF_A_KIND) else ""


class _Row(msgspec.Struct):
    input: str
    llm_response: str
    label: str | None = None
    error_label: str | None = None
    error_categories: list[str] = []
    metadata: dict[str, Any] | None = None


_HELD = {field.name for field in msgspec.structs.fields(_Row)} - {"metadata"}


def _marks(wrong: bool, categories: list[str]) -> tuple[tuple[Mark, str], ...]:
    """Return a mark of the people who labelled it, and one for each kind of mistake they found."""
    if not wrong:
        return (("ok", _RATER),)
    kinds = [f"{_OF_A_KIND}{category}" for category in dict.fromkeys(categories)]
    return tuple(("mistake", by) for by in (_RATER, *kinds))
