"""Where a replay is and how fast it goes, by a clock that is given."""

from __future__ import annotations

from collections.abc import Callable

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)


class Playhead:
    """Moves along a replay; times are milliseconds of it."""

    def __init__(self, length: int, clock: Callable[[], float], *, speed: float = 1.0) -> None:
        """`clock` gives seconds that only grow."""
        self.length = length
        self.speed = speed
        """How many times as fast as it was."""
        self._clock = clock
        self._at = 0.0
        self._since: float | None = None
        """When it began to play from `_at`; None while it stands still."""

    @property
    def at(self) -> int:
        """Where it is."""
        if self._since is None:
            return int(self._at)
        return int(min(self.length, self._at + self._passed))

    @property
    def _passed(self) -> float:
        return 0.0 if self._since is None else (self._clock() - self._since) * 1000 * self.speed

    @property
    def ended(self) -> bool:
        """Whether it is at the end."""
        return self.at >= self.length

    @property
    def playing(self) -> bool:
        """Whether it moves."""
        return self._since is not None and not self.ended

    def play(self) -> None:
        """Move on; from the beginning where it is at the end."""
        self.go(0 if self.ended else self.at)
        self._since = self._clock()

    def pause(self) -> None:
        """Stand still."""
        self._at, self._since = float(self.at), None

    def toggle(self) -> None:
        """Stand still, or move on."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def go(self, at: int) -> None:
        """Go somewhere, playing on where it played."""
        moving = self.playing
        self._at = float(min(max(0, at), self.length))
        self._since = self._clock() if moving else None

    def change_speed(self, step: int) -> None:
        """Play at the next faster (1) or slower (-1) of `SPEEDS`."""
        near = [s for s in SPEEDS if (s > self.speed if step > 0 else s < self.speed)]
        if near:
            self.set_speed(near[0] if step > 0 else near[-1])

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast."""
        moving = self.playing
        self._at = float(self.at)
        self._since = self._clock() if moving else None
        self.speed = speed


def clock_text(at: int) -> str:
    """Return a time of the replay as people write it: `1:05`, `2:00:09`."""
    seconds = at // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def speed_text(speed: float) -> str:
    """Return a speed as people write it: `1x`, `0.25x`."""
    return f"{speed:g}x"
