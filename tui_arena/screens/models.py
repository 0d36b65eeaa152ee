"""Commands of models: choose another one for a side, swap the sides', unload."""

from __future__ import annotations

from collections.abc import Callable

from tui_arena.engine.events import Failed, Unloaded
from tui_arena.engine.profile import Profile
from tui_arena.engine.shelf import Shelf
from tui_arena.screens import routing
from tui_arena.screens.live_side import LiveSide
from tui_arena.screens.offers import Loaded, memory
from tui_arena.screens.picker import Picker
from tui_arena.screens.stage import Stage
from tui_arena.screens.tidings import Tiding


class Models:
    """Changes what a side answers with; what was said goes along."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shelf = Shelf(
            stage.sitting.profile_folders, [*stage.sitting.profiles, *stage.sitting.seen]
        )

    def pick(self) -> None:
        """Show what the chosen side can be switched to."""
        if self._hidden():
            return
        stage = self._stage
        live, engine = stage.sides[stage.chosen], stage.engine

        def unload(profile: Profile, told: Callable[[str], None]) -> None:
            async def work() -> None:
                said = await self._unload(profile)
                if picker.is_attached:
                    told(said)
                else:
                    stage.tell(Tiding("A model is unloaded." if stage.blind else said))

            stage.spawn(work())  # goes on where the page is closed

        picker = Picker(
            shelf=self._shelf,
            loaded=lambda: Loaded(live, engine.residents(), engine.machine()),
            choose=lambda profile: self._choose(live, profile),
            unload=unload,
            signs=stage.signs,
        )
        stage.app.push_screen(picker)

    def swap(self) -> None:
        """Give each side the model of the other one."""
        if self._hidden():
            return
        left, right = self._stage.sides.values()
        first, second = left.conversation.profile, right.conversation.profile
        if first == second:
            self._stage.notice = "Both sides have the same model already."
            return
        busy = next((live for live in (left, right) if live.busy), None)
        if busy is not None:
            self._stage.notice = routing.answering(busy, self._stage.key)
            return
        self._switch(left, second)
        self._switch(right, first)
        self._stage.notice = "The sides have swapped their models."

    def _hidden(self) -> bool:
        """Whether models may not be named now; says so."""
        if self._stage.blind:
            self._stage.notice = f"Models are hidden; {self._stage.key('blind')} reveals them."
        return self._stage.blind

    def _choose(self, live: LiveSide, profile: Profile) -> str:
        """Give a side a model; return why that cannot be, nothing where it was done."""
        if live.busy:
            return routing.answering(live, self._stage.key)
        if profile != live.conversation.profile:
            self._switch(live, profile)
            who = live.side.capitalize()
            self._stage.notice = f"{who} goes on with {profile.title or profile.name}."
        elif live.load_error is not None or live.unloaded:
            live.load()
        return ""

    def _switch(self, live: LiveSide, profile: Profile) -> None:
        live.switch(profile)
        self._stage.show_notes(live.side)
        if live.conversation.turns:
            self._stage.autosave.changed()

    async def _unload(self, profile: Profile) -> str:
        """Free a model's memory; return what came of it, in one sentence."""
        async for event in self._stage.engine.unload(profile):
            if isinstance(event, Failed):
                return event.error
            if isinstance(event, Unloaded):
                for live in self._stage.sides.values():
                    same = live.conversation.profile.weights_key == profile.weights_key
                    if same and live.ready is not None:
                        live.drop()
                self._stage.show()
                return (
                    f"{profile.title or profile.name} is unloaded; {memory(event.freed)} came free."
                )
        raise AssertionError("a stream of an unload ends with Unloaded or Failed")
