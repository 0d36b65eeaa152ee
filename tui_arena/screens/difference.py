"""Where two texts differ, word by word, in work that grows with their length and not its square.

Words that stand once in both texts are found first and kept in order (patience); what lies between
them is compared by the shortest way (Myers, “An O(ND) Difference Algorithm”, 1986), in stretches.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "removed", "added"]

_WORD = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
_MOST_WORK = 1_000_000
"""Comparisons between two texts; what is left after these counts as replaced."""
_STRETCH = 100
"""Edits after which the way that came furthest is kept, so that work does not grow as a square."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some text that both have, or that only the first (removed) or the second (added) has."""

    kind: Kind
    text: str


class _Work:
    """How many comparisons may still be made."""

    def __init__(self) -> None:
        self.left = _MOST_WORK


_Pair = tuple[int, int]
"""Positions of the same word in both texts."""


def difference(old: str, new: str) -> list[Part]:
    """Return the parts of both texts in order; each text is the join of its own."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pairs = _match(before, after, 0, 0, _Work())
    return _joined(_parts(before, after, _without_lonely_blanks(before, after, pairs)))


def words(text: str) -> int:
    """Return how many words a text has, signs not counted."""
    return len(re.findall(r"\w+", text))


def _match(a: Sequence[str], b: Sequence[str], at: int, bt: int, work: _Work) -> list[_Pair]:
    """Return the words that stay, by their positions in the texts that a (at) and b (bt) are of."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    pairs = [(at + n, bt + n) for n in range(head)]
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if middle_a and middle_b:
        pairs += _between(middle_a, middle_b, at + head, bt + head, work)
    ends = at + len(a), bt + len(b)
    return pairs + [(ends[0] - n, ends[1] - n) for n in range(tail, 0, -1)]


def _between(a: Sequence[str], b: Sequence[str], at: int, bt: int, work: _Work) -> list[_Pair]:
    pairs: list[_Pair] = []
    a_from = b_from = 0
    for a_here, b_here in [*_anchors(a, b), (len(a), len(b))]:
        found = _near(a[a_from:a_here], b[b_from:b_here], work)
        pairs += [(at + a_from + x, bt + b_from + y) for x, y in found]
        if a_here < len(a):
            pairs.append((at + a_here, bt + b_here))
        a_from, b_from = a_here + 1, b_here + 1
    return pairs


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[_Pair]:
    """Return the words that stand once in both, as many as keep their order."""
    count_a, count_b = Counter(a), Counter(b)
    place = {word: n for n, word in enumerate(b) if count_b[word] == 1}
    once = [(n, place[w]) for n, w in enumerate(a) if count_a[w] == 1 and w in place]
    ends: list[int] = []
    """For each length, the lowest place in b at which such a row of words can end."""
    row: list[int] = []
    """Which of `once` ends there."""
    before: list[int] = []
    """For each of `once`, the one before it in its row; -1 for none."""
    for n, (_, y) in enumerate(once):
        length = bisect_left(ends, y)
        before.append(row[length - 1] if length else -1)
        ends[length : length + 1] = [y]
        row[length : length + 1] = [n]
    found: list[_Pair] = []
    n = row[-1] if row else -1
    while n >= 0:
        found.append(once[n])
        n = before[n]
    return found[::-1]


def _near(a: Sequence[str], b: Sequence[str], work: _Work) -> list[_Pair]:
    """Return the words that stay in a short way from a to b: the shortest, stretch by stretch."""
    pairs: list[_Pair] = []
    x = y = 0
    while x < len(a) and y < len(b) and work.left > 0:
        found, (dx, dy) = _stretch(a[x:], b[y:], work)
        pairs += [(x + here, y + there) for here, there in found]
        x, y = x + dx, y + dy
    return pairs


def _stretch(a: Sequence[str], b: Sequence[str], work: _Work) -> tuple[list[_Pair], _Pair]:
    """Return the words that stay within the first edits, and how far these came in both texts."""
    reach = {1: 0}
    rounds: list[dict[int, int]] = []
    ends: list[_Pair] = []
    for edits in range(_STRETCH):
        rounds.append(dict(reach))
        work.left -= 2 * edits + 1
        ends = []
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
                work.left -= 1
            reach[k] = x
            if x <= len(a) and y <= len(b):
                ends.append((x, y))
        if (len(a), len(b)) in ends:
            ends = [(len(a), len(b))]
            break
    furthest = max(ends, key=sum)
    return _way_back(rounds, *furthest), furthest


def _way_back(rounds: list[dict[int, int]], x: int, y: int) -> list[_Pair]:
    pairs: list[_Pair] = []
    for edits in range(len(rounds) - 1, -1, -1):
        reach, k = rounds[edits], x - y
        down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
        start_x = reach[k + 1] if down else reach[k - 1]
        start_y = start_x - (k + 1 if down else k - 1)
        while x > max(start_x, 0) and y > max(start_y, 0) and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start_x, start_y
    return pairs[::-1]


def _without_lonely_blanks(
    a: Sequence[str], b: Sequence[str], pairs: Sequence[_Pair]
) -> list[_Pair]:
    """Leave out blanks that stay between changed words, so that a changed phrase is one part."""
    kept: list[_Pair] = []
    run: list[_Pair] = []
    for pair in [*pairs, (-1, -1)]:
        if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
            at_an_end = run[0] == (0, 0) or run[-1] == (len(a) - 1, len(b) - 1)
            if at_an_end or any(a[x] == "\n" or not a[x].isspace() for x, _ in run):
                kept += run
            run = []
        run.append(pair)
    return kept


def _parts(a: Sequence[str], b: Sequence[str], pairs: Sequence[_Pair]) -> Iterator[Part]:
    x_from = y_from = 0
    for x, y in [*pairs, (len(a), len(b))]:
        yield Part("removed", "".join(a[x_from:x]))
        yield Part("added", "".join(b[y_from:y]))
        yield Part("same", "".join(a[x : x + 1]))
        x_from, y_from = x + 1, y + 1


def _joined(parts: Iterator[Part]) -> list[Part]:
    """Join neighbours of one kind, and leave out what is empty."""
    texts: list[tuple[Kind, list[str]]] = []
    for part in parts:
        if not part.text:
            continue
        if texts and texts[-1][0] == part.kind:
            texts[-1][1].append(part.text)
        else:
            texts.append((part.kind, [part.text]))
    return [Part(kind, "".join(pieces)) for kind, pieces in texts]
