"""The command of forking: a second session that begins as this one did."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from tui_arena.errors import ArenaError
from tui_arena.fork import save_fork
from tui_arena.screens.keeper import Keeper
from tui_arena.screens.page import Page
from tui_arena.screens.stage import Stage
from tui_arena.session import SessionError


class ForkedPage(Page):
    """Says where the fork is; one key goes on with it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "open", show=False)]

    def __init__(
        self, *, title: str, write: Callable[[int], Content], take: Callable[[], None]
    ) -> None:
        super().__init__(title=title, write=write, keys=[("o", "go on with the fork")])
        self._take = take

    def action_open(self) -> None:
        """Close the page and go on with the fork."""
        self.dismiss(None)
        self._take()


class Forking:
    """Saves a fork beside this session; the arena goes on with this one, or with the fork."""

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
            "This one goes on as it was. To go on with the other one, press o, or later:",
            f"tui-arena --resume {path}",
        )

        def write(width: int) -> Content:
            lines = [signs.content(text) for text in paragraphs]
            short = [wrap(line.plain, max(20, width), break_on_hyphens=False) for line in lines]
            return Content("\n\n").join(Content("\n".join(line)) for line in short)

        stage.app.push_screen(
            ForkedPage(
                title=f"Forked at turn {number}",
                write=write,
                take=lambda: stage.spawn(self._go_on(path)),
            )
        )

    async def _go_on(self, path: Path) -> None:
        stage = self._stage
        try:
            sitting = await Keeper(stage).prepare(path, as_now=True)
        except ArenaError as problem:
            stage.notice = str(problem)
        else:
            stage.post_message(Stage.Opened(sitting))
