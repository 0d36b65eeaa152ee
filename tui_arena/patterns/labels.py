"""Words that tell a group of texts from the rest.

Log-odds with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, "Fightin' Words"): rare
words need more to stand out than in a ratio of counts, and common words do not drown the others.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.grouping import NONE
from tui_arena.patterns.tokens import TELLING, ends

_WORDS = 3
_VOCABULARY = 20_000
_LONGEST = 4_000
_PRIOR, _MOST_PRIOR = 0.1, 500.0
"""How many words the prior weighs as much as: this share of those there are, and no more."""
_LOOKED_AT = 200
_LONGEST_TERM = 40
"""Characters of a word or pair; what is longer is no word that anybody reads."""
_STOP_WORDS = frozenset(("did", "didn", "does", "doesn", "don", "just", "ll", "ve"))
"""Those that scikit-learn's list of English ones lacks."""
_LEAST_Z = 1.0
"""How many standard deviations above the rest a word must be."""
_LEAST_SHARE = 0.1
"""Which share of a group must have a word that stands for it."""


def label_groups(texts: Sequence[str], groups: NDArray[np.int64]) -> list[str]:
    """Return a label for each group from 0 on: up to three words or pairs of words.

    `NONE` belongs to the rest of every group. A group that is all there is is called by its most
    common words; one that no word tells from the rest by "". Numbers and English words that mean
    nothing by themselves are taken only where a group has no others.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    stop_words = ENGLISH_STOP_WORDS | _STOP_WORDS

    total = int(groups.max(initial=NONE)) + 1
    if total == 0:
        return []
    vectorizer = CountVectorizer(
        preprocessor=lambda text: ends(text, _LONGEST).casefold(),
        token_pattern=TELLING,
        ngram_range=(1, 2),
        max_features=_VOCABULARY,
        dtype=np.int32,
    )
    if not any(vectorizer.build_tokenizer()(ends(text, _LONGEST)) for text in texts):
        return [""] * total
    counts = vectorizer.fit_transform(texts)
    terms = vectorizer.get_feature_names_out()
    everywhere = np.asarray(counts.sum(axis=0)).ravel().astype(np.float64)
    readable = np.array([len(term) <= _LONGEST_TERM for term in terms])
    labels = []
    for number in range(total):
        own = counts[groups == number]
        inside = np.asarray(own.sum(axis=0)).ravel().astype(np.float64)
        shared = np.asarray((own > 0).sum(axis=0)).ravel() >= max(1, _LEAST_SHARE * own.shape[0])
        z = log_odds(inside, everywhere - inside) if own.shape[0] < len(texts) else inside
        z = np.where(shared & readable, z, -np.inf)
        order = np.argsort(-z, kind="stable")[:_LOOKED_AT]
        ranked = [terms[term] for term in order if z[term] >= _LEAST_Z]
        telling = [term for term in ranked if _means_something(term, stop_words)]
        labels.append(", ".join(_apart(telling or ranked)))
    return labels


def log_odds(inside: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each word the z-score of its log-odds inside against those in the rest.

    Both are counts of the same words. The prior is how common each word is in both together.
    """
    both = inside + rest
    total = max(both.sum(), 1.0)
    prior = min(_PRIOR * total, _MOST_PRIOR) * both / total + 1e-9
    one, other = inside + prior, rest + prior
    odds = np.log(one / np.maximum(one.sum() - one, 1e-9))
    odds -= np.log(other / np.maximum(other.sum() - other, 1e-9))
    z: NDArray[np.float64] = odds / np.sqrt(1 / one + 1 / other)
    return z


def _means_something(term: str, stop_words: Container[str]) -> bool:
    """Whether a word, or the first and the last one of several, means something by itself."""
    words = term.split()
    return all(
        len(word) > 1 and not word.isdecimal() and word not in stop_words
        for word in (words[0], words[-1])
    )


def _apart(terms: Sequence[str]) -> list[str]:
    """Return the first terms that have no word in common."""
    chosen: list[str] = []
    met: set[str] = set()
    for term in terms:
        words = set(term.split())
        if len(chosen) < _WORDS and not words & met:
            chosen.append(term)
            met |= words
    return chosen
