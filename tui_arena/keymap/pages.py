"""The pages with keys of their own, by the names that settings call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_arena.command import Command
from tui_arena.keymap.patterns import PATTERNS
from tui_arena.keymap.rating_later import OWN
from tui_arena.keymap.replaying import REPLAYING
from tui_arena.keymap.scores import BEHIND, SCORES
from tui_arena.keymap.session_list import SESSION_LIST

PAGES: Mapping[str, Sequence[Command]] = {
    "session-list": SESSION_LIST,
    "replay": REPLAYING,
    "rating": OWN,
    "score-screen": SCORES,
    "pattern-screen": PATTERNS,
    "responses": BEHIND,
}

FIXED: Mapping[str, tuple[str, ...]] = {
    "session-list": ("escape", "pageup", "pagedown", "ctrl+u"),
    "replay": ("escape",),
    "score-screen": ("escape",),
    "pattern-screen": ("escape",),
    "responses": ("escape",),
}
"""Keys that a page needs whatever else it has: to be left, and to go along what is found."""
