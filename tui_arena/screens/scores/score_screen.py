"""The score screen: figures page by page, and from each of them to the responses behind it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.screen import Screen

from tui_arena.keyboard import without_alt
from tui_arena.keymap.scores import PAGES, SCORES
from tui_arena.scoring.reply import Reply
from tui_arena.scoring.results import Scores
from tui_arena.screens.scores.answers import fixing, reliability
from tui_arena.screens.scores.browsing import Browsing
from tui_arena.screens.scores.dialogs import dialogs
from tui_arena.screens.scores.habits import habits
from tui_arena.screens.scores.pairs import pairs
from tui_arena.screens.scores.raters import raters
from tui_arena.screens.scores.recap import recap
from tui_arena.screens.scores.reckoner import Figures, Progress, Reckoner, Refused, Told
from tui_arena.screens.scores.showing import ScoreShowing, View, Words
from tui_arena.screens.scores.words import BLANK, DIM, HEAD, prose, so_many
from tui_arena.screens.stage import HEIGHTS, WIDTHS
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.score_head import PageLine, ScoreHead, ScoreStatus
from tui_arena.widgets.sheet import Piece, Row, Sheet
from tui_arena.widgets.signs import Signs

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the open session changed."""
_RESTS = 3
"""How many times as long as the last reckoning took there is none."""
_MOST_PROBLEMS = 3
"""Files that cannot be read and are named below the recap; the page of raters has all."""

_WRITE: dict[str, Callable[[Scores, int, Signs], Sequence[Row]]] = {
    "recap": recap,
    "first": reliability,
    "dialogs": dialogs,
    "fixing": fixing,
    "habits": habits,
    "pairs": pairs,
    "raters": raters,
}
_NOTHING: dict[str, str] = {
    "recap": "There is no response to score yet.",
    "first": "No first prompt was asked several times.",
    "dialogs": "There is no dialog yet: it takes two turns.",
    "fixing": "No correction was tried several times; ask one with several attempts at once.",
    "habits": "Nothing is known of habits yet.",
    "pairs": "It takes two models with rated responses to the same prompts.",
    "raters": "There is nothing to say of raters yet.",
}
"""What each page says where it has no figures."""


