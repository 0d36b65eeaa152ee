"""The formats by their names: which can be written, and which can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tui_arena.exchange import (
    arena,
    comparator,
    lm_eval,
    markdown,
    mt_bench,
    openai_jsonl,
    page,
    preference,
    realmistake,
    sharegpt,
    table,
)
from tui_arena.exchange.battle import read_battle
from tui_arena.exchange.collected import Collected
from tui_arena.exchange.found import Found
from tui_arena.exchange.left_out import LeftOut
from tui_arena.exchange.samples import ReadSample, Source

Write = Callable[[Collected, LeftOut], Iterator[bytes]]
Read = Callable[[dict[str, Any]], Found]

WRITERS: Mapping[str, Write] = {
    "markdown": markdown.write,
    "html": page.write,
    "openai-jsonl": openai_jsonl.write,
    "mt-bench": mt_bench.write,
    "arena": arena.write,
    "sharegpt": sharegpt.write,
    "comparator": comparator.write,
    "preference": preference.write,
    "csv": table.write,
}
"""What writes sessions: yields the bytes of one file and counts what that cannot hold."""

READERS: Mapping[str, Read] = {
    "arena": read_battle,
    "mt-bench": read_battle,
    "openai-jsonl": openai_jsonl.read,
    "sharegpt": sharegpt.read,
}
"""What reads one record, of which one session is made."""

SAMPLE_READERS: Mapping[str, Callable[[Source], ReadSample]] = {
    "lm-eval": lm_eval.reader,
    "realmistake": realmistake.reader,
}
"""What reads the samples of a benchmark in a file; many of them make one session."""


def detect(record: Mapping[str, Any]) -> str | None:
    """Return the name of the format that a record has the fields of; None where it is none."""
    if {"conversation_a", "conversation_b", "winner"} <= record.keys():
        judged = isinstance(record.get("question_id"), int) and "tstamp" not in record
        return "mt-bench" if judged else "arena"
    if "messages" in record:
        return "openai-jsonl"
    if "conversations" in record:
        return "sharegpt"
    if {"doc", "arguments", "filtered_resps"} <= record.keys():
        return "lm-eval"
    if {"input", "llm_response"} <= record.keys():
        return "realmistake"
    return None
