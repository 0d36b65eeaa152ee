"""Texts as points: those that are alike lie near each other.

By default a text is its words: TF-IDF with a truncated SVD, "latent semantic analysis" (Deerwester
et al. 1990). It needs no model, and on prompts by category it did as well as small neural ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tui_arena.patterns.tokens import TOKEN, ends

Points = NDArray[np.float32]
Tell = Callable[[str, float | None], None]
"""Hears what is being done, and how far it is from 0 to 1; None where that is not known."""

AXES = 50
"""Most axes of a point."""

_SAMPLE = 10_000
"""Vocabulary and axes come from at most so many texts, drawn with the seed: memory has a bound."""
_BLOCK = 2_000
_WORDS, _PIECES = 20_000, 30_000
"""Most terms that are words, and most that are pieces of words."""
_LONGEST, _LONGEST_FOR_PIECES = 4_000, 600
"""Characters that are looked at: for words at both ends of a text, for pieces at its beginning."""


class Embedder(Protocol):
    """What makes points of texts, of length 1 each (0 where a text has nothing to go by)."""

    name: str
    """How it is called on the command line."""

    def prompts(self, texts: Sequence[str], tell: Tell) -> Points:
        """Return a point for each prompt, float32 of shape (texts, axes)."""
        ...

    def responses(self, texts: Sequence[str], tell: Tell) -> Points:
        """Return a point for each response, float32 of shape (texts, axes)."""
        ...


class TfIdf:
    """Points from words; for responses from pieces of words as well, which suits code and calls."""

    name = "tfidf"

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def prompts(self, texts: Sequence[str], tell: Tell) -> Points:
        """Return points from single words and pairs of words."""
        return self._points(texts, tell, pieces=False)

    def responses(self, texts: Sequence[str], tell: Tell) -> Points:
        """Return points from words, pairs of words, and 2 to 5 characters within words."""
        return self._points(texts, tell, pieces=True)

    def _points(self, texts: Sequence[str], tell: Tell, *, pieces: bool) -> Points:
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        terms = _terms(pieces=pieces)
        tell("Reading the words", None)
        counts = terms.fit_transform(_sample(texts, self._seed))
        along = _axes(counts, AXES, self._seed)
        del counts
        blocks = []
        for start in range(0, len(texts), _BLOCK):
            tell("Placing the texts", start / len(texts))
            blocks.append(along(terms.transform(texts[start : start + _BLOCK])))
        return unit(np.concatenate(blocks))


def unit(points: NDArray[Any]) -> Points:
    """Return points at length 1, so that a product of two is their cosine; 0 stays 0."""
    lengths = np.linalg.norm(points, axis=1, keepdims=True)
    found: Points = np.where(lengths > 1e-9, points / np.maximum(lengths, 1e-9), 0).astype(
        np.float32
    )
    return found


def fewer_axes(points: Points, axes: int, *, seed: int) -> Points:
    """Return the points along the axes on which they differ most, at length 1."""
    if points.shape[1] <= axes or len(points) <= axes:
        return points
    return unit(_axes(points[_drawn(len(points), seed)], axes, seed)(points))


def on_paper(points: Points, *, seed: int) -> NDArray[np.float32]:
    """Return where to draw the points: their ranks on their first two principal axes, -1 to 1.

    A few texts that are like no other would press all the rest into a spot; ranks spread them.
    """
    from scipy.stats import rankdata

    flat = np.zeros((len(points), 2), dtype=np.float32)
    if len(points) > 1:
        centred = points - points.mean(axis=0)
        along = _axes(centred[_drawn(len(points), seed)], 2, seed)(centred)
        ranks = rankdata(np.round(along, 5), axis=0) - 1
        flat[:, : along.shape[1]] = 2 * ranks / (len(points) - 1) - 1
    return flat


def _terms(*, pieces: bool) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion

    words = TfidfVectorizer(
        preprocessor=lambda text: ends(text, _LONGEST).casefold(),
        token_pattern=TOKEN,
        ngram_range=(1, 2),
        max_features=_WORDS,
        dtype=np.float32,
    )
    if not pieces:
        return words
    parts = TfidfVectorizer(
        preprocessor=lambda text: text[:_LONGEST_FOR_PIECES].casefold(),
        analyzer="char_wb",
        ngram_range=(2, 5),
        max_features=_PIECES,
        dtype=np.float32,
    )
    return FeatureUnion([("words", words), ("pieces", parts)])


def _axes(table: Any, most: int, seed: int) -> Callable[[Any], NDArray[Any]]:
    """Return what projects rows onto the axes along which those of a table are largest."""
    from sklearn.decomposition import TruncatedSVD

    if table.shape[1] < 2:
        return lambda rows: np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows)
    svd = TruncatedSVD(n_components=min(most, *table.shape), random_state=seed)
    with np.errstate(divide="ignore", invalid="ignore"):  # shares of a variance that may be 0
        svd.fit(table)
    return lambda rows: np.asarray(svd.transform(rows))


def _sample(texts: Sequence[str], seed: int) -> list[str]:
    """Return the texts that the vocabulary is made of; one word more keeps it from being empty."""
    drawn = [texts[number] for number in _drawn(len(texts), seed)]
    return drawn if any(text.strip() for text in drawn) else [*drawn, "empty"]


def _drawn(count: int, seed: int) -> NDArray[np.int64]:
    if count <= _SAMPLE:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, _SAMPLE, replace=False))
