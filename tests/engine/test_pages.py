import random
from collections import Counter

import pytest

from tui_arena.engine.pages import PAGE, SPARE, Cached, NoRoom, PageBook


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


def written(book: PageBook, name: str, ids: list[int]) -> Cached:
    """Open a branch and let it hold these tokens."""
    cached = book.open(name, ids)
    book.reserve(cached, len(ids))
    cached.ids += ids[len(cached.ids) :]
    return cached


def test_branches_share_what_they_have_in_common():
    book = PageBook(pages=9, context=4 * PAGE)
    prompt = list(range(PAGE + 10))
    first = written(book, "left", prompt)
    branches = [first, *(book.open("left", [*prompt, 1]) for _ in range(2))]
    assert [branch.pages for branch in branches] == [first.pages] * 3
    assert book.take_copies() == []

    shared = first.pages[1]
    for branch in branches:
        book.reserve(branch, len(prompt) + 1)
    copies = book.take_copies()
    assert [source for source, _ in copies] == [shared, shared], "the last one needs no copy"
    assert len({branch.pages[0] for branch in branches}) == 1
    assert len({branch.pages[1] for branch in branches}) == 3
    assert {branch.pages[1] for branch in branches} == {shared, *(target for _, target in copies)}


def test_another_prompt_leaves_the_branches_as_they_are():
    book = PageBook(pages=9, context=4 * PAGE)
    prompt = list(range(PAGE + 10))
    attempts = [book.open("left", ()) for _ in range(3)]
    for number, cached in enumerate(attempts):
        ids = [*prompt, *[number] * 20]
        book.reserve(cached, len(ids))
        cached.ids += ids
        book.close(cached)
    again = book.open("left", [*prompt, 99])
    assert again.ids == prompt
    book.close(again)
    for number, cached in enumerate(attempts):
        chosen = book.open("left", [*prompt, *[number] * 20, 7, 8])
        assert chosen is cached
        book.close(chosen)


def test_what_a_conversation_left_behind_goes_before_another_conversation():
    book = PageBook(pages=4, context=4 * PAGE)
    other = written(book, "right", [1, 2])
    book.close(other)
    for first in (3, 4):
        book.close(written(book, "left", [first, 5, 6]))
    book.reserve(book.open("new", [9]), 1)
    assert book.held("left", [3, 5, 6, 7]) == 0
    assert book.held("left", [4, 5, 6, 7]) == 3
    assert book.held("right", [1, 2, 3]) == 2


@pytest.mark.parametrize("seed", range(20))
def test_no_page_is_ever_lost_or_written_by_two(seed):
    """Whatever happens, every token reads back as it was written.

    A copy of what the device would hold stands beside the book; the steps are forks, writes,
    rewinds, ends and prompts that push others out.
    """
    chance = random.Random(seed)
    book = PageBook(pages=12, context=6 * PAGE)
    device = [[-1] * PAGE for _ in range(12)]
    under_way: list[tuple[str, Cached, list[int]]] = []
    refused = 0

    def copy() -> None:
        for source, target in book.take_copies():
            device[target] = list(device[source])

    def write(cached: Cached, ids: list[int], upto: int) -> None:
        book.reserve(cached, upto)
        copy()
        for at in range(len(cached.ids), upto):
            device[cached.pages[at // PAGE]][at % PAGE] = ids[at]
            cached.ids.append(ids[at])

    def check() -> None:
        branches = [cached for kept in book._branches.values() for cached in kept]
        for cached in branches:
            assert len(cached.pages) >= -(-len(cached.ids) // PAGE)
            assert SPARE not in cached.pages
            assert len(set(cached.pages)) == len(cached.pages)
            read = [device[cached.pages[at // PAGE]][at % PAGE] for at in range(len(cached.ids))]
            assert read == cached.ids
        owners = Counter(page for cached in branches for page in cached.pages)
        assert owners == Counter({p: n for p, n in enumerate(book._owners) if n})
        assert sorted([*owners, *book._free]) == list(range(1, 12))
        assert {id(cached) for _, cached, _ in under_way} <= {id(cached) for cached in branches}

    prompts = [[chance.randrange(4) for _ in range(chance.randrange(2, 700))] for _ in range(4)]
    for _ in range(150):
        action = chance.choice(["open", "fork", "write", "write", "write", "rewind", "end", "drop"])
        if action == "open" or not under_way:
            name = chance.choice("ab")
            ids = list(chance.choice(prompts))
            ids = ids[: chance.randrange(2, len(ids) + 1)] + [chance.randrange(9, 12)] * 5
            under_way.append((name, book.open(name, ids), ids))
        else:
            entry = chance.choice(under_way)
            name, cached, ids = entry
            if action == "fork" and len(under_way) < 6:
                other = [*cached.ids, chance.randrange(20, 30), 1]
                under_way.append((name, book.open(name, other), other))
            elif action == "write":
                ids += [chance.randrange(4) for _ in range(chance.choice([1, 1, 200]))]
                try:
                    write(cached, ids, min(len(ids), 6 * PAGE))
                except NoRoom:
                    refused += 1
            elif action == "rewind":
                book.rewind(cached, chance.randrange(len(cached.ids) + 1))
                del ids[len(cached.ids) :]
            elif action in ("end", "drop"):
                under_way.remove(entry)
                book.close(cached) if action == "end" else book.drop(cached)
        check()
    for _, cached, _ in under_way:
        book.drop(cached)
    for name in "ab":
        book.forget(name)
    assert sorted(book._free) == list(range(1, 12)), "a page was lost"
