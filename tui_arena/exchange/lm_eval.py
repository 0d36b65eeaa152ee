"""Samples of lm-evaluation-harness, as the Open LLM Leaderboard publishes them.

Read are its files `samples_<task>_<time>.jsonl` (`--log_samples`, from version 0.4 on): of each
document the requests, what came of them, and its metrics. Where answers were chosen by likelihood,
the answer is the continuation that the metric takes: the likeliest one, for `acc_norm` and its like
the likeliest one for its length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.exchange.left_out import Kind, LeftOut
from tui_arena.exchange.made import digest_of
from tui_arena.exchange.messages import RecordError
from tui_arena.exchange.question import question_in
from tui_arena.exchange.samples import ReadSample, Sample, Source
from tui_arena.session import Mark

_FILE = re.compile(r"samples_(?P<task>.+)_\d{4}-\d\d-\d\dT[\d.:-]+\.jsonl?")
_METRICS = (
    *("exact_match", "acc", "acc_norm", "prompt_level_strict_acc", "pass@1", "pass_at_1"),
    *("math_verify", "mc1", "em"),
)
"""Whose word is taken where nobody says which, the first one that is there."""
_NO_METRICS = frozenset(
    ("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics")
)
_DIGESTS = frozenset(("doc_hash", "prompt_hash", "target_hash"))
"""They say nothing that the record does not say elsewhere."""
_OTHER_FILTER = Kind(
    "sample of another filter of the same answers", "samples of another filter of the same answers"
)
_AROUND = Kind(
    "text around a question: examples and a template",
    "texts around questions: examples and a template",
)
_REPEATS = Kind("answer that no metric judged", "answers that no metric judged")


def reader(source: Source) -> ReadSample:
    """Return what reads the records of a file; raises ArenaError where its model is not known."""
    found = _FILE.fullmatch(source.file)
    task = found["task"] if found else re.sub(r"\.jsonl?$", "", source.file)
    model = source.model
    if not model and found and (source.evaluated or "__" in source.folder):
        model = source.folder.replace("__", "/")
    if not model:
        raise ArenaError(
            f"Whose answers {source.file} holds is not said in it, nor by its folder; name the "
            "model with --model."
        )
    return _Reader(source, task=task, model=model)


class _Row(msgspec.Struct):
    doc: dict[str, Any]
    arguments: dict[str, dict[str, Any]] | list[list[Any]]
    resps: list[Any]
    filtered_resps: list[Any]
    filter: str = "none"


class _Reader:
    """Reads one file; its first record decides which metric and filter are taken."""

    def __init__(self, source: Source, *, task: str, model: str) -> None:
        self._source = source
        self._task = task
        self._model = model
        self._filter: str | None = None
        self._metric = ""
        self._met: set[bytes] = set()
        """What stands for the documents so far of which no filter is named."""

    def __call__(self, record: dict[str, Any], left_out: LeftOut) -> Sample | None:
        try:
            row = msgspec.convert(record, _Row)
        except msgspec.ValidationError as problem:
            raise RecordError(f"{problem}.") from None
        if self._filter is None:
            self._metric, self._filter = self._chosen(record, row.filter)
        if row.filter != self._filter:
            left_out.add(_OTHER_FILTER)
            return None
        right = _verdict(record, self._metric)
        sent, answer = _answered(row, by_length="norm" in self._metric, left_out=left_out)
        if "filter" not in record and self._again(record, sent):
            left_out.add(_OTHER_FILTER)
            return None
        asked = None if self._source.whole else question_in(sent, row.doc)
        left_out.add(_AROUND, asked is not None and asked != sent)
        for key in sorted(record.keys() - _Row.__annotations__.keys() - _DIGESTS - {self._metric}):
            left_out.add(Kind(f"field “{key[:40]}”", f"fields “{key[:40]}”"))
        mark: Mark = "ok" if right else "mistake"
        return Sample(
            task=self._task,
            model=self._model,
            prompt=sent if asked is None else asked,
            answer=answer,
            marks=((mark, self._rater()),),
        )

    def _again(self, record: Mapping[str, Any], sent: str) -> bool:
        """Whether the same was asked of the same document before: older versions name no filter."""
        key = digest_of([str(record.get("doc_id")), sent]).encode()
        again = key in self._met
        self._met.add(key)
        return again

    def _rater(self) -> str:
        filtered = "" if self._filter in ("none", None) else f",{self._filter}"
        return f"lm-eval:{self._metric}{filtered}"

    def _chosen(self, record: Mapping[str, Any], filter: str) -> tuple[str, str]:
        """Return the metric and the filter that are asked for, or else those that come first."""
        asked, _, of = self._source.metric.partition(",")
        judging = [key for key in record if key not in _NO_METRICS and _judges(record[key])]
        if asked and asked not in record:
            there = ", ".join(judging) or "none"
            raise RecordError(f"there is no metric `{asked[:40]}` in it; there is {there}.")
        known = [name for name in _METRICS if name in judging]
        metric = asked or next(iter([*known, *judging]), "")
        if not metric:
            raise RecordError("no metric in it says that the answer is right or wrong.")
        return metric, of or filter


def _judges(value: object) -> bool:
    """Whether a value says right or wrong: of the whole answer, or of each thing asked for."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, bool) for each in value)
    return isinstance(value, int | float) and value in (0, 1)


