"""Commands of revising: set turns aside and bring them back, edit prompts and answers."""

from __future__ import annotations

from collections.abc import Callable

from tui_arena.revision import bring_back, edit, set_aside
from tui_arena.screens import routing
from tui_arena.screens.live_side import LiveSide, Waiting
from tui_arena.screens.revise import Revise
from tui_arena.screens.stage import Stage
from tui_arena.session import Attempt, Turn


class Revising:
    """Changes what the next answer sees; nothing disappears from the record."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def _live(self) -> LiveSide:
        return self._stage.sides[self._stage.chosen]

    @property
    def _target(self) -> Turn | None:
        return self._stage.rating.target(self._stage.chosen)

    def undo_turn(self) -> None:
        """Set the latest turn aside."""
        live, stage = self._live, self._stage
        turn = live.latest
        if turn is None:
            stage.notice = f"There is no turn to undo on the {live.side}."
        elif live.busy:
            stage.notice = routing.answering(live, stage.key)
        else:
            set_aside(turn, by=live.conversation.rater)
            stage.rating.select(live.side, None)
            number, back = _number(live, turn), stage.key("bring-back")
            stage.notice = f"Turn {number} is set aside; {back} brings it back."
            stage.show_revised(live.side)

    def bring_back(self) -> None:
        """Bring the selected turn back, or else the one that was set aside last."""
        live, stage = self._live, self._stage
        turn = stage.rating.selected(live.side)
        if turn is None or turn.stands:
            aside = [turn for turn in live.conversation.turns if not turn.stands]
            turn = max(aside, key=lambda turn: turn.moves[-1].at, default=None)
        if turn is None:
            stage.notice = f"No turn is set aside on the {live.side}."
            return
        number, latest = _number(live, turn), live.latest
        if live.busy:
            stage.notice = routing.answering(live, stage.key)
        elif latest is not None and _number(live, latest) > number:
            stage.notice = (
                f"Turn {_number(live, latest)} stands after turn {number}; undo it first."
            )
        else:
            bring_back(turn, by=live.conversation.rater)
            stage.rating.select(live.side, None)
            stage.notice = f"Turn {number} is back in the context."
            stage.show_revised(live.side)

    def edit_prompt(self) -> None:
        """Change the selected prompt and send it; its turn and the later ones are set aside."""
        live, turn = self._live, self._target
        if turn is None:
            self._stage.notice = f"There is no prompt yet on the {live.side}."
        elif reason := routing.unavailable(live, self._stage.key):
            self._stage.notice = reason
        else:
            self._open(
                f"Edit prompt {_number(live, turn)} of the {live.side} side",
                text=turn.prompt.text,
                original=turn.prompt.text,
                does="send",
                take=lambda text: self._send_again(live, turn, text),
            )

    def edit_answer(self) -> None:
        """Put other words in the place of the selected answer."""
        live, turn = self._live, self._target
        if turn is None:
            self._stage.notice = f"There is no answer yet on the {live.side}."
        elif turn.response in live.conversation.under_way:
            self._stage.notice = routing.answering(live, self._stage.key)
        else:
            answer = turn.response
            self._open(
                f"Edit answer {_number(live, turn)} of the {live.side} side",
                text=answer.said,
                original=answer.text,
                does="put into the context",
                take=lambda text: self._edit(live, turn, answer, text),
            )

    def _open(
        self, title: str, *, text: str, original: str, does: str, take: Callable[[str], None]
    ) -> None:
        def answered(given: str | None) -> None:
            if given is None:
                self._stage.notice = "Nothing was changed."
            elif not given.strip():
                self._stage.notice = "Nothing was left, so nothing was changed."
            else:
                take(given)

        page = Revise(title=title, text=text, original=original, does=does)
        self._stage.app.push_screen(page, answered)

    def _send_again(self, live: LiveSide, turn: Turn, text: str) -> None:
        if reason := routing.unavailable(live, self._stage.key):
            # A prompt that waited went out meanwhile. What was written must not be lost.
            self._stage.prompt.put_back(text)
            self._stage.notice = f"{reason} Your text is on the writing line."
            return
        turns = live.conversation.turns
        aside = [each for each in turns[_number(live, turn) - 1 :] if each.stands]
        for each in aside:
            set_aside(each, by=live.conversation.rater)
        self._stage.notice = {
            0: "Sent.",
            1: "Sent; its old turn is set aside.",
        }.get(len(aside), f"Sent; {len(aside)} turns are set aside.")
        self._stage.show_revised(live.side)
        attempts = self._stage.attempts
        live.give(
            Waiting(text, turn.prompt.kind, turn.prompt.step, replaces=turn, attempts=attempts)
        )

    def _edit(self, live: LiveSide, turn: Turn, answer: Attempt, text: str) -> None:
        edit(answer, text, by=live.conversation.rater)
        if answer.edited:
            self._stage.notice = "In the context; the model's own is kept."
        else:
            self._stage.notice = "The model's own is in the context again."
        self._stage.show_again(live.side, turn)


def _number(live: LiveSide, turn: Turn) -> int:
    return next(n for n, each in enumerate(live.conversation.turns, 1) if each is turn)
