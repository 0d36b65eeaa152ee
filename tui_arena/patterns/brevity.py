"""Responses that are too short to be grouped by what they say: a letter, a number, a word.

Of answers to multiple choice a group of all the wrong B would be one of no meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from tui_arena.patterns.cases import Flags
from tui_arena.patterns.tokens import TELLING

_LONGEST = 100
"""Characters from which on a text is not short."""
_NEARLY_ALL = 0.8
"""Which share of texts makes them all alike in something."""
_WORD = re.compile(TELLING)


def too_short(texts: Sequence[str]) -> Flags:
    """Return which texts are too short to be grouped by what they say.

    Always those that are a letter or a number, and a letter in words that nearly all of the short
    texts have ("The answer is B."). Where nearly all are a single word, all of these.
    """
    words = [_words(text) for text in texts]
    short = [each for each in words if each is not None]
    has = Counter(word for each in short for word in set(each))
    common = {word for word, number in has.items() if number >= _NEARLY_ALL * len(short)}
    choices = np.array([_is_choice(each, common) for each in words], dtype=np.bool_)
    single = np.array([each is not None and len(each) < 2 for each in words], dtype=np.bool_)
    little = choices | single
    return little if little.sum() >= _NEARLY_ALL * len(texts) else choices


def most_often(texts: Sequence[str], most: int) -> list[tuple[str, int]]:
    """Return the texts that are there most often, in one line, and how often each is."""
    said = Counter(" ".join(text.split()) for text in texts)
    return sorted(said.items(), key=lambda item: (-item[1], item[0]))[:most]


def _words(text: str) -> list[str] | None:
    """Return the words of a short text; None of a longer one."""
    return None if len(text) > _LONGEST else _WORD.findall(text.casefold())


def _is_choice(words: list[str] | None, common: set[str]) -> bool:
    if words is None:
        return False
    if len(words) == 1:
        return len(words[0]) == 1 or words[0].isdecimal()
    own = [word for word in words if word not in common]
    return len(own) == 1 and len(own[0]) == 1 and own[0].isalpha()
