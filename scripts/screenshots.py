"""Draw the pictures of the documentation from the real program: `make screenshots`."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from textual.pilot import Pilot

from tui_arena.app import ArenaApp
from tui_arena.engine.engine import KerasEngine
from tui_arena.engine.profile import find_profile, profile_folders
from tui_arena.session import Side, new_session
from tui_arena.store import SessionFile

DOCS = Path(__file__).parent.parent / "docs"
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


PROMPTS = (
    "What is the capital of France, and what is it known for?",
    "Which river runs through it? One sentence, please.",
    "That is the capital. Which river, please?",
)


async def draw(width: int, height: int, name: str) -> None:
    """Hold a short conversation, and draw the arena in the middle of it."""
    folders = profile_folders()
    left, right = (
        replace(find_profile(each, folders), max_tokens=90)
        for each in ("smollm2-135m", "smollm2-sampled")
    )
    engine = KerasEngine()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder  # these prompts are nobody's history
        app = ArenaApp(
            engine=engine,
            profiles=(left, right),
            file=SessionFile(new_session(systems=(left.system, right.system)), Path(folder)),
            rater="you",
        )
        async with app.run_test(size=(width, height)) as pilot:
            await _play(app, pilot, PROMPTS)
            picture = app.export_screenshot(title="tui-arena")
    engine.close()
    # Pictures load nothing from anywhere: the reader's own monospaced font will do.
    (DOCS / name).write_text(FONTS.sub("", picture), encoding="utf-8")


async def _play(app: ArenaApp, pilot: Pilot[None], prompts: Sequence[str]) -> None:
    sides = app.arena.sides

    async def until_idle() -> None:
        while any(side.busy or side.waiting or side.ready is None for side in sides.values()):
            await pilot.pause(0.05)

    async def until_tokens(side: Side, count: int) -> None:
        while (attempt := sides[side].conversation.under_way) is not None:
            if attempt.tokens.output >= count:
                return
            await pilot.pause(0.01)

    async def ask(prompt: str) -> None:
        app.arena.prompt.text = prompt
        await pilot.press("enter")

    await ask(prompts[0])
    await until_idle()
    await pilot.press("escape", "1", "2", "7", "i")
    await ask(prompts[1])
    await until_tokens("right", 12)
    await pilot.press("f3")
    await until_tokens("left", 20)
    app.arena.prompt.text = prompts[2]
    await pilot.pause()


async def main() -> None:
    """Draw all of them."""
    await draw(132, 30, "arena.svg")
    await draw(80, 24, "arena-80x24.svg")


if __name__ == "__main__":
    asyncio.run(main())
