"""The page of saved sessions: found by titles and texts, looked at, replayed and gone on with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message

from tui_arena.command import written
from tui_arena.errors import ArenaError
from tui_arena.library.entry import Saved, newest_first
from tui_arena.library.listing import read_folder
from tui_arena.library.rows import rows
from tui_arena.library.search import has_words, on_card, words
from tui_arena.screens import library_preview
from tui_arena.screens.keeper import Keeper
from tui_arena.screens.replay import ReplayScreen
from tui_arena.screens.revise import Revise
from tui_arena.screens.search_page import SearchPage
from tui_arena.screens.sitting import Sitting
from tui_arena.session import Session, SessionError
from tui_arena.store import load_session
from tui_arena.widgets.pick_list import PickList
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_LOOK_AFTER = 0.06
"""Seconds that a session is chosen before its file is read, so that arrows run freely."""
_BETWEEN = 0.2
"""Seconds between two times that the thread hands over what it found."""
_MOST_PROBLEMS = 5


class LibraryPage(SearchPage[Sitting | None, Saved]):
    """Ends with what the arena is to go on with, or with None.

    Files are read and texts are searched in threads; what is known is there at once.
    """

    @dataclass
    class Read(Message):
        """More sessions were found."""

        saved: Sequence[Saved]
        problems: Sequence[SessionError] = ()
        last: bool = False

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  (as Textual declares it)
        (0, "-narrow"),
        (120, "-wide"),
    ]

    _body = query_one(".library-body", Container)
    _card = query_one(".library-card", Plain)
    _talk = query_one(".library-talk", Plain)

    def __init__(self, *, keeper: Keeper, signs: Signs) -> None:
        commands = keeper.commands("session-list")
        super().__init__(
            nothing="Looking for sessions.",
            keys=[(written(each, ascii_only=signs.ascii_only), each.words) for each in commands],
            signs=signs,
        )
        self._keeper = keeper
        self._commands = {key: command for command in commands for key in command.keys}
        """The commands by their keys."""
        self._saved: dict[Path, Saved] = {}
        """Every session by its file."""
        self._order: list[Saved] = []
        """Every session, the newest first."""
        self._found: list[Saved] = []
        """Those that the query means: first those whose card holds it, then the others."""
        self._unread: list[SessionError] = []
        self._reading = True
        self._searching = False
        self._searches = 0
        self._then = ""
        """The key that acts once the search under way has ended."""
        self._doing = False
        """Whether something is being done to a session."""
        self._previewed: Path | None = None
        self._opened: Session | None = None
        """The session that the preview shows."""

    def on_mount(self) -> None:
        """Begin to read."""
        self.run_worker(self._read, thread=True)

    def body(self) -> ComposeResult:
        """Lay out the list and the preview."""
        with Container(classes="library-body"):
            yield PickList(classes="search-list")
            with VerticalScroll(classes="library-preview", can_focus=False):
                yield Plain(classes="library-card")
                yield Plain(classes="library-talk")

    @property
    def list_width(self) -> int:
        """How many cells a line has."""
        return self.query_one(PickList).outer_size.width - 5

    # reading and searching

    def _read(self) -> None:
        """In a thread: hand over what is found, many at once."""
        batch: list[Saved] = []
        problems: list[SessionError] = []
        told = time.monotonic()
        try:
            for each in read_folder(self._keeper.folder):
                if not self.is_attached:
                    return
                if isinstance(each, Saved):
                    batch.append(each)
                else:
                    problems.append(each)
                if time.monotonic() - told > _BETWEEN:
                    self.post_message(self.Read(batch))
                    batch, told = [], time.monotonic()
        except SessionError as problem:
            problems.append(problem)
        self.post_message(self.Read(batch, problems, last=True))

    def on_library_page_read(self, message: Read) -> None:
        """Show what was found, in its place."""
        for saved in message.saved:
            self._saved.setdefault(saved.path, saved)
        self._unread.extend(message.problems)
        if message.last:
            self._reading = False
            self.nothing = "No session says so." if self._saved else "There is no session yet."
        chosen = self.chosen if self.at else None  # whoever chose one keeps it
        self._arrange()
        self._look(self._found)
        if chosen is not None:
            paths = [each.path for each in self._found]
            self.at = paths.index(chosen.path)
        self.draw()
        self.moved()

    def _arrange(self) -> None:
        self._order = sorted(self._saved.values(), key=newest_first)

    def asked(self) -> None:
        """Find another query."""
        self._then = ""
        self._look()

    def _look(self, known: Sequence[Saved] = ()) -> None:
        """Find the query: on the cards now, in the texts in a thread.

        `known` are sessions that are meant already.
        """
        wanted = words(self.typed)
        near = [saved for saved in self._order if on_card(saved, wanted)]
        paths = {saved.path for saved in near}
        self._found = near + [saved for saved in known if saved.path not in paths]
        self._searching = bool(wanted)
        self._searches += 1
        if wanted:
            self.run_worker(self._search(wanted, self._searches))

    async def _search(self, wanted: list[str], number: int) -> None:
        meant = {saved.path for saved in self._found}
        others = [saved for saved in self._order if saved.path not in meant]

        def further() -> list[Saved]:
            return [one for one in others if number == self._searches and has_words(one, wanted)]

        found = await asyncio.to_thread(further)
        if number != self._searches:  # something else is looked for by now
            return
        chosen = self.chosen
        near = [one for one in self._found if on_card(one, wanted)]
        paths = {one.path for one in near}
        further_off = [one for one in (*self._found, *found) if one.path not in paths]
        there = [one for one in further_off if one.path in self._saved]  # not deleted since
        self._found = near + sorted(there, key=newest_first)
        self._searching = False
        if chosen is not None:
            self.at = [one.path for one in self._found].index(chosen.path)
        self.draw()
        if chosen is None:
            self.moved()
        if self._then:
            then, self._then = self._then, ""
            self.pressed(then)

    # what it says

    def found(self) -> list[Saved]:
        """Return the sessions that the query means, those with it on their card first."""
        return self._found

    def headline(self) -> str:
        """Return how many there are."""
        count = len(self._order)
        there = "1 session" if count == 1 else f"{count} sessions"
        if self._searching:
            there = f"{len(self._found)} of {there}, searching"
        elif self.typed:
            there = f"{len(self._found)} of {there}"
        return f"Saved: {there}{', reading' if self._reading else ''}"

    def lines(self, found: Sequence[Saved], width: int) -> tuple[Content | None, list[Content]]:
        """Return the columns' head and the row of each session."""
        signs = self.signs
        head, lines = rows(
            found, width - 2, ascii_only=signs.ascii_only, without=("id", "scenario", "tags")
        )
        made = []
        for n, (saved, line) in enumerate(zip(found, lines, strict=True)):
            here = n == self.line_at
            sign = signs.chosen if here else signs.dot if self._keeper.is_open(saved.path) else ""
            content = Content(f"{sign:<2}{line}").truncate(width)
            made.append(content.stylize("bold reverse") if here else content)
        return Content.styled(f"  {head}", "$foreground 60%") if made else None, made

    def says(self, chosen: Saved) -> str:
        """Say of the session that is open that it is."""
        return "This session is open now." if self._keeper.is_open(chosen.path) else ""

    def problems(self) -> Sequence[str]:
        """Return which files cannot be read."""
        said = [str(problem) for problem in self._unread[:_MOST_PROBLEMS]]
        more = len(self._unread) - len(said)
        return [*said, f"{more} more cannot be read."] if more else said

    # the preview

    def moved(self) -> None:
        """Show another session."""
        if not self.is_attached:  # what was looked for came after the page had been left
            return
        chosen = self.chosen
        self._card.update(library_preview.card(chosen, self.signs) if chosen is not None else "")
        if chosen is None or chosen.path != self._previewed:
            self._talk.update("")
            self._previewed = self._opened = None
        if chosen is not None:
            self.run_worker(self._preview(chosen.path))

    async def _preview(self, path: Path) -> None:
        if self._opened is None:
            await asyncio.sleep(_LOOK_AFTER)
            if not self._is_chosen(path):
                return
            try:
                opened = await asyncio.to_thread(load_session, path)
            except SessionError as problem:
                if self._is_chosen(path):
                    self._talk.update(self.signs.content(str(problem)))
                return
            if not self._is_chosen(path):
                return
            self._previewed, self._opened = path, opened
        elif not self._is_chosen(path):
            return
        shown = library_preview.conversation(self._opened, words(self.typed), self.signs)
        self._talk.update(shown)
        self.query_one(".library-preview", VerticalScroll).scroll_home(animate=False)

    def _is_chosen(self, path: Path) -> bool:
        return self.is_attached and self.chosen is not None and self.chosen.path == path

    # what is done

    def pressed(self, key: str) -> bool:
        """Do with the chosen session what the key says."""
        act: dict[str, Callable[[Saved], Coroutine[None, None, None]]] = {
            "open": self._go_on,
            "rename": self._rename,
            "replay": self._replay,
            "retag": self._retag,
            "fork": self._fork,
            "delete": self._delete,
        }
        if key not in self._commands:
            return False
        action = self._commands[key].action
        if action == "undo":
            self._do(self._undo())
        elif self._searching and self.chosen is None:
            self._then = key
        elif self.chosen is not None:
            self._do(act[action](self.chosen))
        return True

    def _do(self, work: Coroutine[None, None, None]) -> None:
        """Do one thing after the other; what goes wrong is said."""

        async def done() -> None:
            try:
                await work
            except ArenaError as problem:
                self._tell(str(problem))
            finally:
                self._doing = False

        if self._doing:
            work.close()
            return
        self._doing = True
        self.run_worker(done())

    async def _go_on(self, saved: Saved) -> None:
        self._tell("Opening it.")
        self.dismiss(await self._keeper.prepare(saved.path))

    async def _replay(self, saved: Saved) -> None:
        self._tell("Reading it.")
        showing = await self._keeper.replay(saved.path)
        self._tell("")
        await self.app.push_screen_wait(ReplayScreen(showing))

    async def _rename(self, saved: Saved) -> None:
        title = saved.entry.title
        given = await self._ask_for(f"A title for {saved.path.stem}", title, "keep")
        if given is not None:
            self._put(await self._keeper.rename(saved.path, given), "It has its title.")

    async def _retag(self, saved: Saved) -> None:
        tags = ", ".join(saved.entry.tags)
        given = await self._ask_for(f"Tags for {saved.path.stem}, with commas", tags, "keep")
        if given is not None:
            self._put(await self._keeper.retag(saved.path, given), "It has its tags.")

    async def _ask_for(self, title: str, text: str, does: str) -> str | None:
        page = Revise(title=self.signs.one_line(title), text=text, original=text, does=does)
        return await self.app.push_screen_wait(page)

    async def _fork(self, saved: Saved) -> None:
        self._put(await self._keeper.fork(saved.path), "Forked; this is the fork.")

    async def _delete(self, saved: Saved) -> None:
        await self._keeper.delete(saved.path)
        self._forget(saved.path)
        undo = next(each.shown for each in self._commands.values() if each.id == "undo")
        self._tell(f"“{saved.called}” is in the trash; {undo} brings it back.")

    async def _undo(self) -> None:
        deed, saved = await self._keeper.undo()
        if saved is None:
            self._forget(deed.path)
            self._tell(f"Undone: {deed.what}; it is in the trash.")
        else:
            self._put(saved, f"Undone: {deed.what}.")

    def _put(self, saved: Saved, said: str) -> None:
        """Show a session that is new or another one now, and choose it."""
        self._saved[saved.path] = saved
        self._arrange()
        found = [each.path for each in self._found]
        if saved.path in found:
            self._found[found.index(saved.path)] = saved
        else:
            self._found.insert(0, saved)
        if not self.typed:
            self._found.sort(key=newest_first)
        self.at = next(n for n, each in enumerate(self._found) if each.path == saved.path)
        self._tell(said)
        self.moved()

    def _forget(self, path: Path) -> None:
        self._saved.pop(path, None)
        self._arrange()
        self._found = [each for each in self._found if each.path != path]
        self.draw()
        self.moved()

    def _tell(self, said: str) -> None:
        self.notice = said
        self.draw()
