"""Which of an answer's mistakes a correction is about, as far as its words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = {
    "date": r"dates?|years?|months?|days?|tomorrow|yesterday|\d{4}",
    "time": r"time|hours?|o'clock|24h|24-hour|am|pm|morning|evening|noon",
    "duration": r"duration|minutes?|mins?|hours?|half an hour|long",
    "title": r"titles?|names?|events?",
    "chatty": r"just|only|nothing else|no (?:text|words|prose|explanations?|apolog\w+)"
    r"|apolog\w+|explain\w*|explanations?|chatty|line of code|code only",
    "duplicate_call": r"one|once|twice|duplicates?|single",
    "extra_call": r"one|once|single|don'?t (?:need|ne?d)|extra",
    "wrong_function": r"wrong (?:api|function|call|method)|remove|delete|cancel|add|instead",
    "missing": r"require[sd]?|missing|need|params?|parameters?|arguments?|forgot\w*|left out",
    "missing_prefix": r"action\.|prefix|object",
    "argument": r"params?|parameters?|arguments?|unknown|don'?t (?:need|ne?d)|extra",
    "stray_signs": r"parenthes[ie]s|brackets?|quotes?|semicolons?|extra|syntax",
    "garbage": r"api|calls?|code|answer|format|json|respond",
    "non_literal": r"literals?|values?|variables?|placeholders?",
}


def targeted(correction: str, kinds: Sequence[str], left: Sequence[str]) -> frozenset[str]:
    """Return which of the kinds in an answer a correction is about.

    `left` are those that the answer to the correction still has. Words decide, those of the
    argument's name among them; where they tell nothing, what is gone was meant, and if nothing is,
    all of it.
    """
    told = frozenset(kind for kind in kinds if _speaks_of(correction, kind))
    gone = frozenset(kinds) - frozenset(left)
    return told or gone or frozenset(kinds)


def _speaks_of(correction: str, kind: str) -> bool:
    form, _, argument = kind.partition(":")
    words = [_WORDS.get(form, "")] if form != "value" else []
    if form.endswith("_argument"):
        words.append(_WORDS["argument"])
    if argument:
        words += [_WORDS.get(argument, ""), re.escape(argument)]
    said = "|".join(word for word in words if word)
    text = correction[:4000]
    return bool(said) and re.search(rf"(?<!\w)(?:{said})(?!\w)", text, re.IGNORECASE) is not None
