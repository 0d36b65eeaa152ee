"""The question in a prompt of a benchmark, without the examples and the template around it.

Examples are the same in every prompt of a task, and templates differ from model to model: with them
all prompts of a task look alike, and no two models were asked the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ASKED = (
    *("question", "Question", "problem", "query", "goal", "question_stem"),
    *("prompt", "input", "text", "sentence"),
)
_GIVEN = ("context", "passage", "narrative", "story", "article", "premise", "ctx")
_CHOICES = ("choices", "options", "endings")


def question_in(sent: str, doc: Mapping[str, Any]) -> str | None:
    """Return the piece of a prompt that a document of a data set stands in; None where it is not.

    It begins with what the document gives or asks, and ends with that, or with its choices where
    they follow: the same words for every model, whatever stands around them.
    """
    asked = _places(sent, doc, _ASKED)
    if not asked:
        return None
    given = [place for place in _places(sent, doc, _GIVEN) if place[0] < asked[0][0]]
    start = min(begin for begin, _ in [*given, asked[0]])
    end = max(end for _, end in [*given, asked[0]])
    return sent[start : _after_choices(sent, doc, end)]


def _places(sent: str, doc: Mapping[str, Any], names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where the texts of these fields stand last, in the order of the names."""
    found = []
    for name in names:
        value = doc.get(name)
        text = value.strip() if isinstance(value, str) else ""
        at = _last(sent, text) if text else -1
        if at >= 0:
            found.append((at, at + len(text)))
    return found


def _last(sent: str, text: str) -> int:
    """Return where a text stands last, but not within a word, as "cause" does in "because"."""
    at = sent.rfind(text)
    while at >= 0 and (_joined(sent, at) or _joined(sent, at + len(text))):
        at = sent.rfind(text, 0, at + len(text) - 1)
    return at


def _joined(sent: str, at: int) -> bool:
    """Whether letters of one word stand before and after a place, in a script with spaces."""
    around = sent[max(at - 1, 0) : at + 1]
    return len(around) == 2 and around.isascii() and around.isalpha()


def _after_choices(sent: str, doc: Mapping[str, Any], at: int) -> int:
    """Return where the choices end that follow a place, one after the other; else that place."""
    for name in _CHOICES:
        value = doc.get(name)
        texts = value.get("text") if isinstance(value, dict) else value
        if not (isinstance(texts, list) and texts and all(isinstance(t, str) for t in texts)):
            continue
        end = at
        for text in texts:
            begin = sent.find(text.strip(), end)
            if begin < 0:
                break
            end = begin + len(text.strip())
        else:
            return end
    return at
