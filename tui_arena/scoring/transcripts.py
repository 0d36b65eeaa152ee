"""From a reply back to its words: the files are read again, for those that somebody looks at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_arena.exchange.said import Index, Said
from tui_arena.scoring.reply import Reply
from tui_arena.session import SessionError
from tui_arena.store import load_session


class Transcripts:
    """Reads what replies said and were asked; keeps the session that was read last."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._open: tuple[int, Index] | None = None

    def said(self, reply: Reply) -> Said:
        """Return a reply with its text and what led up to it.

        Raises `SessionError` where its file cannot be read any more, or holds it no more.
        """
        if self._open is None or self._open[0] != reply.file:
            self._open = reply.file, Index(load_session(self._files[reply.file]))
        found = self._open[1].find(reply.side, reply.turn, reply.attempt)
        if found is None:
            raise SessionError(f"{self._files[reply.file]}: was changed; score it again.")
        return found
