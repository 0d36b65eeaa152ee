"""A process of its own for what may never end: patterns and schemas that others wrote.

Started by its path, so that nothing of the arena is imported here. Reads one JSON line a question
and writes one a reply.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import signal
import sys
import warnings
from typing import Any

_MOST_KINDS = 10
_LONGEST_KIND = 60
_MOST_STARTS = 20
"""Of how many brackets in an answer it is tried whether JSON begins there."""
_LONGEST = 10
"""Seconds after which the process ends by itself."""


def _regex(question: dict[str, Any]) -> list[str]:
    found = re.search(question["pattern"], question["answer"])
    return [] if found is not None else ["no_match"]


def _json(question: dict[str, Any]) -> list[str]:
    try:
        value, chatty = _read(question["answer"])
    except RecursionError:  # brackets in brackets without an end
        return ["garbage"]
    kinds = ["chatty"] if chatty else []
    if question["expected"] is not None and not _same(value, json.loads(question["expected"])):
        kinds.append("not_equal")
    if question["schema"]:
        kinds += _against(json.loads(question["schema"]), value)
    return kinds


def _read(answer: str) -> tuple[Any, bool]:
    """Return the JSON of an answer, and whether it stands in the midst of other text."""
    decoder = json.JSONDecoder(parse_constant=_no_json)
    try:
        return decoder.decode(answer), False
    except ValueError:
        for start in itertools.islice(re.finditer(r"[{\[]", answer), _MOST_STARTS):
            with contextlib.suppress(ValueError):
                return decoder.raw_decode(answer, start.start())[0], True
        raise


def _no_json(name: str) -> Any:
    """Refuse NaN and Infinity, which Python's reader takes for JSON."""
    raise ValueError(name)


def _same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are the same; for Python alone true is 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _against(schema: Any, value: Any) -> list[str]:
    import jsonschema
    import referencing

    # A registry that fetches nothing: a remote $ref is an error, and no request.
    validator = jsonschema.Draft202012Validator(schema, registry=referencing.Registry())
    kinds: list[str] = []
    for error in validator.iter_errors(value):
        kinds.append(f"schema:{error.json_path}"[:_LONGEST_KIND])
        if len(kinds) == _MOST_KINDS:
            break
    return kinds


def _reply(question: dict[str, Any]) -> dict[str, Any]:
    try:
        kinds = _regex(question) if question["check"] == "regex" else _json(question)
    except ValueError:  # no JSON
        return {"kinds": ["garbage"]}
    except RecursionError:
        return {"problem": "it nests too deeply, or the schema leads back to itself"}
    except Exception as problem:  # noqa: BLE001  # a $ref that leads nowhere, a pattern in a schema
        return {"problem": " ".join(str(problem).split())[:200]}
    return {"kinds": list(dict.fromkeys(kinds))}


def main() -> None:
    """Answer question after question until there are no more."""
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        signal.alarm(_LONGEST)  # who asked may be gone, and a search hears of nothing else
        reply = _reply(json.loads(line))
        signal.alarm(0)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
