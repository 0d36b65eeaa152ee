"""The page that chooses a model: all profiles, found by a few letters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from textual.content import Content

from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Shelf
from tui_arena.screens.fuzzy import nearest
from tui_arena.screens.offers import Line, Loaded, rows
from tui_arena.screens.search_page import SearchPage
from tui_arena.widgets.load_view import WORTH_SAYING
from tui_arena.widgets.signs import Signs

_LOOK_AGAIN = 1.0
"""Seconds until what is loaded is looked at again."""


class Picker(SearchPage[None, Line]):
    """Lists profiles.

    `loaded` says what is loaded now; `choose` takes a profile and returns why it cannot be chosen,
    nothing where it was; `unload` frees a model and calls back with what came of it, which may be
    when this page is closed. Files are looked at in a thread: names come at once, sizes as they are
    found.
    """

    def __init__(
        self,
        *,
        shelf: Shelf,
        loaded: Callable[[], Loaded],
        choose: Callable[[Profile], str],
        unload: Callable[[Profile, Callable[[str], None]], None],
        signs: Signs,
    ) -> None:
        super().__init__(
            nothing="Reading the profiles.",
            keys=[("Enter", "choose"), ("F8", "unload")],
            signs=signs,
        )
        self._shelf, self._loaded = shelf, loaded
        self._take, self._unload = choose, unload
        self._lines: list[Line] = []
        """All profiles, by name."""
        self._problems: list[str] = []
        self._unloading: tuple[str, float] | None = None
        """What is being unloaded, and since when by the clock."""

    def on_mount(self) -> None:
        """Begin to look at the files."""
        self.run_worker(self._look())
        self.set_interval(_LOOK_AGAIN, self._look_again)

    async def _look(self) -> None:
        profiles, problems = await asyncio.to_thread(self._shelf.profiles)
        self._problems = [str(problem) for problem in problems]
        self._lines = [Line(profile) for profile in profiles]
        self.nothing = "No profile is called so."
        here = self._loaded().side.conversation.profile.name
        names = [line.profile.name for line in self.found()]
        self.at = names.index(here) if here in names else 0
        self.draw()
        for index, profile in enumerate(profiles):
            offer = await asyncio.to_thread(self._shelf.offer, profile)
            self._lines[index] = Line(profile, offer)
            if not self.is_attached:
                return
        self.draw()

    def found(self) -> list[Line]:
        """Return the profiles that are called so."""
        return nearest(self.typed, self._lines, _called)

    def headline(self) -> str:
        """Return for which side it is."""
        return f"A model for the {self._loaded().side.side} side"

    def lines(self, found: Sequence[Line], width: int) -> tuple[Content | None, list[Content]]:
        """Return the columns' head and each profile's line."""
        return rows(found, self.line_at, self._loaded(), width=width, signs=self.signs)

    def says(self, chosen: Line) -> str:
        """Return in a sentence how things stand with a profile's model."""
        return chosen.sentence(self._loaded())

    def problems(self) -> Sequence[str]:
        """Return what is wrong with profiles and with models' files."""
        damaged = [line.offer.problem for line in self._lines if line.offer is not None]
        return [problem for problem in (*self._problems, *damaged) if problem]

    def pressed(self, key: str) -> bool:
        """Take the chosen model, or free its memory."""
        if key not in ("enter", "f8"):
            return False
        if self.chosen is not None and key == "f8":
            self._free(self.chosen.profile)
        elif self.chosen is not None:
            self.notice = self._take(self.chosen.profile)
            if self.notice:
                self.draw()
            else:
                self.dismiss(None)
        return True

    def _free(self, profile: Profile) -> None:
        """Free a model's memory, and say what came of it."""

        def done(said: str) -> None:
            self._unloading, self.notice = None, said
            self.draw()

        self._unloading = profile.title or profile.name, monotonic()
        self._look_again()
        self._unload(profile, done)

    def _look_again(self) -> None:
        """Say how long an unload takes, and what is loaded now."""
        if self._unloading is not None:
            name, since = self._unloading
            seconds = int(monotonic() - since)
            took = f"  {seconds} s" if seconds >= WORTH_SAYING else ""
            self.notice = f"Unloading {name}.{took}"
        self.draw()


def _called(line: Line) -> str:
    return f"{line.profile.name} {line.profile.title}"
