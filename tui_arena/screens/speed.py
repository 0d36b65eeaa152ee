"""How fast an answer comes, in tokens per second, pauses not counted."""

from __future__ import annotations

from collections import deque

from tui_arena.engine.events import Event, Finished, Paused, Resumed, Text

_WINDOW_MS = 2000


class Speed:
    """Takes the events of one answer; speaks of the last two seconds, at the end of it all."""

    def __init__(self) -> None:
        self.first_token_ms: int | None = None
        self._recent: deque[tuple[int, int]] = deque()
        self._first: tuple[int, int] | None = None
        self._paused_at: int | None = None
        self._paused_ms = 0
        self._ended = False

    def take(self, event: Event) -> None:
        """Take in an event."""
        if isinstance(event, Paused):
            self._paused_at = event.ms
        elif isinstance(event, Resumed) and self._paused_at is not None:
            self._paused_ms += event.ms - self._paused_at
            self._paused_at = None
        elif isinstance(event, Text):
            if self.first_token_ms is None:
                self.first_token_ms = event.ms
            point = (event.ms - self._paused_ms, event.tokens)
            self._first = self._first or point
            self._recent.append(point)
            while len(self._recent) > 2 and point[0] - self._recent[0][0] > _WINDOW_MS:
                self._recent.popleft()
        elif isinstance(event, Finished):
            self._ended = True
            if event.first_token_ms is not None:
                self.first_token_ms = event.first_token_ms

    @property
    def tokens_per_second(self) -> float | None:
        """The speed; None before it can be known."""
        if self._first is None:
            return None
        begin = self._first if self._ended else self._recent[0]
        end = self._recent[-1]
        elapsed, tokens = end[0] - begin[0], end[1] - begin[1]
        return tokens * 1000 / elapsed if elapsed > 0 and tokens > 0 else None
