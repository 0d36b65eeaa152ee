"""Two quiet themes of our own, beside Textual's; by their names."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

NIGHT = Theme(
    name="arena-night",
    dark=True,
    primary="#8ab0c8",
    secondary="#7d8fa8",
    accent="#d9b26f",
    warning="#d9b26f",
    error="#d98a80",
    success="#93b98a",
    foreground="#d6d3cc",
    background="#191b1e",
    surface="#191b1e",
    panel="#24272b",
)

PAPER = Theme(
    name="arena-paper",
    dark=False,
    primary="#2f5d7c",
    secondary="#5b6b7f",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a3362b",
    success="#3d6b35",
    foreground="#2b2a27",
    background="#f6f3ea",
    surface="#f6f3ea",
    panel="#e6e1d3",
)

OURS = (NIGHT, PAPER)


def theme_names() -> list[str]:
    """Return the names of all themes, our own first."""
    return [*(theme.name for theme in OURS), *sorted(BUILTIN_THEMES)]
