"""The scrolling part of a pane: draws the turns near what is seen, and keeps in place what is read.

However long a conversation is, only the turns within a few pages of what is seen have widgets.
Blank gaps as tall as all others stand above and below, so that the scroll bar tells the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from textual.containers import VerticalScroll
from textual.geometry import Region, Size
from textual.getters import query_one
from textual.layout import DockArrangeResult
from textual.message import Message
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from tui_arena.session import Turn
from tui_arena.widgets.leaf import Leaf, around
from tui_arena.widgets.turn_view import TurnView

_NEAR, _DRAWN, _FAR = 0.5, 1.0, 2.0
"""Pages above and below what is seen: so many must be drawn, so many are once some are missing, and
what is farther away is dropped."""


class Gap(Widget):
    """Stands for turns that are not drawn; blank, and cheap however tall."""

    def stand_for(self, rows: int) -> None:
        """Become so many rows tall."""
        self.display = rows > 0
        self.styles.height = rows

    def render_line(self, y: int) -> Strip:
        """Return a blank row."""
        return Strip.blank(self.size.width, self.rich_style)


class Transcript(VerticalScroll, inherit_bindings=False):
    """Follows what comes unless the reader scrolled up; then it keeps its place whatever changes.

    Its children are a gap, the views of turns, a gap, and what its pane puts below these.
    """

    _above = query_one(".above", Gap)
    _below = query_one(".below", Gap)

    @dataclass
    class Moved(Message):
        """What can be seen changed."""

        transcript: Transcript

        @property
        def control(self) -> Transcript:
            """The transcript that moved."""
            return self.transcript

    def __init__(self, *, id: str, view_of: Callable[[Leaf], TurnView]) -> None:
        """`view_of` makes the view of a turn."""
        super().__init__(id=id)
        self.leaves: list[Leaf] = []
        """All turns, oldest first."""
        self._view_of = view_of
        self._by_turn: dict[int, Leaf] = {}
        self._drawn = range(0)
        """The numbers of the leaves that have views."""
        self._kept: tuple[Leaf, int] | None = None
        """A turn and the row of the window that its top stays on; None while it follows the end."""
        self._arranged: DockArrangeResult | None = None
        self._regions: dict[Widget, Region] = {}
        """Where everything stood in the last layout."""
        self._gaps_for: tuple[range, int, int] | None = None
        """What the gaps stand for: all turns but these, at that width, and how many there are."""
        self._due = False

    # the turns

    def leaf(self, turn: Turn) -> Leaf | None:
        """Return the leaf of a turn, None where it is not here."""
        return self._by_turn.get(id(turn))

    @property
    def views(self) -> list[TurnView]:
        """The views that are there now, in their order."""
        return [leaf.view for leaf in self._leaves(self._drawn) if leaf.view is not None]

    def show(self, leaves: Sequence[Leaf]) -> None:
        """Show these turns and go to the end; some of those shown may stay, in one piece."""
        if not leaves and not self.leaves:
            return
        stay = set(map(id, leaves))
        for leaf in self.leaves:
            if id(leaf) not in stay:
                self._drop(leaf)
        self.leaves[:] = leaves
        self._by_turn = {id(leaf.turn): leaf for leaf in leaves}
        for number, leaf in enumerate(leaves):
            leaf.number = number
            if leaf.view is not None:
                leaf.view.set_class(number == 0, "-first")
        drawn = [leaf.number for leaf in leaves if leaf.view is not None]
        self._drawn = range(drawn[0], drawn[-1] + 1) if drawn else range(0)
        self._gaps_for = None
        self.follow()

    def _leaves(self, numbers: range) -> Sequence[Leaf]:
        return self.leaves[numbers.start : numbers.stop]

    def _drop(self, leaf: Leaf) -> None:
        if leaf.view is not None:
            leaf.view.display = False  # removing takes a moment
            leaf.view.remove()
            leaf.view = None

    # which turns are drawn

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width or self.app.size.width

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height or self.app.size.height

    def _around(self, pages: float) -> range:
        """Return the leaves within so many pages of what is seen, or will be once it is drawn."""
        width, height = self._width, self._height
        if self._kept is not None:
            leaf, row = self._kept
        else:
            leaf = self.leaves[-1]
            row = height - leaf.rows(width)
        margin = int(pages * height)
        return around(self.leaves, leaf.number, row, width=width, height=height, margin=margin)

    def draw_near(self) -> None:
        """Draw the turns near what is seen, and drop those far away."""
        self._due = False
        if not self.is_attached:
            return
        if self.leaves:
            seen, near, far = self._around(0), self._around(_NEAR), self._around(_FAR)
            if not _within(seen, self._drawn):  # first this, and the rest once it is there
                self._draw(_joined(seen, self._drawn, self._around(_DRAWN)))
            elif self.whole and not (_within(near, self._drawn) and _within(self._drawn, far)):
                self._draw(self._around(_DRAWN))
        self._fill_gaps()

    @property
    def whole(self) -> bool:
        """Whether all that was begun to be drawn is there."""
        return bool(self.container_size) and all(view.settled for view in self.views)

    def _draw(self, wanted: range) -> None:
        for leaf in self._leaves(self._drawn):
            if leaf.number not in wanted:
                self._drop(leaf)
        below: Widget = self._below
        new: list[TurnView] = []
        for leaf in reversed(self._leaves(wanted)):
            if leaf.view is None:
                leaf.view = self._view_of(leaf)
                leaf.view.set_class(leaf.number == 0, "-first")
                leaf.view.styles.min_height = leaf.rows(self._width) - 1  # until it is whole
                new.insert(0, leaf.view)
            else:
                self._mount(new, before=below)
                below, new = leaf.view, []
        self._mount(new, before=below)
        self._drawn = wanted

    def _mount(self, views: list[TurnView], *, before: Widget) -> None:
        if views:
            self.mount_all(views, before=before)

    def resized(self, leaves: Iterable[Leaf]) -> None:
        """Take note that turns have another height now, drawn or not."""
        for leaf in leaves:
            leaf.changed()
        self._gaps_for = None
        self._draw_soon()

    def _fill_gaps(self) -> None:
        width, drawn = self._width, self._drawn
        if self._gaps_for == (drawn, width, len(self.leaves)):
            return
        self._gaps_for = drawn, width, len(self.leaves)
        self._above.stand_for(sum(leaf.rows(width) for leaf in islice(self.leaves, drawn.start)))
        self._below.stand_for(
            sum(leaf.rows(width) for leaf in islice(self.leaves, drawn.stop, None))
        )

    def _draw_soon(self) -> None:
        if not self._due:
            self._due = True
            self.call_next(self.draw_near)

    def on_turn_view_settled(self, message: TurnView.Settled) -> None:
        """Let a view that is whole now have its own height."""
        message.view.styles.min_height = None
        self._draw_soon()

    # what is kept in place

    @property
    def reading(self) -> bool:
        """Whether the reader scrolled away from the end."""
        return self.is_anchored and self._anchor_released

    @property
    def more_below(self) -> bool:
        """Whether something stands below what can be seen."""
        return self.max_scroll_y - self.scroll_y >= 1

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._kept = None
        self.anchor(False)
        self._hold_on()
        self.draw_near()

    def page(self, step: int) -> None:
        """Scroll a page up (-1) or down (1); one row stays in sight."""
        self._go(self.scroll_y + step * max(1, self._height - 1))

    def reveal(self, leaf: Leaf, *, top: bool = False) -> None:
        """Scroll so that a turn can be seen: to its top where it is too tall, or `top` says so."""
        region = self._regions.get(leaf.view) if leaf.view is not None else None
        y, height = round(self.scroll_y), self._height
        row = leaf.view.styles.margin.top if leaf.view is not None else 0
        if region is not None:
            if not top and region.height + row <= height:  # no farther than it must
                row = max(row, min(region.y - y, height - region.height))
            self._go(region.y - row)
        if self.is_anchored and (region is None or self.reading):
            self.release_anchor()
            self._kept = leaf, row
            self.draw_near()

    def home(self) -> None:
        """Go to the beginning, and to what stands above the first turn."""
        gap = self._regions.get(self._above)
        if gap is None:
            self._go(0)
        elif self.is_anchored:
            self.release_anchor()
            self._kept = self.leaves[0], gap.y
            self.draw_near()

    def _go(self, y: float) -> None:
        """Scroll at once; what is under way may move everything until later."""
        self.scroll_to(y=y, animate=False, immediate=True)

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Lay out; what the reader looks at stays where it is, whatever became taller above it."""
        arranged = super().arrange(size, optimal)
        if optimal:
            return arranged
        if arranged is not self._arranged:
            self._arranged = arranged
            self._regions = {each.widget: each.region for each in arranged.placements}
            self._measure()
        if self._kept is not None:
            last = arranged.spatial_map.total_region.bottom - self._height
            y = max(0, min(self._top_of(self._kept[0]) - self._kept[1], last))
            if y != self.scroll_y:
                self.set_reactive(Widget.scroll_y, y)
                self.set_reactive(Widget.scroll_target_y, y)
                if self.show_vertical_scrollbar:
                    self.vertical_scrollbar.set_reactive(ScrollBar.position, y)
        return arranged

    def _measure(self) -> None:
        above: Region | None = None
        for leaf in self._leaves(self._drawn):
            region = self._regions.get(leaf.view) if leaf.view is not None else None
            if leaf.view is not None and leaf.view.settled and region is not None:
                gap = region.y - above.bottom if above is not None else min(leaf.number, 1)
                leaf.measured(region.height + gap, self._width)
            above = region

    def _bottom_of(self, gap: Gap) -> int:
        return self._regions[gap].bottom if gap in self._regions else 0

    def _top_of(self, leaf: Leaf) -> int:
        """Return the row where a turn begins, as far as that is known."""
        if leaf.view in self._regions:
            return self._regions[leaf.view].y
        rows = (each.rows(self._width) for each in self.leaves[: leaf.number])
        return sum(rows)

    def _at(self, y: int) -> tuple[Leaf, int] | None:
        """Return the turn that stands at a row, and how far below that row its top is."""
        top = 0
        for leaf in self._leaves(self._drawn) if self._is_drawn(y) else self.leaves:
            rows = leaf.rows(self._width)
            region = self._regions.get(leaf.view) if leaf.view is not None else None
            top = region.y if region is not None else top
            if top + (region.height if region is not None else rows) > y:
                return leaf, top - y
            top += rows
        return (self.leaves[-1], top - y) if self.leaves else None

    def _is_drawn(self, y: int) -> bool:
        """Whether the views stand at a row, and not a gap."""
        regions = [self._regions.get(view) for view in self.views]
        known = [region for region in regions if region is not None]
        whole = len(known) == len(regions) and bool(known)
        return whole and self._bottom_of(self._above) <= y < known[-1].bottom

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that the view moved, and keep what is read now."""
        super().watch_scroll_y(old_value, new_value)
        self._kept = self._at(round(new_value)) if self.reading else None
        self._tell()

    def watch_virtual_size(self) -> None:
        """Tell that there is more or less to see."""
        self._hold_on()
        self._tell()

    def on_resize(self) -> None:
        """Keep what is held."""
        self._hold_on()
        self._draw_soon()

    def _tell(self) -> None:
        self._draw_soon()
        self.post_message(self.Moved(self))

    def _hold_on(self) -> None:
        """Hold on to the end where there is something to scroll.

        What is anchored while it fits would hang at the bottom instead of standing at the top.
        """
        fits = self.virtual_size.height <= self.container_size.height
        if fits and self.is_anchored:
            self.anchor(False)
            self.set_scroll(None, 0)
        elif not fits and not self.is_anchored:
            self.anchor()


def _within(inner: range, outer: range) -> bool:
    return outer.start <= inner.start and inner.stop <= outer.stop


def _joined(first: range, second: range, limit: range) -> range:
    """Return a range and what is in reach of it of a second one, within a limit."""
    start, stop = max(second.start, limit.start), min(second.stop, limit.stop)
    if start > stop or stop < first.start or start > first.stop:
        return first
    return range(min(first.start, start), max(first.stop, stop))
