"""Commands of transplanting: one side goes on from what the other side said."""

from __future__ import annotations

from collections.abc import Sequence

from tui_arena.screens.choose import Choice, Choose, Way
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.stage import Stage
from tui_arena.session import Side, Turn
from tui_arena.transplant import restore, transplant


class Transplanting:
    """Hands a conversation across, or a single response."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def open(self) -> None:
        """Show what the chosen side can take over from the other one."""
        stage, side = self._stage, self._stage.chosen
        live, other = stage.sides[side], stage.sides["right" if side == "left" else "left"]
        if live.busy:
            stage.notice = _busy(live, stage.key("stop"))
            return
        choices = [*self._offered(live, other), *self._set_aside(live)]
        if not choices:
            stage.notice = self._nothing(other)
            return

        def take(turns: tuple[int, Sequence[Turn]] | None) -> str | None:
            if live.busy:  # a prompt that waited may have gone out by now
                return _busy(live, stage.key("stop"))
            if turns is None:
                self._restore(live)
            else:
                self._transplant(live, other.side, *turns)
            return None

        stage.app.push_screen(
            Choose(
                title=lambda: f"What the {side} goes on from",
                choices=choices,
                ways={"enter": Way("Enter", "choose", take)},
                signs=stage.signs,
            )
        )

    def _offered(
        self, live: LiveSide, other: LiveSide
    ) -> list[Choice[tuple[int, Sequence[Turn]] | None]]:
        """Return what can be taken over: how many own turns stay, and the turns that come."""
        last = self._stage.rating.target(other.side)
        if last is None or not _finished(other, last):
            return []
        own = live.conversation.turns
        theirs = other.conversation.turns
        until = next(n for n, turn in enumerate(theirs, 1) if turn is last)
        whole = [turn for turn in theirs[:until] if turn.in_context]
        same = [n for n, turn in enumerate(own) if turn.prompt.text == last.prompt.text]
        keep = same[-1] if same else len(own)
        asked = f"“{last.prompt.text}”"
        return [
            Choice(
                (0, whole),
                f"The conversation of the {other.side} up to {asked}",
                _note(len(whole), len(own)),
            ),
            Choice(
                (keep, [last]),
                f"Only the {other.side} response to {asked}",
                _note(1, len(own) - keep),
            ),
        ]

    def _set_aside(self, live: LiveSide) -> list[Choice[tuple[int, Sequence[Turn]] | None]]:
        record = live.conversation.record
        if not record.set_aside:
            return []
        found = record.set_aside[-1]
        note = _note(len(found.turns), max(0, len(record.turns) - found.after))
        return [Choice(None, "What stood here before, back again", note)]

    def _nothing(self, other: LiveSide) -> str:
        last = self._stage.rating.target(other.side)
        if last is None:
            return f"The {other.side} has said nothing yet."
        if other.busy and last is other.latest:
            return f"The {other.side} is still answering; wait or stop it."
        return f"That response of the {other.side} is empty or failed; select another."

    def _transplant(self, live: LiveSide, of: Side, keep: int, turns: Sequence[Turn]) -> None:
        transplant(live.conversation.record, turns, of=of, keep=keep)
        self._stage.show_turns(live.side)
        what = "a turn" if len(turns) == 1 else f"{len(turns)} turns"
        back = self._stage.key("transplant")
        self._stage.notice = f"Took {what} from the {of}; {back} gives back."

    def _restore(self, live: LiveSide) -> None:
        restore(live.conversation.record)
        self._stage.show_turns(live.side)
        self._stage.notice = f"The {live.side} has back what stood there before."


def _finished(live: LiveSide, turn: Turn) -> bool:
    return turn.in_context and turn.response not in live.conversation.under_way


def _busy(live: LiveSide, key: str) -> str:
    return f"{live.side.capitalize()} is answering; stop it first ({key})."


def _note(come: int, go: int) -> str:
    comes = "1 turn" if come == 1 else f"{come} turns"
    return f"{comes}, in place of {go}" if go else comes
