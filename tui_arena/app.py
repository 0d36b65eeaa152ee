"""The arena as a program."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingsMap
from textual.widgets import TextArea

from tui_arena.checking.own import OwnCheck
from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.folders import log_file
from tui_arena.manner import USUAL, Manner
from tui_arena.scenario import Scenario
from tui_arena.screens.arena import ArenaScreen
from tui_arena.screens.leave import Leave
from tui_arena.screens.sitting import Sitting
from tui_arena.screens.stage import Stage
from tui_arena.screens.tidings import Tiding
from tui_arena.store import SessionFile
from tui_arena.terminal_app import TerminalApp, run_to_the_end, save_last
from tui_arena.widgets.signs import signs

if TYPE_CHECKING:
    from tui_arena.scoring.results import Weights


class ArenaApp(TerminalApp, inherit_bindings=False):
    """Opens the arena."""

    DEFAULT_MODE = "sitting 0"
    """A sitting is a mode, which ends with all its screens when another one begins."""

    def __init__(
        self,
        *,
        engine: Engine,
        profiles: tuple[Profile, Profile],
        file: SessionFile,
        scenario: Scenario | None = None,
        rater: str,
        manner: Manner = USUAL,
        profile_folders: Sequence[Path] = (),
        first_run: bool = False,
        blind: bool = False,
        says: str = "",
        own_check: OwnCheck | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(manner)
        # Textual's own Ctrl+Q would end the arena without a question, whatever is under way.
        quits = next(each.keys for each in manner.commands if each.id == "quit-anywhere")
        self._bindings = BindingsMap([Binding(",".join(quits), "quit", priority=True)])
        self.arena = ArenaScreen(
            Sitting(
                engine=engine,
                profiles=profiles,
                file=file,
                scenario=scenario,
                rater=rater,
                signs=signs(ascii_only=manner.ascii_only),
                log_path=log_file(),
                profile_folders=profile_folders,
                commands=manner.commands,
                pages=manner.pages,
                slow_link=manner.slow_link,
                still=manner.still,
                first_run=first_run,
                blind=blind,
                says=says,
                own_check=own_check,
                suggests=manner.suggests,
                weights=weights,
            )
        )
        keys = {command.id: ",".join(command.keys) for command in manner.commands}
        self._bindings = BindingsMap(
            [
                Binding(keys["quit-anywhere"], "quit", show=False, priority=True),
                Binding(keys["interrupt"], "interrupt", show=False, priority=True),
                Binding(keys["redraw"], "redraw", show=False, priority=True),
            ]
        )
        self.add_mode(self.DEFAULT_MODE, lambda: self.arena)
        self._sittings = itertools.count(1)

    async def on_stage_opened(self, message: Stage.Opened) -> None:
        """Go on with another session on the same engine; the screen of the one before ends."""
        before, file = self.current_mode, self.arena.file
        self.arena = ArenaScreen(message.sitting)
        mode = f"sitting {next(self._sittings)}"
        self.add_mode(mode, lambda: self.arena)
        await self.switch_mode(mode)
        await self.remove_mode(before)
        await file.save_soon()  # what came since it was saved for this
        file.close()

    async def action_quit(self) -> None:
        """Quit as the arena does, with its question, whatever page is open."""
        self.arena.action_command("quit-anywhere")

    def action_interrupt(self) -> None:
        """Say on a page, where nothing is selected, how to get away."""
        self.arena.tell(Tiding(f"Esc closes this page; {self.arena.key('quit-anywhere')} quits."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the key that quits to the question where that is asked already.

        And leave the one that interrupts to the arena, and to whoever copies what is selected.
        """
        if action == "interrupt":
            area = self.focused
            selected = area.selected_text if isinstance(area, TextArea) else ""
            return not (self.screen is self.arena or selected or self.screen.get_selected_text())
        return not (action == "quit" and isinstance(self.screen, Leave))


def open_arena(
    *,
    engine: Engine,
    profiles: tuple[Profile, Profile],
    file: SessionFile,
    scenario: Scenario | None,
    rater: str,
    manner: Manner = USUAL,
    profile_folders: Sequence[Path] = (),
    first_run: bool = False,
    blind: bool = False,
    says: str = "",
    own_check: OwnCheck | None = None,
    weights: Weights | None = None,
) -> int:
    """Run the arena until the person quits; returns the exit status.

    In `profile_folders` are the profiles that a side can be switched to, beside `profiles`; the
    arena opens with the line `says`. The status is that of `run_to_the_end`.
    """
    sys.setswitchinterval(0.0005)  # keys are answered while the engine's thread runs Python
    app = ArenaApp(
        engine=engine,
        profiles=profiles,
        file=file,
        scenario=scenario,
        rater=rater,
        manner=manner,
        profile_folders=profile_folders,
        first_run=first_run,
        blind=blind,
        says=says,
        own_check=own_check,
        weights=weights,
    )

    def close() -> None:
        app.arena.file.close()
        engine.close()

    # The session that is open by then.
    return run_to_the_end(app, save=lambda: save_last(app.arena.file), close=close)
