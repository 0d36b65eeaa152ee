"""One turn on the screen: what was asked, the answer, and the marks it got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget

from tui_arena.session import Attempt, Turn
from tui_arena.widgets.answer import Answer
from tui_arena.widgets.found import Found, text_of
from tui_arena.widgets.look import AS_MARKDOWN, Look, highlighted, places
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_HOW_IT_ENDED = {
    "length": "cut at the limit of tokens for an answer",
    "context": "cut: the context is full",
    "stopped": "stopped",
}
_HOW_OTHERS_ENDED = {
    "end": "ended",
    "length": "cut",
    "context": "cut",
    "stopped": "stopped",
    "error": "failed",
}


Suggests = Callable[[Turn, Attempt], str]
"""Says what a checker suggests for an answer; empty where it suggests nothing."""

Era = tuple[str, int]
"""An answer, told from what it is once it went on."""


def eras_under_way(turn: Turn) -> frozenset[Era]:
    """Return the answers of a turn that have not ended."""
    return frozenset(_era(a) for a in turn.attempts if a.timing.finished is None)


class TurnView(Vertical):
    """Shows a turn and its selected attempt."""

    answer = query_one(Answer)
    _asked = query_one(".asked", Plain)

    @dataclass
    class Picked(Message):
        """The mouse picked this turn."""

        view: TurnView

    @dataclass
    class Settled(Message):
        """The turn is drawn, or its answer was drawn anew, and may be taller or lower."""

        view: TurnView

    def __init__(
        self,
        *,
        turn: Turn,
        before: Turn | None,
        signs: Signs,
        look: Look = AS_MARKDOWN,
        gone_to: Found | None = None,
        broken_off: Collection[Era] = frozenset(),
        remark: str = "",
        folded: bool = False,
        suggests: Suggests = lambda turn, attempt: "",
    ) -> None:
        """`broken_off` are answers whose end nobody saw; they are not under way."""
        super().__init__(classes="turn")
        self.turn = turn
        self.settled = False
        """Whether all of it was drawn once."""
        self._before = before
        self._signs = signs
        self._look = look
        self._gone_to = gone_to
        self._broken_off = broken_off
        self._folds = folded
        self._suggests = suggests
        self._mounted_whole = False
        self._votes: Mapping[str, str] = {}
        self._blind = False
        self._finished = False
        """Whether the shown attempt is shown as a whole."""
        self._shown = turn.response
        self._remark = remark
        self._rows: dict[str, Plain] = {}
        """The rows that are there only where they have something to say."""

    def compose(self) -> ComposeResult:
        """Lay out the prompt and the answer."""
        with Horizontal(classes="prompt-row"):
            yield Plain(self._signs.ask, classes="ask")
            yield Plain(self._prompt(), classes="asked")
        yield Answer(signs=self._signs, look=self._look)

    async def on_mount(self) -> None:
        """Show what the turn holds already."""
        if not self.children:
            return  # taken away before it was there
        self._mounted_whole = True
        self.answer.look = self._look
        self.answer.gone_to = self._gone_to_answer
        await self._show_attempt()
        if self._folds:
            self.answer.fold(True)
        self.settled = True
        self.post_message(self.Settled(self))

    @property
    def _built(self) -> bool:
        """Whether there is something to draw on: it was mounted, and was not taken away since."""
        return self._mounted_whole and self.is_attached

    def flush(self) -> None:
        """Show the answer so far."""
        if not self._built or self.turn.response is not self._shown or self._finished:
            return  # mounting, or showing the other attempt, will show what there is then
        self._show_since()
        self.show_note()
        self.answer.show(self.turn.response.said)

    async def finish(self) -> None:
        """Show that an attempt ended; where it is the shown one, all of it and how it ended."""
        attempt = self.turn.response
        if not self._built or attempt is not self._shown or self._finished:
            self.show_note()
            return
        self._show_since()
        self.show_note()
        if attempt.timing.finished is None:
            return
        self._finished = True
        await self.answer.finish(attempt.said)
        self._show_end()

    async def show_again(self) -> None:
        """Show the selected attempt anew: another one, or one that goes on or was edited."""
        if self._built:
            if self._gone_to_answer is not None:
                self._gone_to = None
            self._folds = False
            with self.app.batch_update():
                await self.answer.clear()
                await self._show_attempt()

    async def _show_attempt(self) -> None:
        attempt = self._shown = self.turn.response
        self._finished = False
        self._show_since()
        self.show_note()
        self._show_end()
        if attempt.timing.finished is not None:
            await self.finish()
        else:
            self.answer.show(attempt.said)

    def show_note(self, remark: str | None = None) -> None:
        """Say which attempt this is, how the others fare, and what else there is to know of it.

        `remark` is what only those know who see the whole conversation; None leaves it.
        """
        if remark is not None:
            self._remark = remark
        if not self._built:
            return
        says = [part for part in (*_notes(self.turn, self._broken_off), self._remark) if part]
        self.set_class(not self.turn.stands, "-aside")
        self._say("note", self._signs.content(f" {self._signs.dot} ".join(says)))

    def _say(self, kind: Literal["since", "note"], says: Content) -> None:
        """Show a row above the prompt or above the answer, which is there only where it speaks."""
        row = self._rows.get(kind)
        if row is None and says:
            row = self._rows[kind] = Plain(says, classes=kind)
            self.mount(row, before=0 if kind == "since" else self.answer)
        elif row is not None and row.content != says:
            row.display = bool(says)
            row.update(says)

    @property
    def raw(self) -> bool:
        """Whether the answer stays as it came, and is not to be shown as Markdown."""
        return self._look.raw

    def fold(self, folded: bool) -> None:
        """Show only the beginning of a finished answer, or all of it."""
        self._folds = folded
        if self._built and folded != self.answer.folded:
            self.answer.fold(folded)

    def set_look(self, look: Look, gone_to: Found | None = None) -> None:
        """Show the turn another way; what looks the same stays as it is."""
        before, self._look = (self._look, self._gone_to), look
        self._gone_to = gone_to
        if not self._built or before == (look, gone_to):
            return
        answer = self.answer
        answer.look = look
        answer.gone_to = self._gone_to_answer
        queries = {before[0].query, look.query}
        if any(places(query, text_of(self.turn, "prompt", self._signs)) for query in queries):
            self._asked.update(self._prompt())
        found = any(places(query, text_of(self.turn, "answer", self._signs)) for query in queries)
        if (found or before[0].raw != look.raw) and not answer.show_found():
            self.call_next(self._redraw)
        elif before[0].raw != look.raw:
            self._show_end()

    async def _redraw(self) -> None:
        if self._built:
            await self.answer.redraw()
            self._show_end()
            self.post_message(self.Settled(self))

    @property
    def _gone_to_answer(self) -> int | None:
        found = self._gone_to
        return found.at if found is not None and found.part == "answer" else None

    def place(self, found: Found) -> tuple[Widget, int]:
        """Return the widget in which a match stands, and its row there."""
        if found.part == "answer":
            return self.answer.place(found.at) or (self.answer, 0)
        before = self._prompt()[: found.at + 1]
        return self._asked, len(before.wrap(max(1, self._asked.size.width))) - 1

    def _prompt(self) -> Content:
        prompt, found = self.turn.prompt, self._gone_to
        kind = f"  ({prompt.kind})" if prompt.kind == "correction" else ""
        at = found.at if found is not None and found.part == "prompt" else None
        asked = self._signs.content(prompt.text, "bold")
        return Content.assemble(
            highlighted(asked, self._look.query, gone_to=at),
            Content.styled(kind, "$foreground 60%"),
        )

    def show_marks(self) -> None:
        """Show the marks and the vote that hold now, and what is suggested."""
        if self._built:
            self._show_end()

    def show_judgements(self, votes: Mapping[str, str], *, blind: bool) -> None:
        """Show these votes, by the id of the attempt; blind, nothing that names a model."""
        self._votes, self._blind = votes, blind
        if self._built:
            self._show_since()
            self._show_end()

    def _judgement(self) -> Content:
        attempt, signs = self.turn.response, self._signs
        suggested = signs.one_line(self._suggests(self.turn, attempt)) if self._finished else ""
        said = (
            Content(signs.standing(attempt.marks)),
            Content(self._votes.get(attempt.id, "")),
            Content.styled(suggested, "$foreground 60% italic"),
        )
        return Content("  ").join(part for part in said if part)

    def _show_since(self) -> None:
        """Say where the turn came from; or that another model answers, and what it had to read."""
        origin, attempt, says = self.turn.origin, self.turn.response, ""
        if origin is not None:
            whom = "" if self._blind else f": {origin.profile}"
            says = f"from the {origin.side}{whom}"
        elif self.turn.changed_hands(self._before) and not self._blind:
            read = attempt.tokens.prompt - attempt.tokens.reused
            says = f"{attempt.profile} from here on"
            says += f"; it read {read} tokens of the conversation" if read > 0 else ""
        self._say("since", self._signs.content(says))

    def _show_end(self) -> None:
        """Say how the answer ended, and which marks and votes it got."""
        attempt, judged = self.turn.response, self._judgement()
        ending = Content("")
        if self._finished:
            ending = _ending(attempt, self._signs, blind=self._blind)
            remark = f"({self.answer.remark})" if self.answer.remark else ""
            ending = Content(" ").join(part for part in (ending, Content(remark)) if part)
        self.set_class(bool(judged) or bool(ending), "-has-end")
        if "foot" not in self._rows and (judged or ending):
            self._rows |= {kind: Plain(classes=kind) for kind in ("foot", "marks")}
            self.mount(Horizontal(self._rows["foot"], self._rows["marks"], classes="end-row"))
        if "foot" in self._rows:
            self._rows["foot"].update(ending)
            self._rows["foot"].set_class(attempt.stop == "error", "-error")
            self._rows["marks"].update(judged)

    def on_click(self, event: events.Click) -> None:
        """Pick this turn."""
        self.post_message(self.Picked(self))


def _era(attempt: Attempt) -> Era:
    return attempt.id, len(attempt.continued)


def _notes(turn: Turn, broken_off: Collection[Era]) -> list[str]:
    notes = []
    if not turn.stands:
        notes.append("set aside, no model sees this turn")
    if turn.replaces is not None:
        notes.append("the prompt was edited")
    if len(turn.attempts) > 1:
        others = [attempt for attempt in turn.attempts if attempt is not turn.response]
        states = Counter(_state(attempt, broken_off) for attempt in others)
        which = f"attempt {turn.selected + 1} of {len(turn.attempts)}"
        if states["streaming"] or states["thinking"]:
            fare = ", ".join(f"{count} {state}" for state, count in states.items())
            which += f" (others: {fare})"
        notes.append(which)
    answer = turn.response
    if answer.continued:
        times = len(answer.continued)
        notes.append("continued" if times == 1 else f"continued {times} times")
    if answer.edited:
        notes.append(f"edited by {answer.edits[-1].by}")
    return notes


def _state(attempt: Attempt, broken_off: Collection[Era]) -> str:
    if attempt.timing.finished is not None:
        return _HOW_OTHERS_ENDED[attempt.stop]
    if _era(attempt) in broken_off:
        return "broken off"
    return "streaming" if attempt.text else "thinking"


def _ending(attempt: Attempt, signs: Signs, *, blind: bool) -> Content:
    if attempt.stop == "error":
        if blind:
            return Content("The answer failed; why is shown once the models are revealed.")
        return signs.content(attempt.error or "The answer failed.")
    ending = _HOW_IT_ENDED.get(attempt.stop, "")
    if not ending and not attempt.text.strip():
        ending = "an empty answer"
    return Content(f"({ending})" if ending else "")
