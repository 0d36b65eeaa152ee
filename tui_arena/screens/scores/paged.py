"""What screens of figures have in common: pages, a cursor, and the responses behind a figure.

Knows no command; those act on it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen

from tui_arena.command import Command
from tui_arena.keyboard import without_alt
from tui_arena.scoring.gather import Gathered
from tui_arena.scoring.reply import Reply
from tui_arena.screens.scores.reckoner import Progress, Reckoner, Refused, Told
from tui_arena.screens.scores.showing import Showing, View, Words
from tui_arena.screens.scores.text_search import Spot, TextSearch, spots_on, stands
from tui_arena.screens.scores.words import DIM
from tui_arena.screens.stage import HEIGHTS, WIDTHS
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.score_head import PageLine, ScoreHead, ScoreStatus
from tui_arena.widgets.sheet import Piece, Row, Sheet

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the open session changed."""

F = TypeVar("F")


class Paged(Screen[Reply | None], Generic[F]):
    """Ends with a response to go to in the arena, or with None; `F` is what a thread finds."""

    @dataclass
    class Reckoned(Message):
        """The thread tells something, in answer to a call."""

        number: int
        told: object

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    _head = query_one(ScoreHead)
    _page_line = query_one(PageLine)
    _says = query_one("#score-says", Plain)
    _keys = query_one(KeyLine)
    sheet = query_one(Sheet)

    def __init__(
        self,
        showing: Showing,
        view: View | None,
        *,
        pages: Sequence[str],
        commands: Sequence[Command],
        name: str,
    ) -> None:
        """`view` is where to begin, and keeps where it was left; `name` is that of the thread."""
        super().__init__()
        self._shown, self._view, self._pages = showing, view or View(), pages
        self.table = commands
        """Its commands."""
        self._bindings = BindingsMap(
            Binding(",".join(c.keys), f"command('{c.id}')", c.words, show=False, priority=True)
            for c in commands
        )
        own = {key for command in commands for key in command.keys}
        for key in ("escape", *showing.closed_by):
            if key not in own:
                self._bindings.bind(key, "command('leave')", show=False, priority=True)
        self._by_id = {command.id: command for command in commands}
        self._carry_out = self._commands()
        self.everything = showing.open is None
        """Whether all saved sessions are counted."""
        self.figures: F | None = None
        self.says = ""
        """What just happened, in a sentence; shown until the cursor moves."""
        self._said_at = (0, (0, 0))
        """The page and the place of the cursor where it is shown."""
        self.search = TextSearch(
            self,
            spots=lambda way, itself: spots_on(
                self.sheet.rows, self.sheet.place, way, itself=itself
            ),
            words=self.words,
            go=self._found,
            tell=self.tell,
            key=self.key("find"),
            signs=showing.signs,
        )
        self._progress = ""
        self._refused = ""
        self._reckoning = False
        self._changes = -1
        """The open session's changes that the figures are of, or will be."""
        self._visible = False
        self._reckoner = Reckoner[F](
            paths=showing.paths,
            wanted=showing.wanted,
            notes=showing.notes,
            name=name,
            tell=lambda number, told: self.post_message(self.Reckoned(number, told)),
        )

    # what each screen says for itself

    @abstractmethod
    def _commands(self) -> object:
        """Return what carries out the commands of the key table, each by its method."""

    @abstractmethod
    def _begin(self) -> None:
        """Call the reckoner."""

    @abstractmethod
    def _gathered(self, figures: F) -> Gathered:
        """Return what the figures are made of."""

    @abstractmethod
    def _page_rows(self, figures: F, page: str, width: int) -> Sequence[Row]:
        """Return the rows of a page."""

    @abstractmethod
    def _status(self, scope: str, state: str) -> ScoreStatus:
        """Return what the first row says."""

    def _footer(self) -> dict[str, str]:
        """Return the footer's words of commands whose effect depends on what is shown."""
        cell = self.sheet.chosen
        return {
            "scope": "" if self._shown.open is None
            else "this session" if self.everything else "all sessions",
            "open": "responses" if cell is not None and cell.replies else "",
            "find-next": "next match" if self.search.query else "",
        }  # fmt: skip

    def _look(self) -> None:
        """Follow what happens in the open session."""

    # what is on the screen

    def key(self, command: str) -> str:
        """Return the key of a command as people write it, for sentences."""
        return self._by_id[command].shown

    @property
    def opened_with(self) -> Showing:
        """What it was opened with."""
        return self._shown

    @property
    def page(self) -> int:
        """Which page is open."""
        return self._view.page

    def compose(self) -> ComposeResult:
        """Lay out the screen, and what covers it where the terminal is too small."""
        signs = self._shown.signs
        with Vertical(id="scores"):
            yield ScoreHead(signs=signs)
            yield PageLine(pages=[(self.key(f"page-{name}"), name) for name in self._pages])
            yield Sheet(signs=signs)
            yield Plain(id="score-says")
            yield KeyLine(signs=signs, commands=self.table)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Write nothing here, letters are commands; look from time to time at the open session."""
        self._keys.writing = False
        if self._shown.open is not None:
            self.set_interval(LOOK_EVERY, self._look)

    def on_screen_resume(self) -> None:
        """Follow what happens in the open session."""
        self._visible = True
        if self.figures is None:
            self.reckon()
        else:
            self._look()

    def on_screen_suspend(self) -> None:
        """Follow it no more while another page is open."""
        self._visible = False

    def on_unmount(self) -> None:
        """Reckon no more."""
        self._reckoner.stop()

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self.show)

    def reckon(self) -> None:
        """Begin to reckon what is asked for."""
        if self._shown.open is not None:
            self._changes = self._shown.open.changes
        self._reckoning = True
        self._begin()
        self.show_lines()

    def on_paged_reckoned(self, message: Reckoned) -> None:
        """Show what the thread tells."""
        if message.number == self._reckoner.number:
            self._hear(message.told)  # type: ignore[arg-type]  # a message has no parameters

    def _hear(self, told: Told[F]) -> None:
        if isinstance(told, Progress):
            self._progress = told.says
            self.show_lines()
            return
        self._reckoning, self._progress = False, ""
        self._refused = told.why if isinstance(told, Refused) else ""
        first = self.figures is None
        if not isinstance(told, Refused):
            self.figures = told.figures
        self.show(place=self._view.places.get(self.page) if first else None)

    def turn_to(self, page: int) -> None:
        """Open another page, where it was left."""
        self._view.page = page % len(self._pages)
        self.show(place=self._view.places.get(self.page, (0, 0)))

    def count_everything(self, everything: bool) -> None:
        """Count all saved sessions, or the open one alone."""
        self.everything = everything
        self.figures = None
        self._view.places.clear()
        self.show(place=(0, 0))
        self.reckon()

    def words(self) -> Words | None:
        """Return where the responses behind the figures can be read."""
        if self.figures is None:
            return None
        return Words(self._gathered(self.figures), self._shown.open)

    def show(self, *, place: tuple[int, int] | None = None) -> None:
        """Bring everything up to date."""
        if self.is_attached and self.sheet.size.width:
            self.sheet.show(self._rows(self.sheet.room), place)
            self.show_lines()

    def _rows(self, width: int) -> Sequence[Row]:
        if self._refused:
            return [(Piece(self._refused, width, outside=True),)]
        if self.figures is None:
            return [(Piece("Reading and counting.", style=DIM),)]
        return self._page_rows(self.figures, self._pages[self.page], width)

    def _nothing_yet(self, replies: int, rated: int) -> str:
        """Return why there are no figures at all; empty where there may be some."""
        if not replies:
            return "There is no response yet."
        return "" if rated else f"Nothing is rated yet; {self._shown.how_to_rate}"

    def show_lines(self) -> None:
        """Bring the rows above and below the figures up to date."""
        if not self.is_attached:
            return
        waits = self._reckoning and self.figures is None
        state = self._progress or ("counting" if waits else "")
        session = "all sessions" if self.everything else "this session"
        self._head.status = self._status(session, state)
        self._page_line.page = self.page
        cell = self.sheet.chosen
        says = self.says or (cell.says if cell is not None else "")
        self._says.update(self._shown.signs.one_line(says))
        self._keys.words = self._footer()

    def tell(self, sentence: str) -> None:
        """Say what just happened."""
        self.says, self._said_at = sentence, (self.page, self.sheet.place)
        self.show_lines()

    def _found(self, spot: Spot, around: str) -> bool:
        if not stands(spot, self.sheet.rows):
            return False
        self.sheet.go_to(spot.place)
        self.tell(f"It says: {around}" if around else "")
        return True

    # keys and clicks

    def action_command(self, command: str) -> None:
        """Carry out a command of the key table; a search that is under way ends."""
        self.search.stop()
        _, name, arguments = parse(self._by_id[command].action)
        getattr(self._carry_out, name)(*arguments)

    def on_key(self, event: events.Key) -> None:
        """Leave, and pass on a key that arrived as one with its Esc."""
        if event.key.startswith("alt+"):
            event.stop()
            self.action_command("leave")
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)

    def on_sheet_moved(self) -> None:
        """Say what the chosen figure tells."""
        if self._said_at != (self.page, self.sheet.place):
            self.says = ""
        if self.figures is not None:
            self._view.places[self.page] = self.sheet.place
        self.show_lines()

    def on_sheet_picked(self) -> None:
        """The mouse asks for the responses."""
        self.action_command("open")

    def on_page_line_turned(self, message: PageLine.Turned) -> None:
        """The mouse turned to a page."""
        self.search.stop()
        self.turn_to(message.page)
