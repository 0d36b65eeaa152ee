"""One side of the arena: its status line, its conversation, and the bar that rates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.getters import query_one
from textual.message import Message

from tui_arena.revision import saw_another
from tui_arena.session import Side, Turn
from tui_arena.widgets.load_view import LoadView
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.status_line import StatusLine
from tui_arena.widgets.turn_view import TurnView


class Transcript(VerticalScroll, inherit_bindings=False):
    """The scrolling part: follows what comes unless the reader scrolled up."""

    @dataclass
    class Moved(Message):
        """What can be seen changed."""

        transcript: Transcript

        @property
        def control(self) -> Transcript:
            """The transcript that moved."""
            return self.transcript

    @property
    def more_below(self) -> bool:
        """Whether something stands below what can be seen."""
        return self.max_scroll_y - self.scroll_y >= 1

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that the view moved."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved(self))

    def watch_virtual_size(self) -> None:
        """Tell that there is more or less to see."""
        self._hold()
        self.post_message(self.Moved(self))

    def on_resize(self) -> None:
        """Keep what is held."""
        self._hold()

    def follow(self) -> None:
        """Go to the end and stay there."""
        self.anchor(False)
        self._hold()

    def _hold(self) -> None:
        """Hold on to the end where there is something to scroll.

        What is anchored while it fits would hang at the bottom instead of standing at the top.
        """
        fits = self.virtual_size.height <= self.container_size.height
        if fits and self.is_anchored:
            self.anchor(False)
            self.set_scroll(None, 0)
        elif not fits and not self.is_anchored:
            self.anchor()


class Pane(Vertical):
    """Shows one conversation; knows nothing of engines."""

    status_line = query_one(StatusLine)
    transcript = query_one(Transcript)
    load_view = query_one(LoadView)
    mark_bar = query_one(MarkBar)
    _more = query_one(".more", Plain)
    _waiting = query_one(".waiting", Vertical)

    @dataclass
    class Chosen(Message):
        """The mouse or the focus chose this side."""

        side: Side

    def __init__(self, *, side: Side, signs: Signs, keys: Mapping[str, str]) -> None:
        """`keys` are as people write them, by the id of the command."""
        super().__init__(id=side, classes="pane")
        self.side: Side = side
        self._signs, self._keys = signs, keys
        self._views: list[TurnView] = []
        self._votes: Mapping[str, str] = {}
        self._blind = False
        self._target: TurnView | None = None
        self._shown_waiting: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield StatusLine(signs=self._signs)
        with Transcript(id=f"{self.side}-transcript"):
            yield LoadView(signs=self._signs)
            yield Vertical(classes="waiting")
        arrow = self._signs.arrow_down
        yield Plain(f"{arrow} more below {arrow}", classes="more")
        yield MarkBar(side=self.side, shown=self._keys)

    @property
    def turns(self) -> list[Turn]:
        """The turns shown, oldest first."""
        return [view.turn for view in self._views]

    def view(self, turn: Turn) -> TurnView | None:
        """Return the view of a turn, None where it is not shown."""
        return next((view for view in reversed(self._views) if view.turn is turn), None)

    def add(self, turn: Turn, *, from_file: bool = False) -> None:
        """Show a further turn, and follow it; one from a file is not being answered."""
        before = self._views[-1].turn if self._views else None
        view = TurnView(turn=turn, before=before, signs=self._signs, from_file=from_file)
        view.show_judgements(self._votes, blind=self._blind)
        self._views.append(view)
        self.transcript.mount(view, before=self.load_view)
        self.transcript.follow()

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show these turns instead of those that are shown."""
        same = zip(self._views, turns, strict=False)
        kept = next(
            (n for n, (view, turn) in enumerate(same) if view.turn is not turn),
            min(len(self._views), len(turns)),
        )
        for view in self._views[kept:]:
            view.remove()
        del self._views[kept:]
        for turn in turns[kept:]:
            self.add(turn, from_file=True)
        self.show_notes()

    def show_waiting(self, prompts: Sequence[str]) -> None:
        """Show the prompts that go out when this side is ready."""
        if tuple(prompts) == self._shown_waiting:
            return
        self._shown_waiting = tuple(prompts)
        self._waiting.remove_children()
        self._waiting.mount_all(
            Plain(self._signs.content(f"{self._signs.ask} {text}\n  (waiting)", "$foreground 60%"))
            for text in prompts
        )

    def mark_target(self, turn: Turn | None) -> None:
        """Show which response the marks go to."""
        target = self.view(turn) if turn is not None else None
        if target is not self._target:
            for view, is_target in ((self._target, False), (target, True)):
                if view is not None:
                    view.set_class(is_target, "-target")
            self._target = target

    def reveal(self, turn: Turn) -> None:
        """Scroll so that a turn can be seen."""
        view = self.view(turn)
        if view is self._views[-1]:
            self.transcript.follow()
        elif view is not None:
            taller = view.size.height > self.transcript.size.height
            self.transcript.release_anchor()
            self.transcript.scroll_to_widget(view, animate=False, top=taller)

    def show_marks(self) -> None:
        """Show the marks of all turns anew."""
        for view in self._views:
            view.show_marks()

    def show_judgements(self, votes: Mapping[str, str], *, blind: bool) -> None:
        """Show these votes, by the id of the attempt; blind, nothing that names a model."""
        self._votes, self._blind = votes, blind
        for view in self._views:
            view.show_judgements(votes, blind=blind)

    def show_notes(self) -> None:
        """Say anew at every turn what there is to know of its context."""
        other = {turn.id for turn in saw_another(self.turns)}
        for view in self._views:
            view.show_note("came after another context" if view.turn.id in other else "")

    def scroll_page(self, step: int) -> None:
        """Scroll a page up (-1) or down (1)."""
        if step < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)

    def follow(self) -> None:
        """Go to the end and follow what comes."""
        self.transcript.follow()

    def on_transcript_moved(self, message: Transcript.Moved) -> None:
        """Say whether there is more below, once the layout is settled."""
        message.stop()
        self.call_after_refresh(self._show_more)

    def _show_more(self) -> None:
        self._more.display = self.transcript.more_below

    def on_click(self, event: events.Click) -> None:
        """Choose this side."""
        self.post_message(self.Chosen(self.side))
