"""Who owns which page of a model's KV cache. Plain bookkeeping, nothing of it on the device.

A conversation can have several branches, such as attempts at one prompt. Branches share the pages
that their tokens have in common; who writes to a shared page gets a copy of its own first.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.errors import ArenaError

PAGE = 256
"""Tokens a page."""
CONVERSATIONS = 2
"""Conversations of full length that a model's KV cache holds, where there is memory for them."""
SPARE = 0
"""The page that takes what is written for padding; never read."""
_TRIFLE = 1
"""Most tokens that a branch may lose when another prompt goes on with it."""


def pages_for(context: int, conversations: int = CONVERSATIONS) -> int:
    """Return the pages that so many conversations of full length take, the spare one among them."""
    return conversations * -(-context // PAGE) + 1


class NoRoom(ArenaError):
    """All pages belong to answers under way."""


class Cached:
    """The cached part of one branch of a conversation: which tokens, on which pages."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        """Tokens whose K and V are written, in order."""
        self.pages: list[int] = []
        self.busy = False
        """Whether an answer under way uses it; a busy one is never evicted."""
        self.used = 0
        """When it was last used, in the pool's own count."""


class PageBook:
    """The pages of one model, handed to conversations and taken back.

    Where pages run short, what no answer uses is evicted: first branches that their conversation
    has left behind, then whole conversations; least recently used first.
    """

    def __init__(self, *, pages: int, context: int) -> None:
        self.pages = pages
        """Pages in all, the spare one among them."""
        self.table_length = -(-context // PAGE)
        """Most pages of one conversation."""
        self._free = [page for page in range(pages) if page != SPARE]
        self._owners = [0] * pages
        self._branches: dict[str, list[Cached]] = {}
        self._copies: list[tuple[int, int]] = []
        self._clock = 0

    def open(self, conversation: str, ids: Sequence[int]) -> Cached:
        """Return a branch that begins as `ids` does, as far as any of the conversation; now busy.

        An idle branch that `ids` goes on from is taken over; any other one is left as it is, and
        shares its pages. At least one token of `ids` is left uncached, because the next token's
        scores come from it.
        """
        branches = [b for b in self._branches.get(conversation, ()) if b.ids or b.busy]
        best, shared = _longest(branches, ids)
        if best is None or best.busy or len(best.ids) - shared > _TRIFLE:
            source, best = best, Cached()
            branches.append(best)
            if source is not None:
                best.ids = source.ids[:shared]
                best.pages = source.pages[: -(-shared // PAGE)]
                for page in best.pages:
                    self._owners[page] += 1
        self._branches[conversation] = branches
        self.rewind(best, shared)
        best.busy = True
        self._touch(best)
        return best

    def held(self, conversation: str, ids: Sequence[int]) -> int:
        """Return how many tokens of `ids` a branch would begin with that is opened now."""
        return _longest(self._branches.get(conversation, ()), ids)[1]

    def reserve(self, cached: Cached, tokens: int) -> None:
        """Give a branch pages for so many tokens, all that it will write to its own alone.

        Evicts what is idle where needed; raises `NoRoom` where too few pages can be freed.
        """
        self._touch(cached)
        while True:
            shared = self._shared_page(cached)
            grown = max(0, -(-tokens // PAGE) - len(cached.pages))
            if len(self._free) >= grown + (shared is not None):
                break
            self._evict()
        if shared is not None:
            source = cached.pages[shared]
            self._owners[source] -= 1
            cached.pages[shared] = self._take()
            self._copies.append((source, cached.pages[shared]))
        cached.pages += [self._take() for _ in range(grown)]

    def take_copies(self) -> list[tuple[int, int]]:
        """Return which page must be copied to which one, in this order, before the next step."""
        copies, self._copies = self._copies, []
        return copies

    def rewind(self, cached: Cached, tokens: int) -> None:
        """Forget all but the first `tokens` tokens."""
        del cached.ids[tokens:]
        keep = -(-tokens // PAGE)
        for page in cached.pages[keep:]:
            self._owners[page] -= 1
            if self._owners[page] == 0:
                self._free.append(page)
        del cached.pages[keep:]

    def close(self, cached: Cached) -> None:
        """Say that no answer uses the branch any more; its tokens stay for the next turn."""
        cached.busy = False

    def drop(self, cached: Cached) -> None:
        """Forget a branch, and that an answer used it."""
        self.rewind(cached, 0)
        cached.busy = False

    def forget(self, conversation: str) -> None:
        """Drop what a conversation keeps for later turns."""
        for cached in self._branches.get(conversation, ()):
            if not cached.busy:
                self.drop(cached)

    def _shared_page(self, cached: Cached) -> int | None:
        """Return where in its table the page is that the next token goes to, if others read it."""
        index = len(cached.ids) // PAGE
        if index < len(cached.pages) and self._owners[cached.pages[index]] > 1:
            return index
        return None

    def _take(self) -> int:
        page = self._free.pop()
        self._owners[page] = 1
        return page

    def _evict(self) -> None:
        """Forget the idle branch that will be missed least; raises `NoRoom` without one."""
        idle = [
            (cached is max(branches, key=lambda branch: branch.used), cached.used, cached)
            for branches in self._branches.values()
            for cached in branches
            if not cached.busy and cached.pages
        ]
        if not idle:
            raise NoRoom(
                "The memory for conversations on this model is full; stop another answer first."
            )
        self.rewind(min(idle, key=lambda entry: entry[:2])[2], 0)

    def _touch(self, cached: Cached) -> None:
        self._clock += 1
        cached.used = self._clock


def _longest(branches: Sequence[Cached], ids: Sequence[int]) -> tuple[Cached | None, int]:
    """Return the branch that begins most like `ids`, and for how many tokens; never for all.

    Of several the one that has least besides, and of those an idle one.
    """
    wanted = list(ids[:-1])
    ranked = [(_prefix(branch.ids, wanted), branch) for branch in branches]
    if not ranked:
        return None, 0
    shared, best = max(ranked, key=lambda r: (r[0], -len(r[1].ids), not r[1].busy))
    return (best, shared) if shared else (None, 0)


def _prefix(have: list[int], want: list[int]) -> int:
    most = min(len(have), len(want))
    if have[:most] == want[:most]:
        return most
    return next(index for index in range(most) if have[index] != want[index])
