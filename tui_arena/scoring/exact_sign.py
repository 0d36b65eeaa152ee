"""Whether one of two models is better, by the pairs in which only one of them was right."""

from __future__ import annotations


def sign_test(b: int, c: int) -> float:
    """Return the exact two-sided p-value of `b` pairs for one side and `c` for the other.

    Pairs in which both were right, or both wrong, tell nothing and are not counted. It is 1 where
    there are none that tell. Also known as the exact form of McNemar's test.

    Sources: J. Arbuthnott, An Argument for Divine Providence, Phil. Trans. 27 (1710);
    Q. McNemar, Note on the Sampling Error of the Difference between Correlated Proportions or
    Percentages, Psychometrika 12 (1947).
    """
    n, fewer = b + c, min(b, c)
    ways = tail = 1  # of 0 among n; whole numbers, so nothing is rounded
    for k in range(fewer):
        ways = ways * (n - k) // (k + 1)
        tail += ways
    return min(1.0, 2 * tail / (1 << n))
