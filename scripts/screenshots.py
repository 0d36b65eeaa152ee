"""Draw the pictures of the documentation from the real program: `make screenshots`.

The answers are what SmolLM2 135M said to these prompts. A scripted engine says them again, a token
every 20 ms, so that the pictures are the same on every machine.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from tui_arena.app import ArenaApp
from tui_arena.engine.plan import Machine
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.engine.scripted import ScriptedEngine
from tui_arena.manner import Manner
from tui_arena.pattern_app import PatternApp
from tui_arena.patterns.embed import TfIdf
from tui_arena.patterns.names import names_file
from tui_arena.score_app import ScoreApp
from tui_arena.scoring.checks import Checks
from tui_arena.screens import blindness
from tui_arena.screens.patterns.showing import PatternShowing
from tui_arena.screens.scores.showing import ScoreShowing
from tui_arena.session import new_session
from tui_arena.store import SessionFile
from tui_arena.widgets.signs import signs

DOCS = Path(__file__).parent.parent / "docs"
SYNTHETIC = DOCS.parent / "sessions" / "examples" / "synthetic"
EXPERIMENT = DOCS.parent / "sessions" / "examples" / "keras-chatbot-arena"
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
MACHINE = Machine(1, 16_000_000_000, kind="an accelerator")

PROMPTS = (
    "What is the capital of France, and what is it known for?",
    "Which river runs through it? One sentence, please.",
    "That is the capital. Which river, please?",
)
LEFT = (
    "The capital of France is Paris. It is a city renowned for its historical landmarks, culture, "
    "and the iconic Eiffel Tower. Paris is also known for its cultural institutions, including the "
    "Louvre Museum, Notre-Dame Cathedral, and the Arc de Triathaloni.",
    "The capital of France is Paris.",
)
RIGHT = (
    "The capital of France is Paris, known for its iconic landmarks like the Eiffel Tower, Louvre "
    "Museum, Notre Dame Cathedral, and many others. It's also famous for its artistic and cultural "
    "heritage, and its strategic location has contributed to the development of Paris as a global "
    "hub for art, fashion, and culture.",
    "The capital of France is Paris, known for its iconic landmarks and a rich cultural heritage.",
)

Scene = Callable[["Play"], Awaitable[None]]


class Play:
    """The arena on a stage, and what a person does in it."""

    def __init__(self, app: ArenaApp, engine: ScriptedEngine, pilot: Pilot[None]) -> None:
        self._app, self._engine, self._pilot = app, engine, pilot
        for side, answers in (("left", LEFT), ("right", RIGHT)):
            for answer in answers:
                engine.enqueue(answer, side=side)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self._pilot.press(key)
            await self._pilot.pause()

    async def write(self, prompt: str) -> None:
        """Write a prompt, and leave it on the line."""
        line = self._app.arena.prompt
        line.text = prompt
        line.move_cursor(line.document.end)
        await self._pilot.pause()

    async def ask(self, prompt: str, *, left: int | None = None, right: int | None = None) -> None:
        """Ask, and let so many tokens come on each side, all where it is left out."""
        await self.write(prompt)
        await self.press("enter")
        for side, tokens in (("left", left), ("right", right)):
            if tokens is None:
                self._engine.finish(side=side)
            else:
                self._engine.release(tokens, side=side)
        await self.settle()

    async def settle(self) -> None:
        """Wait until all that came is drawn and saved."""
        await self._pilot.pause(0.6)
        while self._app.arena.file.unsaved:
            await self._pilot.pause(0.1)
        self._app.arena.show()
        await self._pilot.pause()


async def conversation(play: Play) -> None:
    """A side is paused in mid-answer, while the other one is asked to mend its mistake."""
    await play.ask(PROMPTS[0])
    await play.press("escape", "1", "2", "7", "i")
    await play.ask(PROMPTS[1], right=12)
    await play.press("f3")
    await play.write(PROMPTS[2])
    await play.settle()


async def compared(play: Play) -> None:
    """Two answers are held against each other."""
    await play.ask(PROMPTS[0])
    await play.press("escape", "d")
    await play.settle()


async def voted(play: Play) -> None:
    """Blind: nobody knows which model is which, but one answer is better."""
    await play.press("escape", "b", "i")
    await play.settle()
    await play.ask(PROMPTS[0])
    await play.ask(PROMPTS[1])
    await play.press("escape", "8", "(")
    await play.settle()


async def picked(play: Play) -> None:
    """Another model is looked for."""
    await play.press("escape", "m", "g", "e", "m")
    await play.settle()


async def draw(scene: Scene, name: str, *, width: int, height: int) -> None:
    """Play a scene, and draw what is on the screen at its end."""
    folders = profile_folders()
    left, right = (find_profile(each, folders) for each in ("smollm2-135m", "smollm2-sampled"))
    engine = ScriptedEngine()
    engine.on = MACHINE
    session = new_session(systems=(left.system, right.system))
    session.id = "20261122-140300-c0ffee"
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("STATE", "CONFIG", "CACHE"):  # nobody's history, profiles or models
            os.environ[f"XDG_{kind}_HOME"] = folder
        app = ArenaApp(
            engine=engine,
            profiles=(left, right),
            file=SessionFile(session, Path(folder)),
            rater="you",
            profile_folders=folders,
            manner=Manner(reduced_motion=True),  # a cursor that blinks may be off
        )
        async with app.run_test(size=(width, height)) as pilot:
            play = Play(app, engine, pilot)
            await play.settle()
            await scene(play)
            keep(app.export_screenshot(title="tui-arena"), name)


async def draw_scores(name: str, *, width: int, height: int) -> None:
    """Draw the scores of the experiment's own answers."""
    showing = ScoreShowing(
        signs=signs(ascii_only=False),
        paths=lambda: [EXPERIMENT],
        suggest=Checks(),
        how_to_rate="",
    )
    app = ScoreApp(showing=showing)
    async with app.run_test(size=(width, height)) as pilot:
        while app.scores.figures is None:
            await pilot.pause(0.1)
        await pilot.pause()
        keep(app.export_screenshot(title="tui-arena"), name)


async def draw_patterns(name: str, *, width: int, height: int) -> None:
    """Draw the regions in which the models of the synthetic sessions fail."""
    showing = PatternShowing(
        signs=signs(ascii_only=False),
        paths=lambda: [SYNTHETIC],
        embedder=lambda: TfIdf(0),
        names=names_file([SYNTHETIC]),
        how_to_rate="",
    )
    app = PatternApp(showing=showing)
    async with app.run_test(size=(width, height)) as pilot:
        while app.patterns.figures is None:
            await pilot.pause(0.1)
        await pilot.press("2")
        await pilot.pause()
        keep(app.export_screenshot(title="tui-arena"), name)


def keep(picture: str, name: str) -> None:
    """Keep a picture; it loads nothing from anywhere: the reader's own monospaced font will do."""
    (DOCS / name).write_text(FONTS.sub("", picture), encoding="utf-8")


async def main() -> None:
    """Draw all of them."""
    blindness.toss = lambda: False
    await draw(conversation, "arena.svg", width=132, height=30)
    await draw(conversation, "arena-80x24.svg", width=80, height=24)
    await draw(compared, "compare.svg", width=100, height=24)
    await draw(voted, "vote.svg", width=132, height=24)
    await draw(picked, "models.svg", width=100, height=24)
    await draw_scores("scores.svg", width=100, height=36)
    await draw_patterns("patterns.svg", width=100, height=30)


if __name__ == "__main__":
    asyncio.run(main())
