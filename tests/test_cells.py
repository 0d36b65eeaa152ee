"""Widths of text without Rich are those that Rich and terminals give it."""

import pytest
from rich.cells import cell_len

from tui_arena import mark_signs
from tui_arena.cells import cells, fitted
from tui_arena.text import display_text

TEXTS = [
    "",
    "plain",
    "漢字 kana かな",
    "e\u0301 ñ",
    "🥦🍄🔥 ✔",
    "a\x1b[2J\u202e",
    "Ωж ﷺ ½ …",
    "👩‍🚀 ❤️",
]


@pytest.mark.parametrize("text", [*TEXTS, *mark_signs.SIGNS.values()])
def test_width_is_that_of_rich(text: str) -> None:
    shown = display_text(text)
    assert cells(shown) == cell_len(shown)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("width", range(9))
def test_fitted_text_is_exactly_as_wide(text: str, width: int) -> None:
    shown = display_text(text)
    assert cells(fitted(shown, width)) == width
    assert fitted(shown, 90).rstrip() == shown.rstrip()
    assert cells(fitted("plain text", width, ascii_only=True)) == width
