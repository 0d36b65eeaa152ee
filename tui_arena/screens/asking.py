"""Commands of asking: what a side is asked with, and how many answers a prompt asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui_arena.conversation import TEMPERATURE
from tui_arena.engine.events import MAX_ATTEMPTS
from tui_arena.screens.ask_with import AskWith, Usual
from tui_arena.screens.describe import HIDDEN
from tui_arena.screens.how_many import HowMany
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.stage import Stage
from tui_arena.session import Side
from tui_arena.side_settings import SideSettings, Written


class Asking:
    """Changes settings of a side from its next answer on, and how often prompts are asked."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def settings(self) -> None:
        """Show what the chosen side is asked with, to change it there or on both sides."""
        stage = self._stage
        live = stage.sides[stage.chosen]

        def answered(given: tuple[Written, bool] | None) -> None:
            if given is None:
                stage.notice = "Nothing was changed."
                return
            written, both = given
            self._ask_with(list(stage.sides.values()) if both else [live], written)

        profile = live.conversation.profile
        page = AskWith(
            side=live.side,
            model=HIDDEN if stage.blind else profile.title or profile.name,
            settings=self._beside_script(live.conversation.settings),
            usual=Usual(
                system=stage.script.system or (None if stage.blind else profile.system),
                whose="the scenario's" if stage.script.system else "the profile's",
                profile=None if stage.blind else profile,
            ),
            answering=any(each.busy for each in stage.sides.values()),
            signs=stage.signs,
            still=stage.sitting.still,
        )
        stage.app.push_screen(page, answered)

    def attempts(self) -> None:
        """Ask how many answers the next prompts shall ask for."""
        stage = self._stage

        def answered(attempts: int | None) -> None:
            if attempts is None:
                return
            stage.attempts = attempts
            stage.notice = "One answer to each prompt again."
            if attempts > 1:  # said whoever is greedy, for that would tell hidden models apart
                stage.notice = f"Greedy sides are sampled at {TEMPERATURE}."

        page = HowMany(asks="Attempts at each prompt", fewest=1, most=MAX_ATTEMPTS)
        stage.app.push_screen(page, answered)

    def _beside_script(self, settings: SideSettings) -> SideSettings:
        """Leave out a system text that is the scenario's."""
        scripted = self._stage.script.system
        if not scripted or settings.system != scripted:
            return settings
        return replace(settings, system=None)

    def _ask_with(self, sides: list[LiveSide], written: Written) -> None:
        """Let sides be asked so; where no system text is set, a scenario's own holds."""
        stage = self._stage
        before = {live.side: live.conversation.settings for live in sides}
        if written.system is None and stage.script.system:
            written = replace(written, system=stage.script.system)
        for live in sides:
            live.conversation.ask_with(written.settings(live.conversation.profile))
        if all(live.conversation.settings == before[live.side] for live in sides):
            stage.notice = "Nothing was changed."
            return

        def undo() -> str:
            for live in sides:
                live.conversation.ask_with(before[live.side])
            self._changed(before)
            return f"Undone: {_who(sides)} asked as before."

        stage.takebacks.append(undo)
        self._changed(before)
        later = ", from the next answer on" if any(live.busy for live in sides) else ""
        stage.notice = f"{_who(sides).capitalize()} asked so{later}; {stage.key('undo')} undoes it."

    def _changed(self, sides: Iterable[Side]) -> None:
        stage = self._stage
        for side in sides:
            stage.show_notes(side)
        if any(live.conversation.turns for live in stage.sides.values()):
            stage.autosave.changed()
        stage.show()


def _who(sides: list[LiveSide]) -> str:
    return f"the {sides[0].side} is" if len(sides) == 1 else "both sides are"
