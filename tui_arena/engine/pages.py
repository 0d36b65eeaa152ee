"""Who owns which page of a model's KV cache. Plain bookkeeping, nothing of it on the device."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.errors import ArenaError

PAGE = 256
"""Tokens a page."""
CONVERSATIONS = 2
"""Conversations of full length that a model's KV cache holds."""
SPARE = 0
"""The page that takes what is written for padding; never read."""


class NoRoom(ArenaError):
    """All pages belong to answers under way."""


class Cached:
    """The cached part of one conversation: which tokens, on which pages."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        """Tokens whose K and V are written, in order."""
        self.pages: list[int] = []
        self.busy = False
        """Whether an answer under way uses it; a busy one is never evicted."""
        self.used = 0
        """When it was last used, in the pool's own count."""


class PageBook:
    """The pages of one model, handed to conversations and taken back, least recently used first."""

    def __init__(self, *, pages: int, context: int) -> None:
        self.pages = pages
        """Pages in all, the spare one among them."""
        self.table_length = -(-context // PAGE)
        """Most pages of one conversation."""
        self._free = [page for page in range(pages) if page != SPARE]
        self._cached: dict[str, Cached] = {}
        self._clock = 0

    def open(self, conversation: str, ids: Sequence[int]) -> Cached:
        """Return the conversation's cache, cut back to what `ids` begins with; now busy.

        At least one token of `ids` is left uncached, because the next token's scores come from it.
        """
        cached = self._cached.setdefault(conversation, Cached())
        shared = 0
        for have, want in zip(cached.ids, ids[:-1], strict=False):
            if have != want:
                break
            shared += 1
        self.rewind(cached, shared)
        cached.busy = True
        self._touch(cached)
        return cached

    def reserve(self, cached: Cached, tokens: int) -> None:
        """Give a conversation pages for so many tokens; evicts idle conversations where needed.

        Raises `NoRoom` where too few pages can be freed.
        """
        self._touch(cached)
        missing = -(-tokens // PAGE) - len(cached.pages)
        if missing <= 0:
            return
        while len(self._free) < missing:
            idle = [other for other in self._cached.values() if not other.busy and other.pages]
            if not idle:
                raise NoRoom(
                    "The memory for conversations on this model is full; stop another answer first."
                )
            self.rewind(min(idle, key=lambda other: other.used), 0)
        cached.pages += [self._free.pop() for _ in range(missing)]

    def rewind(self, cached: Cached, tokens: int) -> None:
        """Forget all but the first `tokens` tokens."""
        del cached.ids[tokens:]
        keep = -(-tokens // PAGE)
        self._free += cached.pages[keep:]
        del cached.pages[keep:]

    def close(self, cached: Cached) -> None:
        """Say that no answer uses the cache any more; its tokens stay for the next turn."""
        cached.busy = False

    def forget_all(self) -> None:
        """Drop every conversation's tokens, because what the device held is lost."""
        for cached in self._cached.values():
            self.rewind(cached, 0)

    def _touch(self, cached: Cached) -> None:
        self._clock += 1
        cached.used = self._clock
