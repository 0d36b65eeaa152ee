"""One side of the arena: its status line, its conversation, and the bar that rates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region, Spacing
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget

from tui_arena.revision import saw_another, saw_another_system
from tui_arena.session import Side, Turn
from tui_arena.widgets.found import Found, find
from tui_arena.widgets.leaf import Leaf
from tui_arena.widgets.load_view import LoadView
from tui_arena.widgets.look import AS_MARKDOWN, Look
from tui_arena.widgets.mark_bar import MarkBar
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs
from tui_arena.widgets.status_line import StatusLine
from tui_arena.widgets.transcript import Gap, Transcript
from tui_arena.widgets.turn_view import Suggests, TurnView


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
        self._votes: Mapping[str, str] = {}
        self._blind = False
        self._target: Turn | None = None
        self._look = AS_MARKDOWN
        self._gone_to: tuple[Turn, Found] | None = None
        """The match that is shown as the one gone to."""
        self._goal: tuple[Turn, Found] | None = None
        """The match that is to stay in sight while turns are drawn anew."""
        self._shown_waiting: tuple[tuple[str, int], ...] = ()
        self.suggests: Suggests = lambda turn, attempt: ""
        """Asked for every answer that has ended."""
        self.system: str | None = None
        """What the next answer's system text is; None where nothing is to be said of it."""

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield StatusLine(signs=self._signs)
        with Transcript(id=f"{self.side}-transcript", view_of=self._view_of):
            yield Gap(classes="above")
            yield Gap(classes="below")
            yield LoadView(signs=self._signs)
            yield Vertical(classes="waiting")
        arrow = self._signs.arrow_down
        yield Plain(f"{arrow} more below {arrow}", classes="more")
        yield MarkBar(side=self.side, shown=self._keys)

    @property
    def turns(self) -> list[Turn]:
        """The turns shown, oldest first; only those near what can be seen have a view."""
        return [leaf.turn for leaf in self.transcript.leaves]

    def view(self, turn: Turn) -> TurnView | None:
        """Return the view of a turn, None where it is not shown or too far away."""
        leaf = self.transcript.leaf(turn)
        return leaf.view if leaf is not None else None

    def sees(self, view: TurnView) -> bool:
        """Whether something of a turn's view can be seen."""
        top = self.transcript.scroll_offset.y
        place = view.virtual_region
        return place.y < top + self.transcript.size.height and place.bottom > top

    def add(self, turn: Turn, *, from_file: bool = False) -> None:
        """Show a further turn, and follow it; one from a file is not being answered."""
        leaves = self.transcript.leaves
        self._goal = None
        self.transcript.show([*leaves, Leaf.of(turn, after=leaves, from_file=from_file)])

    def show_turns(self, turns: Sequence[Turn], *, from_file: bool = True) -> None:
        """Show these turns instead of those that are shown; what both have in common stays."""
        shown = self.transcript.leaves
        first = turns[0] if turns else None
        gone = next((n for n, leaf in enumerate(shown) if leaf.turn is first), 0)
        both = zip(shown[gone:], turns, strict=False)
        leaves = [leaf for leaf, _ in takewhile(lambda pair: pair[0].turn is pair[1], both)]
        for turn in turns[len(leaves) :]:
            leaves.append(Leaf.of(turn, after=leaves, from_file=from_file))
        self._goal = None
        self.transcript.show(leaves)
        self.show_notes()

    def _view_of(self, leaf: Leaf) -> TurnView:
        gone_to = self._gone_to
        view = TurnView(
            turn=leaf.turn,
            before=leaf.before,
            signs=self._signs,
            look=self._look,
            gone_to=gone_to[1] if gone_to is not None and gone_to[0] is leaf.turn else None,
            broken_off=leaf.broken_off,
            remark=leaf.remark,
            folded=leaf.folded,
            suggests=self.suggests,
        )
        view.set_class(leaf.turn is self._target, "-target")
        view.show_judgements(self._votes, blind=self._blind)
        return view

    @property
    def look(self) -> Look:
        """How answers are shown here."""
        return self._look

    def set_look(self, look: Look, gone_to: tuple[Turn, Found] | None = None) -> None:
        """Show all turns another way, and one match as the one that the reader went to."""
        self._look, self._gone_to = look, gone_to
        self._goal = None
        for view in self.transcript.views:
            here = gone_to is not None and gone_to[0] is view.turn
            view.set_look(look, gone_to[1] if gone_to is not None and here else None)

    def found(self, query: str) -> list[tuple[Turn, Found]]:
        """Return where a query stands in prompts and answers, oldest first."""
        return [(turn, found) for turn in self.turns for found in find(turn, query, self._signs)]

    def go_to(self, turn: Turn, found: Found) -> None:
        """Scroll so that a match can be seen; its answer is unfolded."""
        leaf = self.transcript.leaf(turn)
        if leaf is None:
            return
        if found.part == "answer" and leaf.folded:
            self.fold(turn, False)
        if leaf.view is None:
            self.transcript.reveal(leaf)
        self._goal = turn, found
        self.call_after_refresh(self._scroll_to_goal)

    def on_turn_view_settled(self, message: TurnView.Settled) -> None:
        """Keep the match in sight where turns above it became longer or shorter."""
        message.stop()
        self.call_after_refresh(self._scroll_to_goal)

    def _scroll_to_goal(self) -> None:
        if self._goal is None:
            return
        turn, found = self._goal
        view, transcript = self.view(turn), self.transcript
        if view is None or not view.settled:
            return  # it says when it is
        widget, row = view.place(found)
        down = row
        while widget is not transcript and isinstance(widget.parent, Widget):
            down += widget.virtual_region.y
            widget = widget.parent
        transcript.release_anchor()
        transcript.scroll_to_region(
            Region(0, down, 1, 1),
            spacing=Spacing(2, 0, 2, 0),
            animate=False,
            force=True,
            immediate=True,
        )

    def folded(self, turn: Turn) -> bool:
        """Whether only the beginning of an answer is shown."""
        leaf = self.transcript.leaf(turn)
        return leaf is not None and leaf.folded

    def fold(self, turn: Turn, folded: bool) -> None:
        """Show only the beginning of an answer, or all of it."""
        leaf = self.transcript.leaf(turn)
        if leaf is not None:
            self._fold([leaf], folded)

    def fold_all(self) -> bool:
        """Fold all finished answers, or unfold where one is folded; return whether they are now."""
        leaves = self.transcript.leaves
        fold = not any(leaf.folded for leaf in leaves)
        finished = [leaf for leaf in leaves if leaf.turn.response.timing.finished is not None]
        self._fold(finished, fold)
        return fold

    def _fold(self, leaves: Sequence[Leaf], folded: bool) -> None:
        for leaf in leaves:
            leaf.folded = folded
            if leaf.view is not None:
                leaf.view.fold(folded)
        self.transcript.resized(leaves)

    def show_again(self, turn: Turn) -> None:
        """Show a turn anew: another attempt of it, or one that goes on or was edited."""
        leaf = self.transcript.leaf(turn)
        if leaf is None:
            return
        leaf.folded = False
        if self._gone_to is not None and self._gone_to[0] is turn:
            self._gone_to = None if self._gone_to[1].part == "answer" else self._gone_to
        self.transcript.resized([leaf])
        if leaf.view is not None:
            leaf.view.call_next(leaf.view.show_again)

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
        if turn is self._target:
            return
        for each, is_target in ((self._target, False), (turn, True)):
            view = self.view(each) if each is not None else None
            if view is not None:
                view.set_class(is_target, "-target")
        self._target = turn

    def reveal(self, turn: Turn, *, top: bool = False) -> None:
        """Scroll so that a turn can be seen, with its prompt at the top where `top` says so."""
        self._goal = None
        leaf = self.transcript.leaf(turn)
        if leaf is not None and leaf is self.transcript.leaves[-1] and not top:
            self.transcript.follow()
        elif leaf is not None:
            self.transcript.reveal(leaf, top=top)

    def show_marks(self) -> None:
        """Show the marks of all turns anew."""
        for view in self.transcript.views:
            view.show_marks()

    def show_judgements(self, votes: Mapping[str, str], *, blind: bool) -> None:
        """Show these votes, by the id of the attempt; blind, nothing that names a model."""
        self._votes, self._blind = votes, blind
        for view in self.transcript.views:
            view.show_judgements(votes, blind=blind)

    def show_notes(self) -> None:
        """Say anew at every turn what there is to know of its context."""
        turns, notes = self.turns, dict[str, str]()
        if self.system is not None:
            text = "came after another system text"
            notes |= {turn.id: text for turn in saw_another_system(turns, self.system)}
        notes |= {turn.id: "came after another context" for turn in saw_another(turns)}
        for leaf in self.transcript.leaves:
            leaf.remark = notes.get(leaf.turn.id, "")
            if leaf.view is not None:
                leaf.view.show_note(leaf.remark)

    def scroll_page(self, step: int) -> None:
        """Scroll a page up (-1) or down (1)."""
        self._goal = None
        self.transcript.page(step)

    def top(self) -> None:
        """Go to the beginning."""
        self._goal = None
        self.transcript.home()

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
