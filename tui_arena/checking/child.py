"""A process of its own for what may never end: patterns and schemas that others wrote.

Started by its path, so that nothing of the arena is imported here. Reads one JSON line a question
and writes one a reply.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import warnings
from typing import Any

_MOST_KINDS = 10
_LONGEST_KIND = 60
_LONGEST = 10
"""Seconds after which the process ends by itself."""


def _regex(question: dict[str, Any]) -> list[str]:
    found = re.search(question["pattern"], question["answer"])
    return [] if found is not None else ["no_match"]


def _json(question: dict[str, Any]) -> list[str]:
    value, chatty = _read(question["answer"])
    kinds = ["chatty"] if chatty else []
    if question["expected"] is not None and value != json.loads(question["expected"]):
        kinds.append("not_equal")
    if question["schema"]:
        kinds += _against(json.loads(question["schema"]), value)
    return kinds


def _read(answer: str) -> tuple[Any, bool]:
    """Return the JSON of an answer, and whether it stands in the midst of other text."""
    try:
        return json.loads(answer), False
    except ValueError:
        start = re.search(r"[{\[]", answer)
        if start is None:
            raise
        return json.JSONDecoder().raw_decode(answer, start.start())[0], True


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
        return {"kinds": ["garbage"]}
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
