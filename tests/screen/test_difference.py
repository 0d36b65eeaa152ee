"""Word-level differences: every text is there whole, changes are small, and work has a limit."""

import random

import pytest

from tui_arena.screens import difference as module
from tui_arena.screens.difference import Part, difference, words


def held(old: str, new: str) -> list[Part]:
    """The parts, after both texts were put together from them again."""
    parts = difference(old, new)
    assert "".join(part.text for part in parts if part.kind != "added") == old
    assert "".join(part.text for part in parts if part.kind != "removed") == new
    return parts


def test_a_changed_year_is_one_word() -> None:
    assert held('add("Fred", date="2023-11-11")', 'add("Fred", date="2024-11-11")') == [
        Part("same", 'add("Fred", date="'),
        Part("removed", "2023"),
        Part("added", "2024"),
        Part("same", '-11-11")'),
    ]


def test_a_changed_phrase_is_one_part() -> None:
    assert held("the quick brown fox", "the slow red fox") == [
        Part("same", "the "),
        Part("removed", "quick brown"),
        Part("added", "slow red"),
        Part("same", " fox"),
    ]


def test_empty_texts_have_parts_only_where_there_is_text() -> None:
    assert held("", "") == []
    assert held("a", "") == [Part("removed", "a")]
    assert held("", "a b") == [Part("added", "a b")]
    assert held("a b", "a b") == [Part("same", "a b")]


def test_any_two_texts_can_be_put_together_again() -> None:
    chance = random.Random(7)
    for _ in range(400):
        made = ["".join(chance.choices("ab \n.", k=chance.randrange(14))) for _ in range(2)]
        held(made[0], made[1])


def test_no_shorter_difference_is_missed_in_short_texts() -> None:
    parts = held("a b c a b b a", "c b a b a c")
    assert sum(words(part.text) for part in parts if part.kind != "same") == 5


HARD = {
    "nothing in common": (lambda n: f"a{n}", lambda n: f"b{n}"),
    "the other way round": (lambda n: str(n), lambda n: str(20_000 - n)),
    "over and over": (lambda n: "xyz"[n * n % 3], lambda n: "xyz"[n % 3]),
    "every tenth": (lambda n: f"w{n * n % 997}", lambda n: f"w{n * n % 997}" if n % 10 else "no"),
}


@pytest.mark.parametrize("kind", HARD)
def test_twenty_thousand_words_take_little_work(kind, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Counted(module._Work):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(module, "_Work", Counted)
    old, new = (" ".join(map(word, range(20_000))) for word in HARD[kind])
    parts = held(old, new)
    [work] = made
    assert work.left > -100_000
    if kind == "every tenth":
        same = sum(words(part.text) for part in parts if part.kind == "same")
        assert same > 17_000
