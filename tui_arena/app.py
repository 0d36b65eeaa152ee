"""The arena as a program."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from textual.binding import Binding, BindingsMap

from tui_arena.engine.events import Engine
from tui_arena.engine.profile import Profile
from tui_arena.folders import log_file
from tui_arena.manner import USUAL, Manner
from tui_arena.scenario import Scenario
from tui_arena.screens.arena import ArenaScreen
from tui_arena.screens.leave import Leave
from tui_arena.screens.stage import Sitting, Stage
from tui_arena.store import SessionFile
from tui_arena.terminal_app import TerminalApp, run_to_the_end, save_last
from tui_arena.widgets.signs import signs


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
                slow_link=manner.slow_link,
                still=manner.still,
                first_run=first_run,
                blind=blind,
            )
        )
        self.add_mode(self.DEFAULT_MODE, lambda: self.arena)
        self._sittings = itertools.count(1)

    async def on_stage_opened(self, message: Stage.Opened) -> None:
        """Go on with another session on the same engine; the screen of the one before ends."""
        before = self.current_mode
        self.arena = ArenaScreen(message.sitting)
        mode = f"sitting {next(self._sittings)}"
        self.add_mode(mode, lambda: self.arena)
        await self.switch_mode(mode)
        await self.remove_mode(before)

    async def action_quit(self) -> None:
        """Leave from any page, with the same question as in the arena."""
        if isinstance(self.screen, Leave):
            self.screen.dismiss(True)
        else:
            self.arena.action_command("quit-anywhere")


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
) -> int:
    """Run the arena until the person quits; returns the exit status.

    In `profile_folders` are the profiles that a side can be switched to, beside `profiles`.
    The status is that of `run_to_the_end`.
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
    )
    # The session that is open by then.
    return run_to_the_end(app, save=lambda: save_last(app.arena.file), close=engine.close)