def _verdict(record: Mapping[str, Any], metric: str) -> bool:
    value = record.get(metric)
    if not _judges(value):
        raise RecordError(
            f"`{metric[:40]}` is {str(value)[:40]}, which is neither right nor wrong; name another "
            "metric with --metric."
        )
    return all(value) if isinstance(value, list) else bool(value)


def _answered(row: _Row, *, by_length: bool, left_out: LeftOut) -> tuple[str, str]:
    """Return the prompt as it was sent, and the answer."""
    requests = _requests(row.arguments)
    likelihoods = [_likelihood(each) for each in row.filtered_resps]
    if any(each is not None for each in likelihoods):
        asked = len(requests) // 2
        if asked > 1 and not any(sent for sent, _ in requests[asked:]):
            # For `acc_mutual_info` each choice was measured once more, after no prompt.
            requests, likelihoods = requests[:asked], likelihoods[:asked]
        return _likeliest(requests, likelihoods, by_length=by_length)
    said = row.resps[0] if row.resps else None
    answers = said if isinstance(said, list) else [said]
    taken = answers[0] if len(answers) == 1 else next(iter(row.filtered_resps), None)
    if isinstance(taken, list):
        taken = next(iter(taken), None)
    if not isinstance(taken, str):
        raise RecordError("there is no answer in its `resps`.")
    left_out.add(_REPEATS, len(answers) - 1)
    return requests[0][0], taken


def _likeliest(
    requests: Sequence[tuple[str, str]], likelihoods: Sequence[float | None], *, by_length: bool
) -> tuple[str, str]:
    """Return what the choices have in common before them, and the choice that was made."""
    if len(likelihoods) != len(requests) or None in likelihoods:
        raise RecordError("its `filtered_resps` are not one likelihood for each of its requests.")
    if len(requests) == 1:
        raise RecordError(
            "it measures how likely one text is; what the model would have said is not there."
        )
    prompt = _in_common([sent for sent, _ in requests])
    choices = [sent[len(prompt) :] + went_on for sent, went_on in requests]
    measured = [-math.inf if each is None else each for each in likelihoods]
    if by_length:
        lengths = [len(went_on.removeprefix(" ")) or 1 for _, went_on in requests]
        measured = [each / length for each, length in zip(measured, lengths, strict=True)]
    return prompt, choices[measured.index(max(measured))].strip()


def _in_common(prompts: Sequence[str]) -> str:
    """Return the words that all prompts begin with; where the choices are in them, they differ."""
    first, last = min(prompts), max(prompts)
    if first == last:
        return first
    end = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    while end and not first[end - 1].isspace():
        end -= 1
    return first[:end]


def _likelihood(response: object) -> float | None:
    """Return a log-likelihood, of no number the least; None for what is none.

    The harness writes them as numbers or as texts.
    """
    if not (isinstance(response, list) and len(response) == 2):
        return None
    value, greedy = response
    if str(greedy) not in ("True", "False"):
        return None
    try:
        measured = float(value)
    except (TypeError, ValueError):
        return None
    return -math.inf if math.isnan(measured) else measured


def _requests(arguments: dict[str, dict[str, Any]] | list[list[Any]]) -> list[tuple[str, str]]:
    """Return each request's prompt and what it goes on with: a text, or none where it is free."""
    each: Iterable[Sequence[Any]] = (
        [list(request.values()) for request in arguments.values()]
        if isinstance(arguments, dict)
        else arguments
    )
    found = []
    for request in each:
        sent = _sent(request[0]) if request else None
        if sent is None:
            raise RecordError("a prompt in its `arguments` is no text.")
        went_on = request[1] if len(request) > 1 and isinstance(request[1], str) else ""
        found.append((sent, went_on))
    if not found:
        raise RecordError("there is no prompt in its `arguments`.")
    return found


class _Message(msgspec.Struct):
    role: str
    content: str


def _sent(prompt: object) -> str | None:
    """Return a prompt as text; of messages for a server, which are JSON in there, their texts."""
    if isinstance(prompt, list) and len(prompt) == 1:
        prompt = prompt[0]
    if not isinstance(prompt, str):
        return None
    if prompt.startswith("[{"):
        try:
            messages = msgspec.json.decode(prompt, type=list[_Message])
        except (msgspec.DecodeError, RecursionError):
            return prompt
        return "\n\n".join(message.content for message in messages)
    return prompt
