"""Commands of leaving: quit, and what Ctrl+C means here."""

from __future__ import annotations

from tui_arena.screens.leave import Leave
from tui_arena.screens.stage import Stage


class Leaving:
    """Ends the arena, with a question only where something would be cut short or lost."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def interrupt(self) -> None:
        """Copy what is selected; otherwise say how to quit."""
        stage = self._stage
        selected = stage.prompt.selected_text or stage.get_selected_text()
        if selected:
            stage.app.copy_to_clipboard(selected)
        else:
            anywhere, quits, command = map(stage.key, ("quit-anywhere", "quit", "command"))
            stage.notice = f"{anywhere} quits; so does {quits} after {command}."

    def leave(self) -> None:
        """End the arena."""
        stage = self._stage
        under_way = any(live.busy for live in stage.sides.values())
        waiting = any(live.waiting for live in stage.sides.values())
        if not under_way and not waiting:
            stage.app.exit()
            return

        def answered(leave: bool | None) -> None:
            if leave:
                stage.app.exit()

        stage.app.push_screen(Leave(under_way=under_way, waiting=waiting), answered)
