"""Commands of finding: everything by a few letters of it, and themes as they look."""

from __future__ import annotations

from collections.abc import Callable

from tui_arena.command import Command, written_keys
from tui_arena.screens.finder import Finder, Thing
from tui_arena.screens.stage import Stage
from tui_arena.themes import theme_names


class Finding:
    """Shows what there is, and does what is taken."""

    def __init__(self, stage: Stage, *, carry_out: Callable[[str], None]) -> None:
        self._stage, self._carry_out = stage, carry_out

    def command(self) -> None:
        """Find a command and carry it out."""
        stage = self._stage
        stage.app.push_screen(
            Finder(
                self._commands(),
                title="Every command",
                nothing="No command is called so.",
                signs=stage.signs,
                closed_by=[key for key in stage.keys("palette") if len(key) > 1],
            ),
            self._taken,
        )

    def _taken(self, command: str | None) -> None:
        if command is not None:
            self._carry_out(command)

    def _commands(self) -> list[Thing]:
        """Return each command once, whichever ways there are to ask for it."""
        by_action: dict[str, list[Command]] = {}
        for command in self._stage.sitting.commands:
            if command.action:
                by_action.setdefault(command.action, []).append(command)
        ascii_only = self._stage.signs.ascii_only
        return [
            Thing(
                id=same[0].id,
                name=same[0].help,
                beside=" ".join(written_keys(each, ascii_only=ascii_only) for each in same),
                also=f"{same[0].words} {same[0].id} {same[0].group}",
            )
            for same in by_action.values()
        ]

    def theme(self) -> None:
        """Choose a theme; each is seen as it is chosen."""
        app, before = self._stage.app, self._stage.app.theme

        def tried(theme: str | None) -> None:
            app.theme = theme or before

        def taken(theme: str | None) -> None:
            if theme is not None:
                self._stage.notice = f'For always: put theme = "{theme}" into config.toml.'

        app.push_screen(
            Finder(
                [Thing(name, name) for name in theme_names()],
                title="Themes",
                nothing="No theme is called so.",
                signs=self._stage.signs,
                at=before,
                tried=tried,
            ),
            taken,
        )
