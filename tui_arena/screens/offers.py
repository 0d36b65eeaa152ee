"""Puts what a side can be switched to into rows and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from tui_arena.engine.events import Resident
from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Offer, free_on
from tui_arena.screens.live_side import LiveSide
from tui_arena.widgets.signs import Signs, fit

_HEADS = ("PROFILE", "TITLE", "STATE", "A DEVICE", "ROOM")
_GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is loaded now, and where."""

    side: LiveSide
    """The side that chooses."""
    residents: tuple[Resident, ...]
    machine: Machine | None
    """None where it is not known yet."""

    def holds(self, profile: Profile) -> bool:
        """Whether a profile's model is loaded."""
        return any(resident.key == profile.weights_key for resident in self.residents)

    @property
    def free(self) -> int:
        """Bytes of each device that a further model could take."""
        return free_on(self.machine, self.residents) if self.machine is not None else 0


@dataclass(frozen=True, slots=True)
class Line:
    """A profile and, once it was looked at, what is known of its model."""

    profile: Profile
    offer: Offer | None = None

    def state(self, loaded: Loaded) -> str:
        """Say in words where the model is."""
        here = loaded.side.conversation.profile == self.profile
        if loaded.holds(self.profile):
            return "resident on this side" if here and loaded.side.ready else "resident"
        if here and loaded.side.loading is not None:
            return "loading on this side"
        return self.offer.place if self.offer is not None else "looking"

    def size(self, loaded: Loaded) -> str:
        """Say how much of each device the model takes."""
        if self.offer is None or loaded.machine is None:
            return ""
        need = self.offer.need(loaded.machine)
        return memory(need.bytes) if need is not None else "unknown"

    def room(self, loaded: Loaded) -> str:
        """Say whether the model fits beside what is loaded."""
        if loaded.holds(self.profile):
            return "loaded"
        if self.offer is None or loaded.machine is None:
            return ""
        need = self.offer.need(loaded.machine)
        if need is None:
            return "unknown"
        return "fits" if need.least_bytes <= loaded.free else "no room"

    def sentence(self, loaded: Loaded) -> str:
        """Say all that is known of the model."""
        return f"{self.profile.title}: {self._needs(loaded)} ({self.profile.preset})"

    def _needs(self, loaded: Loaded) -> str:
        if self.offer is None:
            return "its files are being looked at."
        if self.offer.problem:
            return "its size is not known, for its files are damaged."
        if loaded.machine is None:
            return "whether it fits is known once the engine has started."
        need = self.offer.need(loaded.machine)
        if need is None:
            return "its size is not known before it is fetched."
        devices = loaded.machine.devices
        on = f"each of {devices} devices" if devices > 1 else "the device"
        sizes = f"{memory(need.audit.device_bytes)} of weights and {memory(need.cache_bytes)} for "
        sizes += f"conversations on {on}"
        if loaded.holds(self.profile):
            return f"{sizes}; it is loaded."
        free = max(0, loaded.free)
        if need.least_bytes <= free:
            return f"{sizes}, where {memory(free)} are free."
        others = "; unload another one first" if loaded.residents else ""
        return f"{sizes}, where only {memory(free)} are free{others}."


def rows(
    lines: Sequence[Line], chosen: int, loaded: Loaded, *, width: int, signs: Signs
) -> tuple[Content, list[Content]]:
    """Lay out a head and a row for each line.

    Titles take what room is left; where there is too little, sizes go, and then whether they fit.
    """
    table = [_HEADS] + [
        (
            signs.one_line(line.profile.name),
            signs.one_line(line.profile.title),
            line.state(loaded),
            line.size(loaded),
            line.room(loaded),
        )
        for line in lines
    ]
    wide = [max(Content(row[column]).cell_length for row in table) for column in range(5)]
    wide[0] = min(wide[0], max(12, width // 3))
    shown = [0, 2, 3, 4]
    while len(shown) > 2 and _together(shown, wide) > width:
        shown.remove(3 if 3 in shown else 4)
    room = width - _together(shown, wide) - _GAP
    if room >= 5:
        shown.insert(1, 1)
        wide[1] = min(wide[1], room)

    def row(cells: Sequence[str], mark: str) -> Content:
        parts = [
            cells[column].rjust(wide[column])
            if column == 3
            else _cell(cells[column], wide[column], signs)
            for column in shown
        ]
        return Content(f"{mark:<2}" + (" " * _GAP).join(parts)).truncate(width)

    head, *rest = (
        row(cells, signs.chosen if index == chosen else "") for index, cells in enumerate(table, -1)
    )
    made = [line.stylize("bold reverse") if n == chosen else line for n, line in enumerate(rest)]
    return head.stylize("$foreground 60%"), made


def _together(columns: Sequence[int], wide: Sequence[int]) -> int:
    return 2 + sum(wide[column] + _GAP for column in columns) - _GAP


def _cell(text: str, width: int, signs: Signs) -> str:
    text = fit(text, width, ascii_only=signs.ascii_only)
    return text + " " * (width - Content(text).cell_length)


def memory(size: int) -> str:
    """Write a number of bytes for people."""
    return f"{size / 1e9:.2f} GB" if size >= 100_000_000 else f"{size / 1e6:.1f} MB"
