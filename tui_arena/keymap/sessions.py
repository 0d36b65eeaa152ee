"""Keys for sessions as a whole."""

from __future__ import annotations

from tui_arena.command import Command

SESSIONS: tuple[Command, ...] = (
    Command(
        id="sessions", keys=("O",), shown="O", words="sessions", when="commanding",
        help="Finds a saved session; goes on with it, replays, names, tags, forks or deletes it.",
        action="library.open", group="Sessions",
    ),
    Command(
        id="scores", keys=("percent_sign",), shown="%", words="scores", when="commanding",
        help="Shows the scores of this session or of all, and the responses behind each figure.",
        action="scoring.open", group="Sessions",
    ),
    Command(
        id="patterns", keys=("W",), shown="W", words="where models fail", when="commanding",
        help="Shows where models fail, in this session or in all, and the responses behind it.",
        action="scoring.open_patterns", group="Sessions",
    ),
)  # fmt: skip