class ScoreScreen(Screen[Reply | None]):
    """Ends with a response to go to in the arena, or with None."""

    @dataclass
    class Reckoned(Message):
        """The thread tells something, in answer to a call."""

        number: int
        told: Told

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    _head = query_one(ScoreHead)
    _page_line = query_one(PageLine)
    _says = query_one("#score-says", Plain)
    _keys = query_one(KeyLine)
    sheet = query_one(Sheet)

    def __init__(self, showing: ScoreShowing, view: View | None = None) -> None:
        """`view` is where to begin, and keeps where it was left."""
        super().__init__()
        self.showing, self._view = showing, view or View()
        self._bindings = BindingsMap(
            Binding(",".join(c.keys), f"command('{c.id}')", c.words, show=False, priority=True)
            for c in SCORES
        )
        for key in showing.closed_by:
            self._bindings.bind(key, "command('leave')", show=False, priority=True)
        self._by_id = {command.id: command for command in SCORES}
        self._carry_out = Browsing(self)
        self.everything = showing.open is None
        """Whether all saved sessions are counted."""
        self.figures: Figures | None = None
        self._progress: Progress | None = None
        self._refused = ""
        self._reckoning = False
        self._changes = -1
        """The open session's changes that the figures are of, or will be."""
        self._visible = False
        self._began = self._rests_until = 0.0
        """When the last reckoning began, and before when no other one does."""
        self._reckoner = Reckoner(
            paths=showing.paths,
            wanted=showing.wanted,
            suggest=showing.suggest,
            notes=showing.notes,
            weights=showing.weights,
            seed=showing.seed,
            tell=lambda number, told: self.post_message(self.Reckoned(number, told)),
        )

    @property
    def page(self) -> int:
        """Which page is open."""
        return self._view.page

    # what is on the screen

    def compose(self) -> ComposeResult:
        """Lay out the screen, and what covers it where the terminal is too small."""
        signs = self.showing.signs
        with Vertical(id="scores"):
            yield ScoreHead(signs=signs)
            yield PageLine(pages=[(str(n), name) for n, name in enumerate(PAGES, 1)])
            yield Sheet(signs=signs)
            yield Plain(id="score-says")
            yield KeyLine(signs=signs, commands=SCORES)
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Reckon, and look from time to time whether that has to be done anew."""
        self._keys.writing = False
        if self.showing.open is not None:
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

    def _look(self) -> None:
        """Reckon anew if the session changed since it was reckoned last.

        What takes long is done seldom, so that most of the time is left to who answers.
        """
        session = self.showing.open
        if session is None or self._reckoning or not self._visible:
            return
        if time.monotonic() < self._rests_until:
            return
        if session.changes != self._changes:
            self.reckon()

    def reckon(self) -> None:
        """Begin to reckon what is asked for."""
        showing, session = self.showing, self.showing.open
        here, without = None, None
        if session is not None:
            self._changes = session.changes
            here, without = session.gathered(showing.wanted, showing.suggest), session.file.path
        self._reckoning, self._began = True, time.monotonic()
        self._reckoner.reckon(here, everything=self.everything, without=without)
        self.show_lines()

    def on_score_screen_reckoned(self, message: Reckoned) -> None:
        """Show what the thread tells."""
        if message.number != self._reckoner.number:
            return
        told = message.told
        if isinstance(told, Progress):
            self._progress = told
            self.show_lines()
            return
        self._reckoning, self._progress = False, None
        self._refused = told.why if isinstance(told, Refused) else ""
        first = self.figures is None
        now = time.monotonic()
        if not first:  # the first time reads files and loads what counts, which is done once
            self._rests_until = now + _RESTS * (now - self._began)
        if isinstance(told, Figures):
            self.figures = told
        self.show(place=self._view.places.get(self.page) if first else None)

    def turn_to(self, page: int) -> None:
        """Open another page, where it was left."""
        self._view.page = page % len(PAGES)
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
        return Words(self.figures.gathered, self.showing.open)

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
        scores, name = self.figures.scores, PAGES[self.page]
        signs = self.showing.signs
        rows = _WRITE[name](scores, width, signs)
        if not rows:
            rows = prose(self._nothing(scores, name), width)
        return [*rows, *_unread(scores, width)] if name == "recap" else rows

    def _nothing(self, scores: Scores, page: str) -> str:
        """Return why a page is empty."""
        if not scores.replies:
            return "There is no response yet."
        if not scores.rated:
            return f"Nothing is rated yet; {self.showing.how_to_rate}"
        return _NOTHING[page]

    def show_lines(self) -> None:
        """Bring the rows above and below the figures up to date."""
        if not self.is_attached:
            return
        state = ""
        if self._progress is not None:
            state = f"reading {self._progress.read:,} of {self._progress.of:,} files"
        elif self._reckoning and self.figures is None:
            state = "counting"
        self._head.status = ScoreStatus(
            scope=self._scope(), counts=self._counts(), by="" if state else self._by(), state=state
        )
        self._page_line.page = self.page
        cell = self.sheet.chosen
        self._says.update(self.showing.signs.one_line(cell.says) if cell is not None else "")
        self._keys.words = {
            "scope": "" if self.showing.open is None
            else "this session" if self.everything else "all sessions",
            "open": "responses" if cell is not None and cell.replies else "",
        }  # fmt: skip

    def _scope(self) -> str:
        if self.everything:
            return "all sessions"
        session = self.showing.open
        return f"this session{', live' if session is not None else ''}"

    def _counts(self) -> str:
        if self.figures is None:
            return ""
        scores = self.figures.scores
        sessions = f"{so_many(scores.sessions, 'session')}, " if self.everything else ""
        broken = f", {so_many(len(scores.problems), 'broken file')}" if scores.problems else ""
        responses = so_many(scores.replies, "response")
        return f"{sessions}{responses}, {scores.rated:,} rated{broken}"

    def _by(self) -> str:
        if self.figures is None or not self.figures.scores.rated:
            return ""
        counted = self.figures.scores.counted
        more = f" and {len(counted) - 2} more" if len(counted) > 2 else ""
        return ", ".join(counted[:2]) + more

    # keys and clicks

    def action_command(self, command: str) -> None:
        """Carry out a command of the key table."""
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
        if self.figures is not None:
            self._view.places[self.page] = self.sheet.place
        self.show_lines()

    def on_sheet_picked(self) -> None:
        """The mouse asks for the responses."""
        self.action_command("open")

    def on_page_line_turned(self, message: PageLine.Turned) -> None:
        """The mouse turned to a page."""
        self.turn_to(message.page)


def _unread(scores: Scores, width: int) -> list[Row]:
    """Return what stands below the recap of files that cannot be read."""
    if not scores.problems:
        return []
    rows: list[Row] = [
        BLANK,
        (Piece(f"{so_many(len(scores.problems), 'file')} not read", style=HEAD),),
    ]
    for problem in scores.problems[:_MOST_PROBLEMS]:
        rows.append((Piece(problem, width, outside=True),))
    if len(scores.problems) > _MOST_PROBLEMS:
        rows.append((Piece("The page of raters names all of them.", style=DIM),))
    return rows
