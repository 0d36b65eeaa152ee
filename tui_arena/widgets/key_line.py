"""The last row: what can be done now, and with which key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.reactive import reactive

from tui_arena.command import Command, footer, rank, written
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.signs import Signs


class KeyLine(Plain):
    """The commands of the state that the keys are in, made from the key map."""

    writing: reactive[bool] = reactive(True)
    words: reactive[Mapping[str, str]] = reactive(dict)
    """Words that differ now from those of the key map, by the id of the command; one whose words
    are empty is not shown."""

    def __init__(self, *, signs: Signs, commands: Sequence[Command]) -> None:
        super().__init__(id="key-line")
        self._signs, self._commands = signs, commands

    def render(self) -> Content:
        """Draw the row in the width there is."""
        width = self.size.width
        if not width:
            return Content()
        shown = [c for c in footer(self._commands, writing=self.writing) if self._says(c)]
        gap = 3 if self._wide(shown, 3) <= width else 2
        while len(shown) > 1 and self._wide(shown, gap) > width:
            shown.remove(max(shown, key=lambda command: rank(command, writing=self.writing)))
        return Content.assemble(
            " ",
            *(
                Content.assemble(
                    Content.styled(self._key(command), "bold $primary"),
                    Content.styled(f" {self._says(command)}" + " " * gap, "$foreground 60%"),
                )
                for command in shown
            ),
        )

    def _key(self, command: Command) -> str:
        return written(command, ascii_only=self._signs.ascii_only)

    def _says(self, command: Command) -> str:
        return self.words.get(command.id, command.words)

    def _wide(self, commands: list[Command], gap: int) -> int:
        wide = sum(len(self._key(c)) + len(self._says(c)) + 1 + gap for c in commands)
        return wide - gap + 2
