"""The command of forking: a second session that begins as this one did."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from tui_arena.fork import save_fork
from tui_arena.screens.page import Page
from tui_arena.screens.stage import Stage
from tui_arena.session import SessionError


class Forking:
    """Saves a fork beside this session; the arena goes on with this one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def fork(self) -> None:
        """Fork at the selected response of the chosen side."""
        stage, signs = self._stage, self._stage.signs
        chosen = stage.rating.target(stage.chosen)
        if chosen is None:
            stage.notice = f"There is no turn on the {stage.chosen} to fork at yet."
            return
        turns = stage.sides[stage.chosen].conversation.turns
        number = next(n for n, turn in enumerate(turns, 1) if turn is chosen)
        for live in stage.sides.values():
            if live.busy and len(live.conversation.turns) <= number:
                stage.notice = (
                    f"{live.side.capitalize()} is answering; stop it first ({stage.key('stop')})."
                )
                return
        try:
            path = save_fork(stage.file.session, number, stage.file.path.parent)
        except SessionError as problem:
            stage.notice = str(problem)
            return
        paragraphs = (
            f"Both conversations up to turn {number} are a session of their own now:",
            str(path),
            "This one goes on as it was. To go on with the other one:",
            f"tui-arena --resume {path}",
        )

        def write(width: int) -> Content:
            lines = [signs.content(text) for text in paragraphs]
            short = [wrap(line.plain, max(20, width), break_on_hyphens=False) for line in lines]
            return Content("\n\n").join(Content("\n".join(line)) for line in short)

        stage.app.push_screen(Page(title=f"Forked at turn {number}", write=write))
