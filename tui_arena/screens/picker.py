"""The page that chooses a model: all profiles, found by a few letters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from textwrap import wrap

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen

from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Shelf
from tui_arena.screens.fuzzy import distance
from tui_arena.screens.offers import Line, Loaded, rows
from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_LONGEST = 60
"""Characters of a query."""
_LOOK_AGAIN = 1.0
"""Seconds until what is loaded is looked at again."""
_STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -100_000, "end": 100_000}
"""Keys, and how many lines further down they choose."""
_ERASED = {"backspace": 1, "ctrl+u": _LONGEST}
"""Keys, and how many letters they take from the end of the query."""


class Picker(ModalScreen[None]):
    """Lists profiles, the nearest to what is typed first.

    `loaded` says what is loaded now; `choose` takes a profile and returns why it cannot be chosen,
    nothing where it was; `unload` frees a model and returns what came of it. Files are looked at in
    a thread: names come at once, sizes as they are found.
    """

    _list = query_one(PickList)

    def __init__(
        self,
        *,
        shelf: Shelf,
        loaded: Callable[[], Loaded],
        choose: Callable[[Profile], str],
        unload: Callable[[Profile], Awaitable[str]],
        signs: Signs,
    ) -> None:
        super().__init__()
        self._shelf, self._loaded, self._signs = shelf, loaded, signs
        self._choose, self._unload = choose, unload
        self._lines: list[Line] = []
        """All profiles, by name."""
        self._problems: list[str] = []
        self._query = ""
        self._at = 0
        """Which of the lines found is chosen."""
        self._notice = ""

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(id="picker-title", classes="page-title")
        yield Plain(id="picker-query")
        yield Plain(id="picker-head")
        yield PickList(id="picker-list")
        yield Plain(id="picker-says")
        yield Plain(_keys(), classes="page-keys")

    def on_mount(self) -> None:
        """Begin to look at the files."""
        self.run_worker(self._look())
        self.set_interval(_LOOK_AGAIN, self._draw)

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self._draw)

    async def _look(self) -> None:
        profiles, problems = await asyncio.to_thread(self._shelf.profiles)
        self._problems = [str(problem) for problem in problems]
        self._lines = [Line(profile) for profile in profiles]
        here = self._loaded().side.conversation.profile.name
        names = [line.profile.name for line in self._found()]
        self._at = names.index(here) if here in names else 0
        self._draw()
        for index, profile in enumerate(profiles):
            offer = await asyncio.to_thread(self._shelf.offer, profile)
            self._lines[index] = Line(profile, offer)
            if not self.is_attached:
                return
        self._draw()

    def _found(self) -> list[Line]:
        """Return the lines that the query means, the nearest first."""
        near = [
            (distance(self._query, f"{line.profile.name} {line.profile.title}"), line)
            for line in self._lines
        ]
        found = [(far, line) for far, line in near if far is not None]
        return [line for _, line in sorted(found, key=lambda pair: pair[0])]

    @property
    def _chosen(self) -> Line | None:
        found = self._found()
        return found[min(self._at, len(found) - 1)] if found else None

    def _draw(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        signs, loaded, found = self._signs, self._loaded(), self._found()
        width = self.size.width - 5  # a margin on both sides, and where the list scrolls
        self._at = max(0, min(self._at, len(found) - 1))
        side = loaded.side.side
        self.query_one("#picker-title", Plain).update(
            Content.styled(f"  A model for the {side} side", "bold")
        )
        self.query_one("#picker-query", Plain).update(
            Content.assemble(
                Content.styled(f"{signs.ask} ", "bold $primary"),
                signs.one_line(self._query) + ("_" if signs.ascii_only else "▏"),
                Content.styled("" if self._query else "  type to find", "$foreground 60%"),
            )
        )
        head, made = rows(found, self._at, loaded, width=width, signs=signs)
        self.query_one("#picker-head", Plain).update(head)
        if not made:
            made = [Content("No profile is called so." if self._lines else "Reading the profiles.")]
        damaged = [line.offer.problem for line in self._lines if line.offer is not None]
        problems = [signs.one_line(problem) for problem in (*self._problems, *damaged) if problem]
        foot = [line for problem in problems for line in ("", *wrap(problem, max(20, width)))]
        self._list.show(made, self._at, Content("\n".join(foot)))
        line = self._chosen
        says = self._notice or (line.sentence(loaded) if line is not None else "")
        self.query_one("#picker-says", Plain).update(
            Content.styled(signs.one_line(says), "bold $warning" if self._notice else "")
        )

    def on_key(self, event: events.Key) -> None:
        """Do what a key means here, in the order in which they were pressed.

        Bindings would act before letters or after them, where many arrive at once.
        """
        event.stop()
        if event.key in _STEPS:
            self._at += _STEPS[event.key]
            self._notice = ""
            self._draw()
        elif event.key in _ERASED:
            self._ask(self._query[: -_ERASED[event.key]])
        elif event.key == "enter":
            self._take()
        elif event.key == "f8":
            self._drop()
        elif event.key == "escape":
            self.dismiss(None)
        elif event.is_printable and event.character is not None:
            self._ask(self._query + event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text into the query."""
        event.stop()
        self._ask(self._query + " ".join(event.text.split()))

    def _ask(self, query: str) -> None:
        self._query = query[:_LONGEST]
        self._at, self._notice = 0, ""
        self._draw()

    def on_pick_list_picked(self, message: PickList.Picked) -> None:
        """Choose the line that the mouse picked."""
        self._at, self._notice = message.index, ""
        self._draw()

    def _take(self) -> None:
        """Take the chosen model, or say why not."""
        line = self._chosen
        if line is None:
            return
        self._notice = self._choose(line.profile)
        if self._notice:
            self._draw()
        else:
            self.dismiss(None)

    def _drop(self) -> None:
        """Free the chosen model's memory, and say what came of it."""
        line = self._chosen
        if line is not None:
            self.run_worker(self._unload_and_tell(line.profile))

    async def _unload_and_tell(self, profile: Profile) -> None:
        self._notice = await self._unload(profile)
        self._draw()


def _keys() -> Content:
    keys = (("Enter", "choose"), ("Esc", "leave"), ("F8", "unload"), ("Up Down", "select"))
    return Content.assemble(
        *(
            Content.assemble((f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%"))
            for key, does in keys
        )
    )
