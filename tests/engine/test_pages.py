import pytest

from tui_arena.engine.pages import PAGE, SPARE, NoRoom, PageBook


def test_the_next_turn_finds_the_longest_prefix():
    book = PageBook(pages=9, context=4 * PAGE)
    cached = book.open("left", [1, 2, 3])
    book.reserve(cached, 3)
    cached.ids += [1, 2, 3]
    book.close(cached)
    assert book.open("left", [1, 2, 9, 9]).ids == [1, 2]


def test_one_token_is_always_left_to_read():
    book = PageBook(pages=9, context=4 * PAGE)
    cached = book.open("left", [1, 2, 3])
    cached.ids += [1, 2, 3]
    assert book.open("left", [1, 2, 3]).ids == [1, 2]


def test_pages_are_taken_as_tokens_come_and_given_back():
    book = PageBook(pages=5, context=4 * PAGE)
    cached = book.open("left", [1])
    book.reserve(cached, 1)
    assert len(cached.pages) == 1
    book.reserve(cached, PAGE + 1)
    assert len(cached.pages) == 2
    assert SPARE not in cached.pages
    book.rewind(cached, 1)
    assert len(cached.pages) == 1
    other = book.open("right", [1])
    book.reserve(other, 3 * PAGE)
    assert not set(other.pages) & set(cached.pages)


def test_the_idle_one_used_longest_ago_makes_room():
    book = PageBook(pages=4, context=4 * PAGE)
    for name in ("old", "new"):
        cached = book.open(name, [1, 2])
        book.reserve(cached, 2)
        cached.ids += [1, 2]
        book.close(cached)
    busy = book.open("busy", [5])
    book.reserve(busy, 2 * PAGE)
    assert book.open("old", [1, 2, 3]).ids == []
    assert book.open("new", [1, 2, 3]).ids == [1, 2]


def test_answers_under_way_are_never_evicted():
    book = PageBook(pages=3, context=4 * PAGE)
    left, right = book.open("left", [1]), book.open("right", [1])
    book.reserve(left, 1)
    book.reserve(right, 1)
    with pytest.raises(NoRoom, match="stop another answer"):
        book.reserve(left, PAGE + 1)
    assert len(left.pages) == len(right.pages) == 1
