"""What one waits for says how far it is, and how long it will still take."""

import pytest

from tui_arena.engine.scripted import ScriptedEngine


class Clock:
    """Seconds, as the arena sees them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    for module in ("screens.live_side", "screens.desk", "screens.run", "screens.picker"):
        monkeypatch.setattr(f"tui_arena.{module}.monotonic", made)
    return made


async def test_a_load_shows_its_share_and_the_time_that_is_left(arena, clock) -> None:
    engine = ScriptedEngine(hold_loads=True)
    async with arena(engine=engine, ready=False) as it:
        await it.until("getting weights")
        assert " s" not in it.row("getting weights").split("getting weights")[1]
        clock.now += 4
        it.engine.report_load("getting weights", 0.25, amount="1.0 of 4.0 GB")
        await it.until("about 10 s left")
        assert it.text.count("getting weights, 1.0 of 4.0 GB  4 s") == 2
        assert "━━━━━━━─" in it.row("25%")
        clock.now += 5
        it.app.arena.show()
        await it.until("about 7 s left")
        it.engine.report_load("importing")  # nobody knows how far that is
        await it.until("importing  9 s")
        assert "left" not in it.row("importing")
        assert "%" not in it.text
        it.engine.finish_load()
        await it.until(lambda: "importing" not in it.text)


async def test_a_long_prompt_shows_how_far_it_is_read(arena, clock) -> None:
    async with arena(engine=ScriptedEngine(hold_prompts=True), size=(80, 24)) as it:
        await it.type("w " * 30, "enter")
        await it.until(lambda: it.state("left") == "thinking")
        assert "reading the prompt" not in it.text
        clock.now += 3
        it.engine.read(10)
        await it.until("reading the prompt, 10 of 32 tokens  3 s")
        assert "about 7 s left" in it.row("31%")
        assert it.app.arena._second is not None  # its seconds go on
        it.engine.read(100)
        await it.until("thinking  3 s")
        it.engine.release()
        await it.until(lambda: it.text.count("  You") == 2)
        assert "thinking" not in it.text


async def test_a_pause_is_no_part_of_the_pace(arena, clock) -> None:
    async with arena(engine=ScriptedEngine(hold_prompts=True)) as it:
        await it.type("w " * 30, "enter")
        await it.until(lambda: it.state("left") == "thinking")
        clock.now += 3
        it.engine.read(10, side="left")
        await it.until("about")
        await it.press("f2")
        assert "reading the prompt, 10" not in it.text
        clock.now += 100
        await it.press("f2")
        it.engine.read(5, side="left")
        await it.until("reading the prompt, 15 of 32")
        clock.now += 2
        it.engine.read(5, side="left")
        await it.until("reading the prompt, 20 of 32")
        assert "about 5 s left" in it.text


async def test_blind_both_sides_say_the_same_of_their_waits(arena, clock) -> None:
    engine = ScriptedEngine(hold_loads=True, hold_prompts=True)
    async with arena(engine=engine, ready=False, blind=True, size=(80, 30)) as it:
        await it.until(lambda: it.engine.loads)
        clock.now += 4
        it.engine.report_load("getting weights", 0.5, amount="1.0 of 2.0 GB", profile="one")
        it.app.arena.show()
        await it.until(lambda: it.text.count("loading  4 s") == 2)
        assert "%" not in it.text
        it.app.arena.sides["left"].load_began += 3  # as where a side was loaded again
        it.app.arena.show()
        await it.pilot.pause()
        assert it.text.count("loading  4 s") == 2
        it.engine.finish_load()
        await it.until(lambda: all(side.ready for side in it.app.arena.sides.values()))
        await it.type("w " * 30, "enter")
        clock.now += 3
        it.engine.read(10, side="left")
        await it.until(lambda: it.text.count("thinking  3 s") == 2)
        assert "reading" not in it.text


async def test_an_unload_says_how_long_it_takes_and_its_end_also_where_the_page_is_closed(
    arena, clock, monkeypatch
) -> None:
    engine, streams = ScriptedEngine(), []
    unload = engine.unload

    class Held:
        """The stream of an unload that ends when the test says so."""

        def __init__(self, profile) -> None:
            self.profile = profile
            streams.append(self)

        def end(self) -> None:
            self.stream = unload(self.profile)

        async def __aiter__(self):
            await it.until(lambda: hasattr(self, "stream"))
            async for event in self.stream:
                yield event

    monkeypatch.setattr(engine, "unload", Held)
    async with arena(engine=engine) as it:
        await it.press("escape", "m")
        await it.until("resident on this side")
        await it.press("f8")
        assert "Unloading model-one." in it.text
        clock.now += 3
        await it.until("Unloading model-one. 3 s")
        await it.press("escape")
        streams[0].end()
        await it.until("model-one is unloaded; 0.54 GB came free.")
        assert it.state("left") == "unloaded"
