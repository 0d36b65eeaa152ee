"""How long something will still take, from how far it got by when."""

from __future__ import annotations

_LEAST_SECONDS = 2.0
"""What is known after less is no pace yet."""


class Progress:
    """Hears how far a thing is; another thing, or the same one from its beginning, begins anew."""

    def __init__(self) -> None:
        self._what = ""
        self._first: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None

    def hear(self, what: str, done: float | None, *, now: float) -> None:
        """Take in that `what` is `done`, 0 to 1, by a clock's `now` in seconds; None: not known."""
        if done is None:
            self._first = self._last = None
        elif self._last is None or what != self._what or done < self._last[1]:
            self._first = self._last = (now, done)
        elif done > self._last[1]:
            self._last = (now, done)
        self._what = what

    def left(self, *, now: float) -> float | None:
        """Return the seconds that are left at the pace so far.

        None where there is no pace yet, and where the end is overdue: what was expected is wrong
        then, and a guess would be worse than none.
        """
        if self._first is None or self._last is None:
            return None
        took, went = self._last[0] - self._first[0], self._last[1] - self._first[1]
        if took < _LEAST_SECONDS or went <= 0:
            return None
        left = (1 - self._last[1]) * took / went - (now - self._last[0])
        return left if left > 0 else None


def time_left(seconds: float) -> str:
    """Write a guess for people, no finer than it is good."""
    if seconds < 10:
        return f"about {max(1, round(seconds))} s left"
    if seconds < 57.5:
        return f"about {round(seconds / 5) * 5} s left"
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"about {minutes} min left"
    hours, minutes = divmod(round(minutes / 5) * 5, 60)
    return f"about {hours} h{f' {minutes} min' if minutes else ''} left"
