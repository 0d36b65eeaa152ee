"""Themes, a slow link, and nothing that moves."""

import pytest

from tui_arena.manner import Manner
from tui_arena.themes import theme_names


@pytest.mark.parametrize("theme", ["arena-paper", "nord", "ansi-dark"])
async def test_the_arena_is_drawn_in_any_theme(arena, theme: str) -> None:
    assert theme in theme_names()
    async with arena(manner=Manner(theme=theme)) as it:
        assert it.app.current_theme.name == theme
        await it.answer(left="**bold** words")
        assert "bold words" in it.text


async def test_over_a_slow_link_many_pieces_are_drawn_at_once_and_nothing_blinks(arena) -> None:
    drawn = {}
    for slow in (False, True):
        async with arena(manner=Manner(slow_link=slow)) as it:
            stage = it.app.arena
            timers = []

            def later(seconds: float, do, stage=stage, timers=timers):
                if do == stage._show_streamed:  # and not the second that passes meanwhile
                    timers.append((seconds, do))
                return "a timer"

            stage.set_timer = later
            it.engine.enqueue([f"word{n} " for n in range(40)], side="left")
            await it.type("go", "enter")
            for _ in range(40):
                it.engine.release()
                await it.pilot.pause()
            assert len(timers) == 1  # one redraw is due, however many pieces came since the last
            timers[0][1]()
            await it.pilot.pause()
            assert "word39" in it.text
            drawn[slow] = timers[0][0]
            assert stage.prompt.cursor_blink is not slow
            assert it.app.animation_level == ("none" if slow else "full")
    assert drawn[True] >= 4 * drawn[False]


async def test_reduced_motion_stops_what_blinks_and_slides(arena) -> None:
    async with arena(manner=Manner(reduced_motion=True)) as it:
        assert not it.app.arena.prompt.cursor_blink
        assert it.app.animation_level == "none"
