"""Commands of second chances: ask again, choose among the attempts, let an answer go on."""

from __future__ import annotations

from tui_arena.conversation import TEMPERATURE
from tui_arena.engine.events import MAX_ATTEMPTS
from tui_arena.revision import choose
from tui_arena.screens import routing
from tui_arena.screens.how_many import HowMany
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.stage import Stage


class Again:
    """Gives the latest prompt further attempts; every one of them stays, with its marks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def _live(self) -> LiveSide:
        return self._stage.sides[self._stage.chosen]

    def retry(self) -> None:
        """Ask the latest prompt again; a model that failed to load, load again."""
        if self._live.load_error is not None:
            self._live.load()
        elif self._can("retried"):
            self._retry(self._live, 1)

    def several(self) -> None:
        """Ask how many further attempts there shall be, and ask for them all at once."""
        if not self._can("retried"):
            return
        live = self._live

        def answered(attempts: int | None) -> None:
            if attempts is not None and self._can("retried"):
                self._retry(live, attempts)

        page = HowMany(asks="Further attempts at once", fewest=2, most=MAX_ATTEMPTS)
        self._stage.app.push_screen(page, answered)

    def walk(self, step: int) -> None:
        """Show the attempt before (-1) or after (1), which is then the one in the context."""
        stage, side = self._stage, self._stage.chosen
        turn = stage.rating.target(side)
        if turn is None:
            stage.notice = f"There is no answer yet on the {side}."
            return
        at, count = turn.selected + step, len(turn.attempts)
        if count == 1:
            stage.notice = f"This turn has one attempt; {stage.key('retry')} makes another."
        elif at not in range(count):
            stage.notice = f"This is the {'first' if step < 0 else 'last'} of {count} attempts."
        else:
            choose(turn, at, by=self._live.conversation.rater)
            turns = self._live.conversation.turns
            place = next(n for n, other in enumerate(turns, 1) if other is turn)
            which = f"Attempt {at + 1} of {count}"
            if not turn.in_context:
                stage.notice = f"{which}; no model sees it."
            elif any(other.stands for other in turns[place:]):
                stage.notice = f"{which}; later answers saw another."
            else:
                stage.notice = f"{which} is in the context."
            stage.show_again(side, turn)

    def go_on(self) -> None:
        """Let an answer go on that was cut, stopped, or failed in the middle."""
        live = self._live
        if not self._can("continued"):
            return
        reason = live.conversation.why_not_on(blind=self._stage.blind)
        if reason:
            self._stage.notice = reason
        else:
            live.go_on()

    def _retry(self, live: LiveSide, attempts: int) -> None:
        live.retry(attempts)
        greedy = live.conversation.sampler.temperature == 0
        if greedy and not self._stage.blind:  # which profile is greedy would tell which model it is
            self._stage.notice = f"Sampled at {TEMPERATURE}: greedy repeats itself."

    def _can(self, what: str) -> bool:
        """Whether the latest turn of the chosen side can be answered now; else say why not."""
        reason = self._why_not(what)
        self._stage.notice = reason
        return not reason

    def _why_not(self, what: str) -> str:
        live, rating = self._live, self._stage.rating
        if live.latest is None:
            return f"There is no answer yet on the {live.side}."
        if rating.target(live.side) is not live.latest:
            return f"Only the latest turn can be {what}: {self._stage.key('latest')} selects it."
        if live.latest.origin is not None:
            return f"This answer came from the other side; it cannot be {what} here."
        return routing.unavailable(live, self._stage.key)
