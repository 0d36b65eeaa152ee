"""What marks look like: as signs, and as words where a terminal has no emoji."""

from __future__ import annotations

from tui_arena.session import Mark

# Only single wide code points and narrow text symbols: terminals agree on the width of these.
SIGNS: dict[Mark, str] = {
    "ok": "✔",
    "mistake": "🍄",
    "fixed": "🥦",
    "garbage": "🔥",
    "many": "🔥🔥",
    "recurring": "(🍄)",
}
WORDS: dict[Mark, str] = {
    "ok": "OK",
    "mistake": "MISTAKE",
    "fixed": "FIXED",
    "garbage": "GARBAGE",
    "many": "MANY",
    "recurring": "AGAIN",
}
