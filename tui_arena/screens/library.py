"""The command of the library: every saved session, to go on with one of them."""

from __future__ import annotations

from tui_arena.screens.keeper import Keeper
from tui_arena.screens.library_page import LibraryPage
from tui_arena.screens.sitting import Sitting
from tui_arena.screens.stage import Stage


class Library:
    """Opens the page of saved sessions."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def open(self) -> None:
        """Show all sessions beside this one."""
        stage = self._stage
        if stage.blind:
            stage.notice = f"The sessions name models; {stage.key('blind')} reveals them."
            return

        def left(sitting: Sitting | None) -> None:
            if sitting is not None:
                stage.post_message(Stage.Opened(sitting))
            else:
                stage.show()

        stage.app.push_screen(LibraryPage(keeper=Keeper(stage), signs=stage.signs), left)
