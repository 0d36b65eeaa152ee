"""One side of the arena: its status line, its conversation, and the bar that rates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region, Spacing
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget

from tui_arena.revision import saw_another, saw_another_system
from tui_arena.session import Side, Turn
from tui_arena.widgets.load_view import LoadView
from tui_arena.widgets.look import AS_MARKDOWN, Look
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.status_line import StatusLine
from tui_arena.widgets.turn_view import Found, TurnView


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
        self._look = AS_MARKDOWN
        self._goal: tuple[TurnView, Found] | None = None
        """What was gone to and is to stay in sight while turns are drawn anew."""
        self._shown_waiting: tuple[tuple[str, int], ...] = ()
        self.system: str | None = None
        """What the next answer's system text is; None where nothing is to be said of it."""

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

    def sees(self, view: TurnView) -> bool:
        """Whether something of a turn's view can be seen."""
        top = self.transcript.scroll_offset.y
        place = view.virtual_region
        return place.y < top + self.transcript.size.height and place.bottom > top

    def add(self, turn: Turn, *, from_file: bool = False) -> None:
        """Show a further turn, and follow it; one from a file is not being answered."""
        before = self._views[-1].turn if self._views else None
        view = TurnView(
            turn=turn, before=before, signs=self._signs, look=self._look, from_file=from_file
        )
        view.show_judgements(self._votes, blind=self._blind)
        self._views.append(view)
        self._goal = None
        self.transcript.mount(view, before=self.load_view)
        self.transcript.follow()

    def show_turns(self, turns: Sequence[Turn], *, from_file: bool = True) -> None:
        """Show these turns instead of those that are shown; what both have in common stays."""
        first = turns[0] if turns else None
        gone = next((n for n, view in enumerate(self._views) if view.turn is first), 0)
        for view in self._views[:gone]:
            view.remove()
        del self._views[:gone]
        same = zip(self._views, turns, strict=False)
        kept = next(
            (n for n, (view, turn) in enumerate(same) if view.turn is not turn),
            min(len(self._views), len(turns)),
        )
        for view in self._views[kept:]:
            view.remove()
        del self._views[kept:]
        self._goal = None
        for turn in turns[kept:]:
            self.add(turn, from_file=from_file)
        self.show_notes()

    @property
    def look(self) -> Look:
        """How answers are shown here."""
        return self._look

    def set_look(self, look: Look, gone_to: tuple[Turn, Found] | None = None) -> None:
        """Show all turns another way, and one match as the one that the reader went to."""
        self._look = look
        self._goal = None
        for view in self._views:
            here = gone_to is not None and gone_to[0] is view.turn
            view.set_look(look, gone_to[1] if gone_to is not None and here else None)

    def found(self, query: str) -> list[tuple[Turn, Found]]:
        """Return where a query stands in prompts and answers, oldest first."""
        return [(view.turn, found) for view in self._views for found in view.found(query)]

    def go_to(self, turn: Turn, found: Found) -> None:
        """Scroll so that a match can be seen; its answer is unfolded."""
        view = self.view(turn)
        if view is None:
            return
        if found.part == "answer":
            view.fold(False)
        self._goal = view, found
        self.call_after_refresh(self._scroll_to_goal)

    def on_turn_view_settled(self, message: TurnView.Settled) -> None:
        """Keep the match in sight where turns above it became longer or shorter."""
        message.stop()
        self.call_after_refresh(self._scroll_to_goal)

    def _scroll_to_goal(self) -> None:
        if self._goal is None:
            return
        view, found = self._goal
        transcript = self.transcript
        widget, row = view.place(found)
        down = row
        while widget is not transcript and isinstance(widget.parent, Widget):
            down += widget.virtual_region.y
            widget = widget.parent
        transcript.release_anchor()
        transcript.scroll_to_region(
            Region(0, down, 1, 1), spacing=Spacing(2, 0, 2, 0), animate=False, force=True
        )

    def fold_all(self) -> bool:
        """Fold all finished answers, or unfold where one is folded; return whether they are now."""
        fold = not any(view.folded for view in self._views)
        for view in self._views:
            if view.turn.response.timing.finished is not None:
                view.fold(fold)
        return fold

    @property
    def wrapped(self) -> bool:
        """Whether long lines are wrapped; otherwise they run on, and the pane scrolls sideways."""
        return not self.has_class("-unwrapped")

    @wrapped.setter
    def wrapped(self, wrapped: bool) -> None:
        self.set_class(not wrapped, "-unwrapped")
        if wrapped:
            self.transcript.scroll_to(x=0, animate=False)

    def show_waiting(self, prompts: Sequence[tuple[str, int]]) -> None:
        """Show the prompts that go out when this side can take them, each with its attempts."""
        if tuple(prompts) == self._shown_waiting:
            return
        self._shown_waiting = tuple(prompts)
        self._waiting.remove_children()
        self._waiting.mount_all(
            Plain(
                self._signs.content(f"{self._signs.ask} {text}\n  {_waits(n)}", "$foreground 60%")
            )
            for text, n in prompts
        )

    def mark_target(self, turn: Turn | None) -> None:
        """Show which response the marks go to."""
        target = self.view(turn) if turn is not None else None
        if target is not self._target:
            for view, is_target in ((self._target, False), (target, True)):
                if view is not None:
                    view.set_class(is_target, "-target")
            self._target = target

    def reveal(self, turn: Turn, *, top: bool = False) -> None:
        """Scroll so that a turn can be seen, with its prompt at the top where `top` says so."""
        self._goal = None
        view = self.view(turn)
        if view is self._views[-1] and not top:
            self.transcript.follow()
        elif view is not None:
            taller = top or view.size.height > self.transcript.size.height
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
        turns, notes = self.turns, dict[str, str]()
        if self.system is not None:
            text = "came after another system text"
            notes |= {turn.id: text for turn in saw_another_system(turns, self.system)}
        notes |= {turn.id: "came after another context" for turn in saw_another(turns)}
        for view in self._views:
            view.show_note(notes.get(view.turn.id, ""))

    def scroll_page(self, step: int) -> None:
        """Scroll a page up (-1) or down (1)."""
        self._goal = None
        if step < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)

    def follow(self) -> None:
        """Go to the end and follow what comes."""
        self._goal = None
        self.transcript.follow()

    def on_transcript_moved(self, message: Transcript.Moved) -> None:
        """Say whether there is more below, once the layout is settled."""
        message.stop()
        self.call_after_refresh(self._show_more)

    @property
    def end_in_sight(self) -> bool:
        """Whether nothing stands below what can be seen."""
        return not self._more.display

    def _show_more(self) -> None:
        self._more.display = self.transcript.more_below

    def on_click(self, event: events.Click) -> None:
        """Choose this side."""
        self.post_message(self.Chosen(self.side))


def _waits(attempts: int) -> str:
    return "(waiting)" if attempts == 1 else f"(waiting, {attempts} attempts)"
