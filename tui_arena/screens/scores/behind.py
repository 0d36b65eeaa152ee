"""The responses behind a figure, one after the other: what was asked, said, and given by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen

from tui_arena.exchange.said import Said
from tui_arena.keyboard import without_alt
from tui_arena.keymap.scores import in_short
from tui_arena.scoring.ratings import held, ratings
from tui_arena.scoring.reply import Reply
from tui_arena.screens.help import help_page
from tui_arena.screens.scores import response
from tui_arena.screens.scores.showing import Showing, Words
from tui_arena.screens.scores.text_search import Spot, TextSearch, spots_of
from tui_arena.screens.scores.words import DIM
from tui_arena.screens.stage import HEIGHTS, WIDTHS
from tui_arena.session import Mark, SessionError
from tui_arena.widgets.key_line import KeyLine
from tui_arena.widgets.look import highlighted, places
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.sheet import Sheet

_HOW = (
    "Marks that you give here are those of the arena; undo takes them back there.",
    "Marks are shown by the rater who gave them; where several did, those that most of them gave "
    "count, and the first rater's where they are even.",
)


class BehindScreen(Screen[Reply | None]):
    """Ends with the response that is to be gone to, or with None."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    _head = query_one("#behind-head", Plain)
    _text = query_one("#behind-text", Plain)
    _figure_line = query_one("#score-says", Plain)
    _body = query_one(VerticalScroll)
    _key_line = query_one(KeyLine)
    _list = query_one(Sheet)

    def __init__(
        self,
        *,
        replies: Sequence[Reply],
        words: Words,
        says: str,
        showing: Showing,
        query: str = "",
    ) -> None:
        """`says` is what the figure tells; `query` is what was looked for, and is shown."""
        super().__init__()
        self._replies, self._words, self._figure, self._showing = [*replies], words, says, showing
        self._signs, self._commands = showing.signs, showing.pages["responses"]
        self._bindings = BindingsMap(
            Binding(",".join(c.keys), f"command('{c.id}')", c.words, show=False, priority=True)
            for c in self._commands
        )
        if not any("escape" in c.keys for c in self._commands):
            self._bindings.bind("escape", "command('leave')", show=False, priority=True)
        self._by_id = {command.id: command for command in self._commands}
        self.at = 0
        """Which response is shown."""
        self._whole = False
        """Whether all that the model saw is shown."""
        self._said: Said | None = None
        self._problem = ""
        self._notice = ""
        self._search = TextSearch(
            self,
            spots=lambda way, itself: spots_of(self._replies, self.at, way, itself=itself),
            words=lambda: words,
            go=self._go_to,
            tell=self._tell,
            key=self._by_id["find"].shown,
            signs=self._signs,
        )
        self._search.query = query

    @property
    def _room(self) -> int:
        """How many cells a line of the response has."""
        return max(20, self._body.size.width - 4)

    @property
    def reply(self) -> Reply:
        """The response that is shown."""
        return self._replies[self.at]

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        with Vertical(id="scores"):
            yield Plain(id="behind-head")
            with Horizontal(id="behind-body"):
                yield Sheet(signs=self._signs, classes="behind-list")
                with VerticalScroll(classes="page-body", can_focus=False):
                    yield Plain(id="behind-text")
            yield Plain(id="score-says")
            yield KeyLine(signs=self._signs, commands=in_short(self._commands))
        yield Plain("The terminal is too small: make it at least 40 by 10.", id="too-small")

    def on_mount(self) -> None:
        """Show the first one."""
        self._key_line.writing = False
        self._turn()

    def on_sheet_moved(self, message: Sheet.Moved) -> None:
        """The mouse chose another one."""
        at = self._list.place[0]
        if message.cell is not None and at != self.at:
            self._search.stop()
            self.at = at
            self._turn()

    def on_resize(self) -> None:
        """Fit the new width."""
        self.call_after_refresh(self._show)

    def action_command(self, command: str) -> None:
        """Carry out a command of the key table; a search that is under way ends."""
        self._search.stop()
        _, name, arguments = parse(self._by_id[command].action)
        getattr(self, name)(*arguments)

    def on_key(self, event: events.Key) -> None:
        """Leave, and pass on a key that arrived as one with its Esc."""
        if event.key.startswith("alt+"):
            event.stop()
            self.leave()
            alone = events.Key(without_alt(event.key), event.character)
            self.app.call_later(self.app.post_message, alone)

    # what the commands do

    def search(self) -> None:
        """Ask for a text, and go to the first response that holds it."""
        self._search.ask()

    def search_step(self, way: int) -> None:
        """Go to the next response that holds it (1), or to the one before (-1)."""
        self._search.step(way)

    def _go_to(self, spot: Spot, _around: str) -> bool:
        self._notice, self.at = "", spot.place[0]
        self._turn()
        return True

    def _tell(self, sentence: str) -> None:
        self._notice = sentence
        self._show()

    def go(self, step: int) -> None:
        """Show the next response (1) or the one before (-1)."""
        at = max(0, min(self.at + step, len(self._replies) - 1))
        if at != self.at:
            self.at = at
            self._turn()

    def first(self) -> None:
        """Show the first response."""
        self.go(-self.at)

    def last(self) -> None:
        """Show the last response."""
        self.go(len(self._replies))

    def context(self) -> None:
        """Show all that the model saw before, or the prompt alone."""
        self._whole = not self._whole
        self._show()
        self._body.scroll_home(animate=False)

    def line(self, step: int) -> None:
        """Scroll by a line."""
        self._body.scroll_relative(y=step, animate=False)

    def page(self, step: int) -> None:
        """Scroll by a screen."""
        if step > 0:
            self._body.scroll_page_down(animate=False)
        else:
            self._body.scroll_page_up(animate=False)

    def top(self) -> None:
        """Go to the beginning."""
        self._body.scroll_home(animate=False)

    def bottom(self) -> None:
        """Go to the end."""
        self._body.scroll_end(animate=False)

    def mark(self, mark: Mark) -> None:
        """Give the response a mark or take it back, where its session is open."""
        session, said = self._showing.open, self._said
        if session is not None and said is not None and session.holds(self.reply):
            session.mark(said.side, said.attempt, mark)
            self._show()

    def jump(self) -> None:
        """Go to the turn in the arena."""
        if self._words.is_here(self.reply):
            self.dismiss(self.reply)

    def help(self) -> None:
        """Show the help."""
        self.app.push_screen(help_page(self._commands, self._signs, writing=False, how=_HOW))

    def leave(self) -> None:
        """Go back to the figures."""
        self.dismiss(None)

    def interrupt(self) -> None:
        """Copy what is selected; otherwise go back."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
        else:
            self.leave()

    # what is shown

    def _turn(self) -> None:
        """Find the words of another response."""
        self._said, self._problem, self._notice = None, "", ""
        if self._words.is_here(self.reply):
            self._said = self._words.said(self.reply)
            self._found()
        else:
            self._show()
            self.run_worker(self._find(self.reply), exclusive=True)

    async def _find(self, reply: Reply) -> None:
        try:
            said = await asyncio.to_thread(self._words.said, reply)
        except SessionError as problem:
            said, problem_says = None, str(problem)
        else:
            problem_says = ""
        if reply is self.reply and self.is_attached:
            self._said, self._problem = said, problem_says
            self._found()

    def _found(self) -> None:
        if self._said is None and not self._problem:
            self._problem = "This response is not in its session any more."
        self._show()
        self._body.scroll_home(animate=False)
        self.call_after_refresh(self._scroll_to_match)

    def _scroll_to_match(self) -> None:
        """Bring what was looked for into sight."""
        if self.is_attached and self._search.query:
            shown = self._content(self._room).plain
            for at in places(self._search.query, shown)[:1]:
                row = shown.count("\n", 0, at)
                if row >= self._body.size.height:
                    self._body.scroll_to(y=row - self._body.size.height // 2, animate=False)

    def _show(self) -> None:
        if not self.is_attached or not self.size.width:
            return
        self._look_again()
        at = f"{self.at + 1} of {len(self._replies)}"
        if self._list.size.width:  # a narrow terminal has no room for it
            self._list.show(
                response.Listed(self._replies, self._list.room, self._signs), (self.at, 0)
            )
        self._head.update(response.head(self.reply, at, self.size.width, self._signs))
        self._text.update(self._content(self._room))
        self._figure_line.update(self._signs.one_line(self._notice or self._figure))
        here = self._words.is_here(self.reply)
        one = len(self._replies) == 1
        self._key_line.words = {
            "jump": "to its turn" if here else "",
            "mark-ok": "mark" if here else "",
            "next": "" if one else "next",
            "before": "" if one else "before",
            "context": "prompt alone" if self._whole else "what it saw",
            "find": "" if one else "find",
            "find-next": "next match" if self._search.query and not one else "",
        }

    def _look_again(self) -> None:
        """Take in what raters say by now of a response of the open session."""
        if self._said is not None and self._words.is_here(self.reply):
            reply, log = self.reply, self._said.attempt.marks
            raters = {entry.by for entry in log}
            elsewhere = [rating for rating in reply.ratings if rating.by not in raters]
            given = (*elsewhere, *ratings(log))
            counted = [rating for rating in given if self._showing.wanted.rater(rating.by)]
            self._replies[self.at] = msgspec.structs.replace(
                reply, ratings=given, held=held(counted)
            )

    def _content(self, width: int) -> Content:
        if self._problem:
            return self._signs.content(self._problem)
        if self._said is None:
            return Content.styled("Reading its session.", DIM)
        content = response.content(self.reply, self._said, width, self._signs, whole=self._whole)
        return highlighted(content, self._search.query, gone_to=None)
