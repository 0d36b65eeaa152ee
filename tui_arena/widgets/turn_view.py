"""One turn on the screen: what was asked, the answer, and the marks it got."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message

from tui_arena.session import Attempt, Turn
from tui_arena.widgets.answer import Answer
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs

_HOW_IT_ENDED = {
    "length": "cut at the limit of tokens for an answer",
    "context": "cut: the context is full",
    "stopped": "stopped",
}


class TurnView(Vertical):
    """Shows a turn and its selected attempt."""

    answer = query_one(Answer)
    _since = query_one(".since", Plain)
    _foot = query_one(".foot", Plain)
    _marks = query_one(".marks", Plain)

    @dataclass
    class Picked(Message):
        """The mouse picked this turn."""

        view: TurnView

    def __init__(self, *, turn: Turn, before: Turn | None, signs: Signs) -> None:
        super().__init__(classes="turn")
        self.turn = turn
        self._before = before
        self._signs = signs
        self._built = False

    def compose(self) -> ComposeResult:
        """Lay out a change of model, the prompt, the answer, and the row with end and marks."""
        yield Plain(classes="since")
        prompt = self.turn.prompt
        kind = f"  ({prompt.kind})" if prompt.kind == "correction" else ""
        with Horizontal(classes="prompt-row"):
            yield Plain(self._signs.ask, classes="ask")
            yield Plain(
                Content.assemble(
                    self._signs.content(prompt.text, "bold"),
                    Content.styled(kind, "$foreground 60%"),
                ),
                classes="asked",
            )
        yield Answer(signs=self._signs)
        with Horizontal(classes="end-row"):
            yield Plain(classes="foot")
            yield Plain(classes="marks")

    async def on_mount(self) -> None:
        """Show what the turn holds already."""
        attempt = self.turn.response
        self._built = True
        self._show_since()
        self.show_marks()
        if attempt.timing.finished is not None:
            await self.finish()
        else:
            self.answer.show(attempt.text)

    def flush(self) -> None:
        """Show the answer so far."""
        if not self._built:
            return  # mounting will show what there is then
        self._show_since()
        self.answer.show(self.turn.response.text)

    async def finish(self) -> None:
        """Show the whole answer and how it ended."""
        if not self._built:
            return
        attempt = self.turn.response
        self._show_since()
        await self.answer.finish(attempt.text)
        self._foot.update(_ending(attempt, self._signs))
        self._foot.set_class(attempt.stop == "error", "-error")
        self._show_end_row()

    def show_marks(self) -> None:
        """Show the marks that hold now."""
        if not self._built:
            return
        self._marks.update(self._signs.standing(self.turn.response.marks))
        self._show_end_row()

    def _show_since(self) -> None:
        """Say where the turn came from; or that another model answers, and what it had to read."""
        origin = self.turn.origin
        if origin is not None:
            self._since.display = True
            self._since.update(self._signs.content(f"from the {origin.side}: {origin.profile}"))
            return
        changed = self.turn.changed_hands(self._before)
        self._since.display = changed
        if changed:
            attempt = self.turn.response
            read = attempt.tokens.prompt - attempt.tokens.reused
            says = f"{attempt.profile} from here on"
            says += f"; it read {read} tokens of the conversation" if read > 0 else ""
            self._since.update(self._signs.content(says))

    def _show_end_row(self) -> None:
        attempt = self.turn.response
        ended = attempt.timing.finished is not None
        self.set_class(
            bool(self._signs.standing(attempt.marks))
            or (ended and bool(_ending(attempt, self._signs).plain)),
            "-has-end",
        )

    def on_click(self, event: events.Click) -> None:
        """Pick this turn."""
        self.post_message(self.Picked(self))


def _ending(attempt: Attempt, signs: Signs) -> Content:
    if attempt.stop == "error":
        return signs.content(attempt.error or "The answer failed.")
    ending = _HOW_IT_ENDED.get(attempt.stop, "")
    if not ending and not attempt.text.strip():
        ending = "an empty answer"
    return Content(f"({ending})" if ending else "")
